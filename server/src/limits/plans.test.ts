import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Deps } from '../deps.ts'
import { assignPlan, createPlan, deletePlan, getPlan, type PlanPatch, updatePlan } from './plans.ts'
import { listQuotas, removeQuota, setQuota } from './quotas.ts'

const CODE = (code: string) => expect.objectContaining({ code })
const MONTH = { subject: 'user', unit: 'credits', period: 'month' }

describe.each(DATABASES)('plans and quotas', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database?.remove())

    const audited = async (action: string) =>
      (await deps.db.selectFrom('audit_log').selectAll().where('action', '=', action).execute()).at(-1)

    it('A plan comes back as it was made, and every change of it stands in the audit log', async () => {
      const quotas = [{ ...MONTH, amount: '9.000000001' }]
      const made = await createPlan(deps, OPERATOR, { id: 'team', rank: 35, tools: ['web_search'], quotas })
      expect(await getPlan(deps, 'team')).toEqual(made)
      expect(made).toMatchObject({ models: null, quotas: [{ ...MONTH, amount: 9_000_000_001n }] })
      const changed = await updatePlan(deps, OPERATOR, 'team', { tools: null })
      expect(changed).toEqual({ ...made, tools: null })
      expect(JSON.parse((await audited('plan.update'))?.after ?? '')).toMatchObject({ tools: null, rank: 35 })
      const again = createPlan(deps, OPERATOR, { id: 'team', rank: 1 })
      await expect(again).rejects.toEqual(CODE('invalid_request'))
    })

    it.each<[PlanPatch, RegExp]>([
      [{ quotas: [{ ...MONTH, amount: '0.0000000001' }] }, /nine decimals/],
      [{ quotas: [{ ...MONTH, unit: 'tokens', amount: '1.5' }] }, /whole number/],
      [{ quotas: [{ ...MONTH, amount: '-1' }] }, /from 0/],
      [{ quotas: [{ ...MONTH, unit: 'in_flight', amount: '1' }] }, /period none/],
      [{ quotas: [{ ...MONTH, subject: 'team', amount: '1' }] }, /key, end_user/],
      [{ quotas: [1, 2].map((amount) => ({ ...MONTH, amount: `${amount}` })) }, /twice/],
      [{ rank: 1.5 }, /whole number/],
    ])('%j is refused with the reason', async (patch, reason) => {
      const faulty = updatePlan(deps, OPERATOR, 'free', patch)
      await expect(faulty).rejects.toThrow(reason)
    })

    it('A plan that somebody has, or that is the default, cannot be deleted; one that is not there cannot be given', async () => {
      const { userId, organizationId } = await makeOwner(deps)
      await createPlan(deps, OPERATOR, { id: 'kept', rank: 1 })
      await assignPlan(deps, OPERATOR, { user: userId }, 'kept')
      await assignPlan(deps, OPERATOR, { organization: organizationId }, 'kept')
      await expect(deletePlan(deps, OPERATOR, 'kept')).rejects.toThrow(/1 users and 1 organisations/)
      await assignPlan(deps, OPERATOR, { user: userId }, null)
      await assignPlan(deps, OPERATOR, { organization: organizationId }, null)
      const byDefault = { ...deps, config: { ...deps.config, plans: { default: 'kept' } } }
      await expect(deletePlan(byDefault, OPERATOR, 'kept')).rejects.toThrow(/default/)
      await deletePlan(deps, OPERATOR, 'kept')
      await expect(assignPlan(deps, OPERATOR, { user: userId }, 'kept')).rejects.toEqual(CODE('not_found'))
    })

    it('A quota is set once per subject, unit and period, and only for what the organisation has', async () => {
      const { userId, organizationId } = await makeOwner(deps)
      const stranger = await makeOwner(deps)
      const set = (amount: string, subjectId = userId) =>
        setQuota(deps, OPERATOR, { organizationId, subjectId, ...MONTH, amount })
      const first = await set('5')
      expect(await set('0.5')).toEqual({ ...first, amount: '0.5' })
      expect(await listQuotas(deps, organizationId)).toEqual([{ ...first, amount: '0.5' }])
      expect(await audited('quota.set')).toMatchObject({
        before: expect.stringContaining('"amount":"5"'),
        after: expect.stringContaining('"amount":"0.5"'),
      })
      await expect(set('1', stranger.userId)).rejects.toEqual(CODE('not_found'))
      await removeQuota(deps, OPERATOR, first.id)
      expect(await listQuotas(deps, organizationId)).toEqual([])
    })
  })
})
