import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addCounters, admissionOf, costing, holdOf, settle } from '../../test/support/admissions.ts'
import { DATABASES } from '../../test/support/claviger.ts'
import { expectLedgerClean } from '../../test/support/ledger-check.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { type Quota, quotaOf } from '../limits/quota.ts'
import { grantCredits } from './balances.ts'
import type { Hold } from './entry.ts'
import type { Ledger } from './ledger.ts'
import { refundRequest } from './refunds.ts'
import { verifyLedger } from './verify-ledger.ts'

/** Of sums by person and by what requests name. */
const AMOUNTS = ['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'units', 'cost_nanos']

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the verification of the ledger on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let ledger: Ledger
    let quotas: Quota[]
    beforeAll(async () => {
      database = await openDeps(postgres)
      const { own } = database
      deps = { ...own, config: { ...own.config, balance: { of: 'organization', minimum: '0' } } }
      ledger = ledgerOver(deps.store)
      const { organizationId } = await makeOwner(deps)
      await grantCredits(deps, OPERATOR, { organizationId, amountNanos: 1_000_000n })
      quotas = [
        quotaOf('organization', organizationId, 'credits', 'none', null),
        quotaOf('key', 'k', 'credits', 'month', 1_000_000n),
        quotaOf('key', 'k', 'requests', 'minute', 1_000_000n),
        quotaOf('end_user', `${organizationId}/e`, 'tokens', 'day', 1_000_000n),
        quotaOf('user', `${organizationId}/u`, 'in_flight', 'none', 1_000_000n),
      ]
      await addCounters(deps.store, quotas.slice(1))
    })
    afterAll(() => database.remove())

    const faultsNow = async () => (await verifyLedger(deps)).faults
    const admit = async (output = 100): Promise<Hold> => {
      const admission = admissionOf(quotas, costing(output))
      const decision = await ledger.admit(admission)
      if (!decision.admitted) throw new Error(`refused by ${decision.refusal.quota.counter}`)
      return holdOf(admission, decision)
    }
    const request = async (cost: bigint): Promise<string> => {
      const hold = await admit()
      const now = deps.now()
      await settle(ledger, hold, cost, { started_at: now, finished_at: now })
      return hold.id
    }

    test('finds nothing after admissions, settlements, overruns, refunds, sweeps and grants', async () => {
      await Promise.all([request(70n), request(0n), request(130n)])
      const refunded = await request(90n)
      await refundRequest(deps, OPERATOR, refunded, { amountNanos: 40n })
      await ledgerOver(deps.store).sweep((await admit()).sheet)
      await admit()
      await ledger.record(usageRow({ project_id: 'p', end_user: 'e' }))
      const report = await verifyLedger(deps)
      expect(report.faults).toEqual([])
      expect(report).toMatchObject({ clean: true, counters: 5, requests: 6, holds: 1, overrunNanos: 30n })
      expect(report.entries).toBeGreaterThanOrEqual(3)
    })

    /** A statement that spoils the books, one that mends them, and what must be found between the two. */
    const plants = (): [what: string, spoil: string, mend: string, found: object[]][] => {
      const balance = quotas[0]?.counter as string
      const counter = (set: string) => `UPDATE counters SET ${set} WHERE id = '${balance}'`
      // Two persons had requests; one of them named a project and an end user.
      const found = (what: string, column: string) =>
        [1, 2].map(() => ({ what, is: expect.stringMatching(`^${column} \\d+$`) }))
      const days = (by: number) =>
        `UPDATE usage_days SET cost_nanos = cost_nanos + ${by} WHERE key_id = 'k' AND day = (SELECT MAX(day) FROM usage_days)`
      return [
        [
          'a nano too much spent',
          counter('spent_amount = spent_amount + 1'),
          counter('spent_amount = spent_amount - 1'),
          [{ what: 'spent', id: balance, window: 0 }],
        ],
        [
          'a nano too little held',
          counter('held_amount = held_amount - 1'),
          counter('held_amount = held_amount + 1'),
          [{ what: 'held', id: balance, is: '99', shouldBe: '100' }],
        ],
        [
          'a grant without its counter',
          counter('granted_amount = 0'),
          counter('granted_amount = 1000000'),
          [{ what: 'granted', id: balance, is: '0', shouldBe: '1000000' }],
        ],
        [
          'a counter that is missing',
          `UPDATE counters SET id = 'x' WHERE id = '${balance}'`,
          `UPDATE counters SET id = '${balance}' WHERE id = 'x'`,
          [
            { what: 'counter', id: balance, is: 'missing' },
            { what: 'spent', id: 'x' },
            { what: 'held', id: 'x' },
            { what: 'granted', id: 'x' },
          ],
        ],
        ['a sum by day', days(1), days(-1), [{ what: 'usage_days' }, { what: 'key_usage', id: 'k' }]],
        [
          'a sum by person',
          `UPDATE usage_user_days SET failed = failed + 1 WHERE day = (SELECT MAX(day) FROM usage_user_days)`,
          `UPDATE usage_user_days SET failed = failed - 1 WHERE day = (SELECT MAX(day) FROM usage_user_days)`,
          [{ what: 'usage_user_days' }],
        ],
        [
          'a sum by project',
          `UPDATE usage_subject_days SET requests = requests + 1 WHERE subject = 'project:p'`,
          `UPDATE usage_subject_days SET requests = requests - 1 WHERE subject = 'project:p'`,
          [{ what: 'usage_subject_days', is: 'requests 2', shouldBe: 'requests 1' }],
        ],
        [
          'a sum by end user that is of another',
          `UPDATE usage_subject_days SET subject = 'end_user:x' WHERE subject = 'end_user:e'`,
          `UPDATE usage_subject_days SET subject = 'end_user:e' WHERE subject = 'end_user:x'`,
          [
            { what: 'usage_subject_days', is: expect.stringMatching(/^requests 1, .*cost_nanos 7$/) },
            { what: 'usage_subject_days', shouldBe: expect.stringMatching(/^requests 1, .*cost_nanos 7$/) },
          ],
        ],
        ...['usage_user_days', 'usage_subject_days'].flatMap((table) =>
          AMOUNTS.map((column): ReturnType<typeof plants>[number] => [
            `${column} of ${table}`,
            `UPDATE ${table} SET ${column} = ${column} + 1`,
            `UPDATE ${table} SET ${column} = ${column} - 1`,
            found(table, column),
          ]),
        ),
        [
          'a sum by key',
          `UPDATE key_usage SET requests = requests + 1`,
          `UPDATE key_usage SET requests = requests - 1`,
          [{ what: 'key_usage', id: 'k' }],
        ],
        ...['day', 'week', 'month'].flatMap(
          (period): ReturnType<typeof plants> => [
            [
              `a sum of a key’s newest ${period}`,
              `UPDATE key_usage SET ${period}_nanos = ${period}_nanos + 1`,
              `UPDATE key_usage SET ${period}_nanos = ${period}_nanos - 1`,
              [{ what: 'key_usage', id: 'k', is: expect.stringMatching(`^${period}_nanos \\d+$`) }],
            ],
            [
              `a ${period} of a key that is not its newest`,
              `UPDATE key_usage SET ${period} = ${period} + 31`,
              `UPDATE key_usage SET ${period} = ${period} - 31`,
              [{ what: 'key_usage', id: 'k' }],
            ],
          ],
        ),
        [
          'a hold without an owner',
          `UPDATE hold_sheets SET placed_at = placed_at - 60000`,
          `UPDATE hold_sheets SET placed_at = placed_at + 60000`,
          [{ what: 'abandoned' }],
        ],
      ]
    }

    test('finds each fault that is planted, and names its row', async () => {
      for (const [what, spoil, mend, found] of plants()) {
        await database.raw(spoil)
        const faults = await faultsNow()
        expect(faults, what).toHaveLength(found.length)
        for (const fault of found) expect(faults, what).toContainEqual(expect.objectContaining(fault))
        await database.raw(mend)
      }
      await expectLedgerClean(database)
    })

    test('finds a charge, a hold and an entry that are gone', async () => {
      const counted = quotas.filter(({ unit }) => unit !== 'in_flight').map(({ counter }) => counter)
      const charged = await request(50n)
      const { charges } = await deps.db
        .selectFrom('usage_events')
        .select('charges')
        .where('id', '=', charged)
        .executeTakeFirstOrThrow()
      const write = (charges: string | null) =>
        deps.db.updateTable('usage_events').set({ charges }).where('id', '=', charged).execute()
      await write(null)
      const spent = await faultsNow()
      expect(new Set(spent.map(({ what }) => what))).toEqual(new Set(['spent']))
      expect(spent.map(({ id }) => id).sort()).toEqual(counted.sort())
      await write(charges?.replace(/"50"/, '"101"') ?? null)
      expect(await faultsNow()).toContainEqual(expect.objectContaining({ what: 'charge', id: charged }))
      await write('[["')
      expect(await faultsNow()).toContainEqual(expect.objectContaining({ what: 'unreadable', id: charged }))
      await write(charges)
      const { id } = await admit()
      const sheet = await deps.db
        .selectFrom('hold_sheets')
        .selectAll()
        .where('holds', 'like', `%"${id}"%`)
        .executeTakeFirstOrThrow()
      await deps.db.deleteFrom('hold_sheets').where('id', '=', sheet.id).execute()
      const held = await faultsNow()
      expect(held.map(({ what }) => what)).toEqual(quotas.map(() => 'held'))
      await deps.db
        .insertInto('hold_sheets')
        .values({ ...sheet, holds: '[["' })
        .execute()
      expect(await faultsNow()).toContainEqual(expect.objectContaining({ what: 'unreadable', id: sheet.id }))
      await deps.db
        .updateTable('hold_sheets')
        .set({ holds: sheet.holds })
        .where('id', '=', sheet.id)
        .execute()
      await expectLedgerClean(database)
      const trigger = postgres ? 'ledger_entries_append_only ON ledger_entries' : 'ledger_entries_no_delete'
      await database.raw(`DROP TRIGGER ${trigger}`)
      const [entry] = await deps.db
        .selectFrom('ledger_entries')
        .selectAll()
        .where('kind', '=', 'refund')
        .execute()
      if (!entry) throw new Error('There is no refund')
      await deps.db.deleteFrom('ledger_entries').where('id', '=', entry.id).execute()
      expect(await faultsNow()).toMatchObject([{ what: 'spent', id: entry.counter }])
      await deps.db.insertInto('ledger_entries').values(entry).execute()
      await expectLedgerClean(database)
    })

    test('a look takes one moment and stops nobody: requests go on beside it and do not show in it', async () => {
      const count = (db: Deps['db']) => db.selectFrom('usage_events').select('id').execute()
      await deps.store.snapshot(async (db) => {
        const before = (await count(db)).length
        await request(60n)
        await deps.db.insertInto('meta').values({ name: 'beside the look', value: '' }).execute()
        expect((await count(db)).length).toBe(before)
        expect((await count(deps.db)).length).toBe(before + 1)
      })
      const write = deps.store.snapshot((db) => db.deleteFrom('meta').execute())
      await expect(write).rejects.toThrow(/read-?only/)
    })

    test('requests that come and go all the time are no fault', async () => {
      let going = true
      const load = Array.from({ length: 8 }, async () => {
        while (going) await request(60n)
      })
      for (let look = 0; look < 5; look++) expect((await verifyLedger(deps)).faults).toEqual([])
      going = false
      await Promise.all(load)
      await expectLedgerClean(database)
    })
  })
}
