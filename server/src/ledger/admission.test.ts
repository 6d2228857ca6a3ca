import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  type Admitted,
  addCounters,
  admissionOf,
  costing,
  expectConserved,
  holdOf,
  type Refused,
  readBooks,
  settle,
  VOID,
} from '../../test/support/admissions.ts'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { OPERATOR, waitForLock } from '../../test/support/unit-deps.ts'
import { usageRow } from '../../test/support/usage-rows.ts'
import type { Period } from '../lib/window.ts'
import type { Decision } from '../limits/decide.ts'
import { type Quota, quotaOf, type SubjectKind, type Unit } from '../limits/quota.ts'
import type { Store } from '../storage/store.ts'
import { grantCredits } from './balances.ts'
import type { Admission } from './entry.ts'
import { markSentRow } from './ledger.store.ts'
import { AdmissionUnavailable, type Ledger } from './ledger.ts'
import { NodeLease } from './node-lease.ts'
import { Sweeper } from './sweeper.ts'

const lost = () => new Error('Connection terminated unexpectedly')
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))
const admitted = (decisions: readonly Decision[]) => decisions.filter((one): one is Admitted => one.admitted)
const refused = (decisions: readonly Decision[]) => decisions.filter((one): one is Refused => !one.admitted)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`admission on ${name}`, () => {
    let database: TestDatabase
    let store: Store
    let ledger: Ledger
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
    })
    beforeEach(async () => {
      for (const table of ['hold_sheets', 'nodes', 'usage_events'] as const)
        await store.db.deleteFrom(table).execute()
      ledger = ledgerOver(store)
    })
    afterAll(() => database.remove())

    /** A limit that nothing was ever taken of. */
    async function limit(
      amount: bigint,
      kind: SubjectKind = 'key',
      unit: Unit = 'credits',
      period: Period = 'none',
    ) {
      const quota = quotaOf(kind, randomUUID(), unit, period, amount)
      await addCounters(store, [quota])
      return quota
    }
    const ask = (quotas: readonly Quota[], cost: number, own: Partial<Admission> = {}, by = ledger) =>
      by.admit(admissionOf(quotas, costing(cost), own))
    /** Lets one in that must fit. */
    async function enter(quotas: readonly Quota[], cost: number, own: Partial<Admission> = {}, by = ledger) {
      const asked = admissionOf(quotas, costing(cost), own)
      const decision = await by.admit(asked)
      if (!decision.admitted) throw new Error(`it was refused: ${decision.refusal.left} left`)
      return holdOf(asked, decision)
    }
    const sums = async (quota: Quota) => (await expectConserved(store, [quota.counter])).get(quota.counter)
    const rowOf = (id: string) =>
      store.db.selectFrom('usage_events').selectAll().where('id', '=', id).executeTakeFirst()
    /** Of requests under way, whatever sheets they stand on. */
    const holds = async () => (await readBooks(store, [''])).holds
    /** The sweep as this node runs it, while its own lease is good. */
    async function sweepBy(by: Ledger) {
      const deps = await database.deps(store)
      const lease = new NodeLease(deps)
      await lease.start()
      const found = await new Sweeper(deps, by, lease).sweep()
      await lease.stop()
      return found
    }

    test('a budget for exactly 100 requests admits exactly 100 of 1 000 that ask at once', async () => {
      const budget = await limit(700n)
      const decisions = await Promise.all(times(1000, () => ask([budget], 7)))
      expect(admitted(decisions)).toHaveLength(100)
      for (const { refusal } of refused(decisions)) expect(refusal.left).toBeLessThan(refusal.needed)
      expect(await sums(budget)).toEqual({ spent: 0n, held: 700n })
      expect(await holds()).toHaveLength(100)
    })

    test('of two budgets, one inside the other, the smaller binds, and what it refuses takes nothing of the larger', async () => {
      for (const [inner, outer] of [
        [300n, 800n],
        [800n, 300n],
      ] as const) {
        const [key, organization] = [await limit(inner), await limit(outer, 'organization')]
        const decisions = await Promise.all(times(200, () => ask([key, organization], 10)))
        expect(admitted(decisions)).toHaveLength(30)
        const tight = inner < outer ? key : organization
        expect(refused(decisions).every(({ refusal }) => refusal.quota.counter === tight.counter)).toBe(true)
        expect([await sums(key), await sums(organization)]).toEqual(
          times(2, () => ({ spent: 0n, held: 300n })),
        )
      }
    })

    test('requests that cost less than they held refuse nobody in vain, and the budget is spent to the last nano-credit', async () => {
      const budget = await limit(10_000n)
      const one = async (index: number) => {
        const asked = admissionOf([budget], costing(90))
        const decision = await ledger.admit(asked)
        if (decision.admitted) await settle(ledger, holdOf(asked, decision), BigInt(index % 60))
        return decision
      }
      const decisions = await Promise.all(times(600, one))
      expect(admitted(decisions).length).toBeGreaterThanOrEqual(111)
      expect(refused(decisions).length).toBeGreaterThan(0)
      for (const { refusal } of refused(decisions)) expect(refusal.left).toBeLessThan(refusal.needed)
      let left = 10_000n - ((await sums(budget))?.spent ?? 0n)
      for (let turn = 0; left > 0n; turn++) {
        const asked = admissionOf([budget], costing(1000, 1))
        const decision = (await ledger.admit(asked)) as Admitted
        expect(decision).toMatchObject({ admitted: true, output: Number(left < 1000n ? left : 1000n) })
        const cost = BigInt(turn % 2 ? Math.ceil(decision.output / 2) : decision.output)
        await settle(ledger, holdOf(asked, decision), cost)
        left -= cost
      }
      expect(await sums(budget)).toEqual({ spent: 10_000n, held: 0n })
      expect(await ask([budget], 1)).toMatchObject({ admitted: false, refusal: { left: 0n, needed: 1n } })
    })

    test('a settlement charges what a request came to, and never more than it held: the rest is an overrun', async () => {
      const budget = await limit(1000n)
      const tokens = await limit(1000n, 'project', 'tokens')
      const cases = [
        [40n, '40', null],
        [100n, '100', null],
        [130n, '100', 30n],
        [0n, '0', null],
      ] as const
      for (const [cost, charged, overrun] of cases) {
        const hold = await enter([budget, tokens], 100)
        await settle(ledger, hold, cost)
        expect(await rowOf(hold.id)).toMatchObject({
          cost_nanos: BigInt(charged),
          held_nanos: 100n,
          overrun_nanos: overrun,
          charges: JSON.stringify([budget, tokens].map(({ counter }) => [counter, 0, '100', charged])),
        })
      }
      expect([await sums(budget), await sums(tokens)]).toEqual(times(2, () => ({ spent: 240n, held: 0n })))
    })

    test('a request that reached no provider gives everything back, its place in the count of requests too', async () => {
      const quotas = [
        await limit(100n),
        await limit(1n, 'user', 'requests'),
        await limit(1n, 'key', 'in_flight'),
      ]
      for (let turn = 0; turn < 3; turn++) {
        const hold = await enter(quotas, 100)
        expect(await ask(quotas, 0)).toMatchObject({ admitted: false, refusal: { blockedByHolds: true } })
        await ledger.record(usageRow({ id: hold.id, cost_nanos: 0n, held_nanos: 100n }), hold, VOID)
        for (const quota of quotas) expect(await sums(quota)).toEqual({ spent: 0n, held: 0n })
      }
      // A place in flight comes back after a request that did cost something, too.
      await settle(ledger, await enter(quotas, 100), 100n)
      const [credits, requests, flight] = await Promise.all(quotas.map(sums))
      expect([credits?.spent, requests?.spent, flight]).toEqual([100n, 1n, { spent: 0n, held: 0n }])
    })

    test('what a dead node held is charged where it may have been sent and given back where not; who lives keeps his', async () => {
      const budget = await limit(1000n)
      const dead = ledgerOver(store, { node: 'dead' })
      const sent = await enter([budget], 100, {}, dead)
      const unsent = await enter([budget], 100, { sent: false }, dead)
      const marked = await enter([budget], 100, { sent: false }, dead)
      expect(await markSentRow(store.db, marked.id)).toBe(true)
      const alive = await enter([budget], 100)
      await store.db
        .insertInto('nodes')
        .values({ id: 'node', started_at: 0, lease_until: Date.now() + 60_000 })
        .execute()
      await store.db
        .insertInto('nodes')
        .values({ id: 'dead', started_at: 0, lease_until: Date.now() - 1 })
        .execute()

      expect(await sweepBy(ledger)).toBe(3)
      const charged = {
        outcome: 'failed',
        error_code: 'node_lost',
        cost_basis: 'held',
        cost_nanos: 100n,
        held_nanos: 100n,
      }
      const free = { ...charged, cost_basis: 'none', cost_nanos: 0n }
      expect(await Promise.all([sent, marked, unsent].map(({ id }) => rowOf(id)))).toMatchObject([
        charged,
        charged,
        free,
      ])
      expect(await sums(budget)).toEqual({ spent: 200n, held: 100n })
      expect(await markSentRow(store.db, unsent.id)).toBe(false)

      // The node was not dead but slow.
      await Promise.all([settle(dead, sent, 3n), settle(dead, unsent, 70n)])
      expect(await Promise.all([sent, unsent].map(({ id }) => rowOf(id)))).toMatchObject([charged, free])
      expect(await sums(budget)).toEqual({ spent: 200n, held: 100n })
      await settle(ledger, alive, 1n)
      await settle(ledger, alive, 50n)
      expect(await sums(budget)).toEqual({ spent: 201n, held: 0n })
    })

    test('an admission of which nobody knows whether it was committed lets nobody in, and keeps nothing', async () => {
      const budget = await limit(1000n)
      for (const committed of [false, true]) {
        let broken = false
        const shaky = ledgerOver({
          ...store,
          commit: async (batch, payload) => {
            if (broken) return store.commit(batch, payload)
            broken = true
            if (committed) await store.commit(batch, payload)
            throw lost()
          },
        })
        const settled = await enter([budget], 100)
        // A neighbour in the same commit, which must be counted once.
        const [asked, neighbour] = await Promise.allSettled([
          ask([budget], 100, {}, shaky),
          settle(shaky, settled, 10n),
        ])
        expect(asked).toMatchObject({ status: 'rejected', reason: expect.any(AdmissionUnavailable) })
        expect(neighbour.status).toBe('fulfilled')
        await shaky.flush()
        expect(await holds()).toEqual([])
      }
      expect(await sums(budget)).toEqual({ spent: 20n, held: 0n })
      expect(await store.db.selectFrom('usage_events').select('id').execute()).toHaveLength(2)
    })

    test('a commit that comes to pass after it was given up for lost is undone by the sweep, and charges nobody', async () => {
      const budget = await limit(1000n)
      const settled = await enter([budget], 100)
      let ghost: (() => Promise<unknown>) | undefined
      const shaky = ledgerOver({
        ...store,
        commit: async (batch, payload) => {
          if (ghost) return store.commit(batch, payload)
          ghost = () => store.commit(batch, payload)
          throw lost()
        },
      })
      const [asked] = await Promise.allSettled([ask([budget], 100, {}, shaky), settle(shaky, settled, 10n)])
      expect(asked).toMatchObject({ reason: expect.any(AdmissionUnavailable) })
      await shaky.flush()
      await ghost?.()
      expect(await sums(budget)).toEqual({ spent: 10n, held: 100n })
      expect(await sweepBy(shaky)).toBe(1)
      expect(await sums(budget)).toEqual({ spent: 10n, held: 0n })
      expect(await store.db.selectFrom('usage_events').select('id').execute()).toEqual([{ id: settled.id }])
    })

    test('grants that come while requests are let in are all kept, and can be used to the last nano-credit', async () => {
      const deps = await database.deps(store)
      const id = randomUUID()
      const organization = { id, name: id, slug: id, createdAt: new Date(0).toISOString() }
      await store.db
        .insertInto('organization')
        .values(organization as never)
        .execute()
      const config = { ...deps.config, balance: { ...deps.config.balance, of: 'organization' as const } }
      const balance = quotaOf('organization', id, 'credits', 'none', null)
      const granted = times(30, () =>
        grantCredits({ ...deps, config }, OPERATOR, { organizationId: id, amountNanos: 20n }),
      )
      const asked = times(150, async (index) => {
        // Spread over many commits, so that grants fall between and beside them.
        for (let turn = 0; turn < index % 15; turn++) await store.ping()
        return ask([balance], 7)
      })
      const decisions = await Promise.all(asked)
      await Promise.all(granted)
      let inside = admitted(decisions).length
      while ((await ask([balance], 7)).admitted) inside++
      expect(inside).toBe(85)
      expect(await sums(balance)).toEqual({ spent: 0n, held: 595n })
      expect(await ask([balance], 5)).toMatchObject({ admitted: true, parts: [{ left: 0n }] })
    })

    test('a node whose lease ran out lets nobody in, and what it took meanwhile is given back', async () => {
      const budget = await limit(1000n)
      let valid = true
      const slow = ledgerOver(
        {
          ...store,
          commit: async (batch, payload) => {
            const result = await store.commit(batch, payload)
            valid = false
            return result as never
          },
        },
        { isValid: () => valid },
      )
      const asked = await Promise.allSettled(times(5, () => ask([budget], 100, {}, slow)))
      for (const one of asked) expect(one).toMatchObject({ reason: expect.any(AdmissionUnavailable) })
      await slow.flush()
      expect(await holds()).toEqual([])
      expect(await sums(budget)).toEqual({ spent: 0n, held: 0n })
    })

    test('a hold whose settlement the database refused does not stay for ever: the sweep finds it', async () => {
      const budget = await limit(1000n)
      const hold = await enter([budget], 100, { at: Date.now() - 3_600_000 })
      const bad = usageRow({ id: hold.id, model: null as unknown as string })
      await expect(ledger.record(bad, hold, { ...VOID, credits: 1n })).rejects.toThrow()
      expect(await sums(budget)).toEqual({ spent: 0n, held: 100n })
      expect(ledger.isForgotten(hold.sheet)).toBe(true)
      expect(await sweepBy(ledger)).toBe(1)
      expect(await sums(budget)).toEqual({ spent: 100n, held: 0n })
    })

    test('a new minute starts anew, what began in the old one is charged to the old one, and no clock leads back', async () => {
      const minute = Date.UTC(2026, 4, 20, 12)
      const budget = await limit(100n, 'key', 'credits', 'minute')
      const old = await enter([budget], 100, { at: minute + 59_999 })
      expect(await ask([budget], 1, { at: minute + 59_999 })).toMatchObject({ admitted: false })
      const fresh = await enter([budget], 60, { at: minute + 60_000 })
      expect(await ask([budget], 41, { at: minute + 60_000 })).toMatchObject({
        refusal: { left: 40n, resetsAt: minute + 120_000 },
      })
      await settle(ledger, old, 80n)
      expect(await rowOf(old.id)).toMatchObject({
        charges: JSON.stringify([[budget.counter, minute, '100', '80']]),
      })
      expect(await sums(budget)).toEqual({ spent: 0n, held: 60n })
      // Of a node whose clock is behind.
      expect(await ask([budget], 41, { at: minute + 59_000 })).toMatchObject({ refusal: { left: 40n } })
      const late = await enter([budget], 40, { at: minute + 59_000 })
      expect(late.parts).toMatchObject([{ windowStart: minute + 60_000 }])
      await Promise.all([settle(ledger, fresh, 60n), settle(ledger, late, 1n)])
      expect(await sums(budget)).toEqual({ spent: 61n, held: 0n })
    })
  })
}

describe.skipIf(!process.env.TEST_DATABASE_URL)('admission on PostgreSQL alone', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await makeDatabase(true)
  })
  afterAll(() => database.remove())

  test('a budget for exactly 100 requests admits exactly 100 of 1 000 that ask three nodes at once', async () => {
    const stores = await Promise.all(times(3, () => database.open()))
    const ledgers = stores.map((store, index) => ledgerOver(store, { node: `node-${index}` }))
    const [store] = stores as [Store]
    const quotas = [
      quotaOf('key', 'k', 'credits', 'none', 10_000n),
      quotaOf('user', 'u', 'requests', 'day', 100n),
    ]
    await addCounters(store, quotas)
    const one = async (index: number) => {
      const [first, second] = index % 2 ? quotas : quotas.toReversed()
      const asked = admissionOf([first, second] as Quota[], costing(100))
      const node = ledgers[index % 3] as Ledger
      const decision = await node.admit(asked)
      return { node, asked, decision }
    }
    const asked = await Promise.all(times(1000, one))
    const inside = asked.filter(({ decision }) => decision.admitted)
    expect(inside).toHaveLength(100)
    const before = await expectConserved(
      store,
      quotas.map(({ counter }) => counter),
    )
    expect(quotas.map(({ counter }) => before.get(counter)?.held)).toEqual([10_000n, 100n])
    await Promise.all(
      inside.map(({ node, asked, decision }) => settle(node, holdOf(asked, decision as Admitted), 90n)),
    )
    const after = await expectConserved(
      store,
      quotas.map(({ counter }) => counter),
    )
    expect(after.get((quotas[0] as Quota).counter)).toEqual({ spent: 9000n, held: 0n })
  })

  test('a request that is marked as sent while its hold is being swept is charged', async () => {
    const store = await database.open()
    const budget = quotaOf('key', 'marked', 'credits', 'none', 100n)
    await addCounters(store, [budget])
    const asked = admissionOf([budget], costing(100), { sent: false })
    const decision = await ledgerOver(store, { node: 'slow' }).admit(asked)
    expect(decision.admitted).toBe(true)
    // The sweep waits behind whoever has the counter; meanwhile the slow node goes on.
    const swept = await store.db.transaction().execute(async (busy) => {
      await busy.selectFrom('counters').select('id').where('id', '=', budget.counter).forUpdate().execute()
      const sweep = ledgerOver(store).sweep(asked.id)
      await waitForLock(database)
      expect(await markSentRow(store.db, asked.id)).toBe(true)
      return { sweep }
    })
    await swept.sweep
    const sums = await expectConserved(store, [budget.counter])
    expect(sums.get(budget.counter)).toEqual({ spent: 100n, held: 0n })
  })
})
