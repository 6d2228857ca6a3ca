import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addCounters, admissionOf, costing, holdOf, settle } from '../../test/support/admissions.ts'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { quotaOf } from '../limits/quota.ts'
import { explainRequest } from './explain-request.ts'
import { refundRequest } from './refunds.ts'

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the story of a request on ${name}`, () => {
    const quota = quotaOf('key', 'k', 'credits', 'month', 1000n)
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      await addCounters(deps.store, [quota])
    })
    afterAll(() => database.remove())

    test('goes from its hold to its charge and its refund, with what the counter says', async () => {
      const ledger = ledgerOver(deps.store)
      const admission = admissionOf([quota], costing(100), { sent: false })
      const { id } = admission
      const decision = await ledger.admit(admission)
      if (!decision.admitted) throw new Error('refused')
      const share = { counter: quota.counter, unit: 'credits', held: 100n }
      expect(await explainRequest(deps, id)).toMatchObject({
        state: 'under way',
        key_id: 'k',
        model: 'm',
        node: 'node',
        nodeAlive: false,
        sent: false,
        placedAt: admission.at,
        quotas: [{ ...share, charged: undefined, now: { spent: 0n, held: 100n } }],
      })
      await settle(ledger, holdOf(admission, decision), 130n)
      await refundRequest(deps, OPERATOR, id, { amountNanos: 30n, note: 'Too slow' })
      expect(await explainRequest(deps, id)).toMatchObject({
        state: 'settled',
        cost_basis: 'reported',
        cost_nanos: 100n,
        held_nanos: 100n,
        overrun_nanos: 30n,
        quotas: [{ ...share, charged: 100n, now: { spent: 70n, held: 0n } }],
        refunds: [{ counter: quota.counter, amount: 30n, note: 'Too slow', by: 'operator' }],
      })
    })

    test('of a request that nobody knows is an error that says where ids are found', async () => {
      const unknown = expect.objectContaining({
        code: 'not_found',
        message: expect.stringContaining('x-request-id'),
      })
      await expect(explainRequest(deps, 'req_unknown')).rejects.toEqual(unknown)
    })
  })
}
