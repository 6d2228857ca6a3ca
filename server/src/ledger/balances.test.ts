import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { commitRows, usageRow } from '../../test/support/usage-rows.ts'
import type { Deps } from '../deps.ts'
import { type Quota, quotaOf } from '../limits/quota.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { balanceOf, creditsOf, grantCredits } from './balances.ts'
import { openCounters } from './open-counters.ts'
import { refundRequest } from './refunds.ts'

const CODE = (code: string) => expect.objectContaining({ code })
let requests = 0

describe.each(DATABASES)('balances', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      const { own } = database
      deps = { ...own, config: { ...own.config, balance: { of: 'organization', minimum: '0' } } }
    })
    afterAll(() => database?.remove())

    const counterOf = (id: string) =>
      deps.db.selectFrom('counters').selectAll().where('id', '=', id).executeTakeFirst()
    const entriesOf = (counter: string) =>
      deps.db.selectFrom('ledger_entries').selectAll().where('counter', '=', counter).orderBy('id').execute()
    /** A request that cost so much, through the ledger itself. */
    const spend = async (
      quotas: readonly Quota[],
      credits: bigint,
      more: Partial<UsageEvent> = {},
      at = deps.now(),
    ) => {
      const ledger = ledgerOver(deps.store)
      const id = `req_balances_${requests++}`
      const demand = {
        inputTokens: 0,
        choices: 1,
        outputTokens: 0,
        leastOutputTokens: 0,
        inputNanos: 0n,
        outputNanos: 0n,
        fixedNanos: credits,
      }
      const context = JSON.stringify({})
      const decision = await ledger.admit({ id, quotas, demand, at, sent: true, context })
      if (!decision.admitted) return undefined
      const parts = decision.parts.map(({ quota, windowStart, amount }) => ({
        counter: quota.counter,
        windowStart,
        unit: quota.unit,
        amount,
      }))
      const event = usageRow({ id, started_at: at, finished_at: at, cost_nanos: credits, ...more })
      await ledger.record(event, { id, sheet: decision.sheet, parts }, { credits, tokens: 0n, requests: 1n })
      return id
    }

    it('What is granted is there once, however often and from wherever the same grant is sent', async () => {
      const { organizationId } = await makeOwner(deps)
      const grant = (by: Deps, amountNanos: bigint) =>
        grantCredits(by, OPERATOR, { organizationId, amountNanos, reference: 'invoice 7', note: 'Paid' })
      const other = { ...(await database.another()), config: deps.config }
      const made = await Promise.all([deps, other, deps, other].map((by) => grant(by, 5n)))
      expect(made.map(({ replayed }) => replayed).sort()).toEqual([false, true, true, true])
      expect(new Set(made.map(({ id }) => id)).size).toBe(1)
      await expect(grant(deps, 6n)).rejects.toEqual(CODE('idempotency_mismatch'))
      await Promise.all(
        [deps, other, deps].map((by) => grantCredits(by, OPERATOR, { organizationId, amountNanos: 10n })),
      )
      expect(await balanceOf(deps, { organizationId })).toEqual({
        granted: 35n,
        spent: 0n,
        held: 0n,
        remaining: 35n,
      })
      const entries = await entriesOf(`organization:${organizationId}:credits:balance`)
      expect(entries.reduce((sum, { entry_amount }) => sum + entry_amount, 0n)).toBe(35n)
      expect(entries[0]).toMatchObject({
        debit: 'issued',
        kind: 'grant',
        note: 'Paid',
        actor_kind: 'operator',
      })
    })

    it('A grant of nothing, of less, of too much and without an account is refused', async () => {
      const { organizationId, userId } = await makeOwner(deps)
      for (const amountNanos of [0n, -1n, 2n ** 63n]) {
        const grant = grantCredits(deps, OPERATOR, { organizationId, amountNanos })
        await expect(grant).rejects.toEqual(CODE('invalid_request'))
      }
      const without = { ...deps, config: database.own.config }
      await expect(grantCredits(without, OPERATOR, { userId, amountNanos: 1n })).rejects.toEqual(
        CODE('invalid_request'),
      )
      await expect(grantCredits(deps, OPERATOR, { organizationId: 'none', amountNanos: 1n })).rejects.toEqual(
        CODE('not_found'),
      )
    })

    it('granted = spent + held + remaining, while requests, grants and refunds come at once from two nodes', async () => {
      const { organizationId } = await makeOwner(deps)
      const balance = quotaOf('organization', organizationId, 'credits', 'none', null)
      const other = { ...(await database.another()), config: deps.config }
      await grantCredits(deps, OPERATOR, { organizationId, amountNanos: 100n })
      const work = Array.from({ length: 12 }, async (_, index) => {
        if (index % 3 === 0) await grantCredits(other, OPERATOR, { organizationId, amountNanos: 1n })
        const id = await spend([balance], 7n)
        if (id && index % 2) await refundRequest(other, OPERATOR, id, { amountNanos: 3n })
      })
      await Promise.all(work)
      expect(await balanceOf(deps, { organizationId })).toEqual({
        granted: 104n,
        spent: 12n * 7n - 6n * 3n,
        held: 0n,
        remaining: 38n,
      })
      expect(await creditsOf(deps, { organizationId, userId: '' })).toEqual({ granted: 104n, used: 66n })
    })

    it('No more is refunded than was charged, to every budget whose window is still open', async () => {
      const { organizationId } = await makeOwner(deps)
      const balance = quotaOf('organization', organizationId, 'credits', 'none', null)
      const daily = quotaOf('key', organizationId, 'credits', 'day', 50n)
      await grantCredits(deps, OPERATOR, { organizationId, amountNanos: 100n })
      const id = (await spend([daily, balance], 20n)) ?? ''
      const refund = (amountNanos?: bigint) =>
        refundRequest(deps, OPERATOR, id, amountNanos === undefined ? {} : { amountNanos })
      await refund(5n)
      expect((await counterOf(daily.counter))?.spent_amount).toBe(15n)
      await expect(refund(16n)).rejects.toEqual(CODE('invalid_request'))
      // The next day has begun for the budget; the balance knows no days.
      const tomorrow = deps.now() + 86_400_000
      await spend([daily], 9n, {}, tomorrow)
      expect(await refund()).toMatchObject({ amountNanos: 15n, counters: [balance.counter] })
      expect((await counterOf(daily.counter))?.spent_amount).toBe(9n)
      expect((await counterOf(balance.counter))?.spent_amount).toBe(0n)
      await expect(refund()).rejects.toEqual(CODE('invalid_request'))
      await expect(refundRequest(deps, OPERATOR, 'req_none')).rejects.toEqual(CODE('not_found'))
    })

    it('A counter starts at what its subject has used in the window, once, and a balance at nothing', async () => {
      const owner = await makeOwner(deps)
      const { organizationId: org, userId } = owner
      const now = Date.parse('2026-05-20T10:00:00Z')
      const row = (time: string, cost: bigint, more: Partial<UsageEvent> = {}) => {
        const at = Date.parse(time)
        const whose = {
          key_id: `k${org}`,
          organization_id: org,
          user_id: userId,
          started_at: at,
          finished_at: at,
        }
        return usageRow({ ...whose, cost_nanos: cost, input_tokens: 3, output_tokens: 4, ...more })
      }
      const project = `p${org}`
      await deps.db
        .insertInto('projects')
        .values({ id: project, organization_id: org, name: 'P', created_at: 0, archived_at: null })
        .execute()
      await commitRows(deps.store, [
        row('2026-05-20T00:00:00.000Z', 1n, { project_id: project, end_user: 'a/b:c' }),
        row('2026-05-19T23:59:59.999Z', 10n, { user_id: 'another' }),
        row('2026-05-17T23:59:59.999Z', 100n, { key_id: `other${org}` }),
        row('2026-04-30T23:59:59.999Z', 2n ** 60n),
      ])
      const expected = {
        [`key:k${org}:credits:day`]: 1n,
        [`key:k${org}:credits:week`]: 11n,
        [`key:k${org}:credits:none`]: 2n ** 60n + 11n,
        [`organization:${org}:credits:month`]: 111n,
        [`organization:${org}:requests:month`]: 3n,
        [`organization:${org}:tokens:day`]: 7n,
        [`organization:${org}:requests:minute`]: 0n,
        [`organization:${org}:in_flight:none`]: 0n,
        [`organization:${org}:credits:balance`]: 0n,
        [`user:${org}/${userId}:credits:month`]: 101n,
        [`project:${project}:credits:month`]: 1n,
        [`end_user:${org}/a/b:c:credits:none`]: 1n,
      }
      const ids = Object.keys(expected)
      const other = await database.another()
      const open = (by: Deps, order: string[]) => openCounters({ ...by, now: () => now }, order)
      await Promise.all([open(deps, ids), open(other, ids.toReversed()), open(deps, ids)])
      const rows = await deps.db.selectFrom('counters').selectAll().where('id', 'in', ids).execute()
      expect(Object.fromEntries(rows.map(({ id, spent_amount }) => [id, spent_amount]))).toEqual(expected)
      const entries = await deps.db
        .selectFrom('ledger_entries')
        .selectAll()
        .where('counter', 'in', ids)
        .execute()
      const opened = Object.fromEntries(entries.map(({ counter, entry_amount }) => [counter, entry_amount]))
      expect(opened).toEqual(Object.fromEntries(Object.entries(expected).filter(([, amount]) => amount > 0n)))
      expect(entries).toHaveLength(Object.keys(opened).length)
      expect(entries[0]).toMatchObject({ kind: 'opening', credit: 'usage', debit: entries[0]?.counter })
    })
  })
})
