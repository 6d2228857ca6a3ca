import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addCounters, admissionOf, costing, holdOf, settle } from '../../test/support/admissions.ts'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { commitRows, usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { orderedId } from '../lib/ids.ts'
import { DAY_MS } from '../lib/window.ts'
import { quotaOf } from '../limits/quota.ts'
import { dayOf } from '../usage/usage-event.ts'
import { pruneUsage } from './prune-usage.ts'
import { verifyLedger } from './verify-ledger.ts'

const RETENTION_DAYS = 3
/** The evening of a day in the middle of a month that began on a Sunday. */
const NOW = Date.UTC(2026, 1, 14, 20)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`retention on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = retaining(database.own)
      await addCounters(deps.store, QUOTAS)
    })
    afterAll(() => database.remove())

    const retaining = (deps: Deps): Deps => {
      return { ...deps, now: () => NOW, config: { ...deps.config, usage: { retentionDays: RETENTION_DAYS } } }
    }
    const QUOTAS = (['none', 'month', 'day'] as const).map((period) =>
      quotaOf('key', 'k', 'credits', period, 10n ** 12n),
    )
    /** A request that came at a time and cost so much. */
    const requestAt = async (at: number, cost: bigint, user: string): Promise<string> => {
      const ledger = ledgerOver(deps.store, { now: () => at })
      const admission = admissionOf(QUOTAS, costing(1000), { at, id: orderedId('req_', at) })
      const decision = await ledger.admit(admission)
      if (!decision.admitted) throw new Error('refused')
      const own = { started_at: at, finished_at: at, end_user: user }
      await settle(ledger, holdOf(admission, decision), cost, own)
      return admission.id
    }
    const ids = async () =>
      (await deps.db.selectFrom('usage_events').select('id').orderBy('id').execute()).map(({ id }) => id)
    const sums = () =>
      Promise.all([
        deps.db.selectFrom('usage_days').selectAll().orderBy('day').orderBy('end_user').execute(),
        deps.db.selectFrom('key_usage').selectAll().execute(),
        deps.db.selectFrom('counters').selectAll().orderBy('id').execute(),
      ])
    const faults = async () => (await verifyLedger(deps)).faults

    test('removes whole days that are too old, to the millisecond; sums and counters stay and still agree', async () => {
      const limit = (dayOf(NOW) - RETENTION_DAYS) * DAY_MS
      for (let day = 20; day > 4; day--) await requestAt(NOW - day * DAY_MS, BigInt(day), `${day % 3}`)
      await requestAt(limit - 1, 1000n, 'last')
      const kept = [await requestAt(limit, 500n, 'first'), await requestAt(NOW, 1n, 'today')]
      const before = await sums()
      expect(await pruneUsage(deps)).toBe(17)
      expect(await ids()).toEqual(kept)
      expect(await sums()).toEqual(before)
      expect(await faults()).toEqual([])
      const closings = await deps.db
        .selectFrom('ledger_entries')
        .select(['kind', 'counter', 'entry_amount'])
        .execute()
      const counter = (period: string) => `key:k:credits:${period}`
      // Days 5 to 20 ago and the last one; of this month, days 5 to 13 ago; of today, none.
      expect(closings.sort((a, b) => (a.counter < b.counter ? -1 : 1))).toEqual([
        { kind: 'closing', counter: counter('month'), entry_amount: 81n + 1000n },
        { kind: 'closing', counter: counter('none'), entry_amount: 200n + 1000n },
      ])
      expect(await pruneUsage(deps)).toBe(0)
    })

    test('a sum by day or key, or a counter, that is wrong is still found afterwards', async () => {
      const spoil = (by: number) => database.raw(`UPDATE usage_days SET cost_nanos = cost_nanos + ${by}`)
      await spoil(1)
      const today = JSON.stringify(['k', dayOf(NOW), 'm', '', 'today'])
      const found = await faults()
      expect(found).toContainEqual(expect.objectContaining({ what: 'usage_days', id: today }))
      expect(found).toContainEqual(expect.objectContaining({ what: 'key_usage', id: 'k' }))
      await spoil(-1)
      await database.raw(
        `UPDATE counters SET spent_amount = spent_amount - 1 WHERE id = 'key:k:credits:none'`,
      )
      expect(await faults()).toMatchObject([{ what: 'spent', id: 'key:k:credits:none' }])
      await database.raw(
        `UPDATE counters SET spent_amount = spent_amount + 1 WHERE id = 'key:k:credits:none'`,
      )
    })

    test('nodes that remove at once, while requests go on, remove and close each row once', async () => {
      const old = NOW - 40 * DAY_MS
      const charges = JSON.stringify([['key:k:credits:none', 0, '5', '5']])
      const rows = Array.from({ length: 900 }, (_, index) =>
        usageRow({ id: orderedId('req_', old + index), started_at: old, charges }),
      )
      await commitRows(deps.store, rows)
      await database.raw(
        `UPDATE counters SET spent_amount = spent_amount + 4500 WHERE id = 'key:k:credits:none'`,
      )
      expect(await faults()).toEqual([])
      const nodes = [deps, retaining(await database.another())]
      let going = true
      const load = (async () => {
        while (going) await requestAt(NOW, 3n, 'today')
      })()
      const removed = await Promise.all(nodes.map((node) => pruneUsage(node)))
      expect(removed.reduce((sum, count) => sum + count, 0)).toBe(900)
      expect(await faults()).toEqual([])
      going = false
      await load
      expect(await faults()).toEqual([])
    })

    test('young rows of tasks, whose ids come first, keep no old row of another request from being removed', async () => {
      const row = (prefix: string, at: number) => usageRow({ id: orderedId(prefix, at), started_at: at })
      const old = NOW - 30 * DAY_MS
      const young = Array.from({ length: 250 }, (_, index) => row('gen_', NOW - index))
      const gone = ['gen_', 'req_', 'req_'].map((prefix) => row(prefix, old))
      await commitRows(deps.store, [...young, ...gone])
      expect(await pruneUsage(deps)).toBe(gone.length)
      const left = new Set(await ids())
      expect(young.every(({ id }) => left.has(id))).toBe(true)
      expect(gone.some(({ id }) => left.has(id))).toBe(false)
      expect(await faults()).toEqual([])
    })

    test('without a setting nothing is removed', async () => {
      const id = await requestAt(NOW, 1n, 'kept')
      const later = { ...database.own, now: () => NOW + 1000 * DAY_MS }
      expect(await pruneUsage(later)).toBe(0)
      expect(await ids()).toContain(id)
    })
  })
}
