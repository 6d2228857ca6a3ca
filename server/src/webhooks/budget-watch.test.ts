import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { commitRows, usageRow } from '../../test/support/usage-rows.ts'
import { until } from '../../test/support/wire.ts'
import type { Deps } from '../deps.ts'
import { createKey } from '../keys/keys.ts'
import { DAY_MS, windowEnd, windowStart } from '../lib/window.ts'
import { keyQuota } from '../limits/key-quota.ts'
import { BudgetWatch } from './budget-watch.ts'
import { listDeliveries, pruneDeliveries } from './delivery-log.ts'
import { createEndpoint } from './endpoints.ts'
import { tellOnce } from './marks.ts'

vi.setConfig({ testTimeout: 40_000 })

const LIMIT = 10_000_000_000n

describe.each(DATABASES)('what is told of budgets on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let world: UnitDeps

    beforeAll(async () => {
      world = await openDeps(postgres)
    })
    afterAll(() => world?.remove())

    /** A key of somebody who wants to know, whose daily limit is used up by its counter. */
    async function spentKey(deps: Deps) {
      const by = await makeOwner(deps)
      await createEndpoint(deps, by, { url: 'https://hooks.example.com/', events: [], description: null })
      const { key } = await createKey(deps, by, { name: 'Spent', limitNanos: LIMIT, limitReset: 'daily' })
      const { counter } = keyQuota(key) as NonNullable<ReturnType<typeof keyQuota>>
      const start = windowStart('day', deps.now())
      await deps.db
        .insertInto('counters')
        .values({
          id: counter,
          window_start: start,
          spent_amount: LIMIT,
          held_amount: 0n,
          granted_amount: 0n,
        })
        .execute()
      const { organizationId, userId } = by
      const spender = { organization_id: organizationId, user_id: userId, key_id: key.id }
      const told = async () => {
        const filter = { organizationId, event: 'budget.threshold', limit: 10 }
        const rows = await listDeliveries(deps, filter)
        return rows.map(({ payload }) => JSON.parse(payload).percent).sort((a, b) => a - b)
      }
      return { spender, start, told }
    }

    it('many that spend all the time keep nobody waiting', async () => {
      const { spender, told } = await spentKey(world.own)
      const watch = new BudgetWatch(world.own)
      const busy = () => {
        for (let number = 0; number < 60; number++)
          watch.noteSpending({ ...spender, key_id: `busy ${number}` })
      }
      busy()
      watch.noteSpending(spender)
      watch.start()
      await until('the quiet one', async () => {
        busy()
        return (await told()).length === 3 ? true : undefined
      })
      await watch.stop()
      expect(await told()).toEqual([50, 80, 100])
    })

    it('the end of the process looks at all that is left', async () => {
      const { spender, told } = await spentKey(world.own)
      const watch = new BudgetWatch(world.own)
      for (let number = 0; number < 120; number++)
        watch.noteSpending({ ...spender, key_id: `busy ${number}` })
      watch.noteSpending(spender)
      await watch.stop()
      expect(await told()).toEqual([50, 80, 100])
    })

    it('what a killed process did not tell is told by the next, also of a window that has just ended', async () => {
      const { spender, start, told } = await spentKey(world.own)
      const end = windowEnd('day', start) as number
      const row = usageRow({ ...spender, started_at: end - 60_000, finished_at: end - 59_000 })
      await commitRows(world.own.store, [row])
      for (let starts = 0; starts < 2; starts++) {
        const watch = new BudgetWatch({ ...world.own, now: () => end + 30_000 })
        watch.start()
        // Who wants to know, who spent there of late, and whether they still want to know.
        await until('a look', () => (watch.statements > 2 ? true : undefined))
        await watch.stop()
        expect(await told()).toEqual([50, 80, 100])
      }
    })

    it('a mark stays as long as what it marks can happen, and goes then', async () => {
      const { own } = world
      const tell = (keptUntil: number) => tellOnce(own, `mark ${postgres}`, keptUntil)
      expect([await tell(own.now() + DAY_MS), await tell(own.now() + DAY_MS)]).toEqual([true, false])
      const prune = (now: number) => pruneDeliveries({ ...own, now: () => now }, new AbortController().signal)
      await prune(own.now())
      expect(await tell(own.now() + DAY_MS)).toBe(false)
      await prune(own.now() + 2 * DAY_MS)
      expect(await tell(own.now() + DAY_MS)).toBe(true)
    })
  })
})
