import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import type { Config } from '../config/config.ts'
import type { Deps } from '../deps.ts'
import { createKey } from '../keys/keys.ts'
import { KeyVerifier } from '../keys/verify.ts'
import { quotasFor, quotasOf } from './limits-of-key.ts'
import type { Quota } from './quota.ts'

const namesOf = (quotas: readonly Quota[]) => quotas.map(({ counter, amount }) => `${counter}=${amount}`)

describe.each(DATABASES)('the quotas of a request', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database?.remove())

    const configured = (change: Partial<Config>): Deps => ({ ...deps, config: { ...deps.config, ...change } })
    const addQuota = (organizationId: string, row: Partial<Record<string, unknown>>) =>
      deps.db
        .insertInto('quotas')
        .values({
          id: crypto.randomUUID(),
          organization_id: organizationId,
          subject_kind: 'organization',
          subject_id: organizationId,
          unit: 'requests',
          period: 'minute',
          quota_amount: 1n,
          created_at: 0,
          updated_at: null,
          ...row,
        })
        .execute()
    const addPlan = (id: string, rank: number, amount: number) => {
      const quotas = [{ subject: 'user', unit: 'requests', period: 'minute', amount: `${amount}` }]
      const fields = { id, name: id, rank, tools: null, models: null, quotas: JSON.stringify(quotas) }
      return deps.db
        .insertInto('plans')
        .values({ ...fields, created_at: 0, updated_at: null })
        .execute()
    }
    const setPlan = (table: 'user' | 'organization', id: string, plan: string) =>
      deps.db.updateTable(table).set({ plan }).where('id', '=', id).execute()

    it('All that limits it binds, the most specific first and the balance last', async () => {
      const owner = await makeOwner(deps)
      const { organizationId: org, userId } = owner
      const { key, secret } = await createKey(deps, owner, {
        name: 'K',
        limitNanos: 7n,
        limitReset: 'monthly',
      })
      await addQuota(org, { quota_amount: 60n })
      await addQuota(org, { unit: 'credits', period: 'month', quota_amount: 900n })
      await addQuota(org, { subject_kind: 'user', subject_id: userId, unit: 'credits', period: 'day' })
      await addQuota(org, { subject_kind: 'user', subject_id: 'another', unit: 'credits', period: 'day' })
      await addQuota(org, {
        subject_kind: 'key',
        subject_id: key.id,
        unit: 'credits',
        period: 'month',
        quota_amount: 5n,
      })
      await addQuota(org, { subject_kind: 'end_user', subject_id: '*', unit: 'tokens', period: 'day' })
      const own = configured({ plans: { default: 'free' }, balance: { of: 'organization', minimum: '0.10' } })
      const { limits } = await new KeyVerifier(own).verify(secret, '127.0.0.1')
      const quotas = quotasFor(limits, key, null, 'eve')
      expect(namesOf(quotas)).toEqual([
        `organization:${org}:requests:minute=20`,
        `end_user:${org}/eve:tokens:day=1`,
        `key:${key.id}:credits:month=5`,
        `user:${org}/${userId}:credits:day=1`,
        `organization:${org}:credits:month=900`,
        `organization:${org}:credits:balance=null`,
      ])
      expect(quotas.at(-1)?.minimum).toBe(100_000_000n)
      expect(quotasFor(limits, key, null, 'eve')).toBe(quotas)
      expect(quotasFor(limits, key, null, null)).toHaveLength(5)
    })

    it('A limit of zero is a quota of zero, and without any limit there is none', async () => {
      const owner = await makeOwner(deps)
      const verifier = new KeyVerifier(deps)
      const limitsOf = async (limitNanos: bigint | null) => {
        const { key, secret } = await createKey(deps, owner, { name: 'K', limitNanos })
        return quotasFor((await verifier.verify(secret, '127.0.0.1')).limits, key, null, 'eve')
      }
      expect((await limitsOf(0n))[0]).toMatchObject({ amount: 0n, period: 'none' })
      expect(await limitsOf(null)).toEqual([])
    })

    it('The higher of the two plans applies, and a change of any of them from the next request', async () => {
      const owner = await makeOwner(deps)
      const { key, secret } = await createKey(deps, owner, { name: 'K' })
      const [low, high] = [`low-${owner.userId}`, `high-${owner.userId}`]
      await addPlan(low, 1, 10)
      await setPlan('organization', owner.organizationId, low)
      await setPlan('user', owner.userId, high)
      await deps.store.epoch.refresh()
      const verifier = new KeyVerifier(deps)
      const ask = async () => {
        const { limits, plan } = await verifier.verify(secret, '127.0.0.1')
        return [plan, quotasFor(limits, key, null, null)[0]?.amount]
      }
      expect(await ask()).toEqual([low, 10n])
      // The user's is named already and comes into being only now.
      await addPlan(high, 2, 20)
      await deps.store.epoch.refresh()
      expect(await ask()).toEqual([high, 20n])
      await deps.db.updateTable('plans').set({ rank: 0 }).where('id', '=', high).execute()
      await deps.store.epoch.refresh()
      expect(await ask()).toEqual([low, 10n])
    })

    it('The limit of one end user binds him alone, is read when he comes, and changes from the next request', async () => {
      const owner = await makeOwner(deps)
      const { organizationId } = owner
      const { key, secret } = await createKey(deps, owner, { name: 'K' })
      const verifier = new KeyVerifier(deps)
      const ask = async (endUser: string | null) => {
        const { limits } = await verifier.verify(secret, '127.0.0.1')
        return namesOf(await quotasOf(deps, limits, key, null, endUser))
      }
      expect(await ask('eve')).toEqual([])
      await addQuota(organizationId, { subject_kind: 'end_user', subject_id: '*', quota_amount: 9n })
      await addQuota(organizationId, { subject_kind: 'end_user', subject_id: 'eve', quota_amount: 3n })
      await deps.store.epoch.refresh()
      expect(await ask('eve')).toEqual([`end_user:${organizationId}/eve:requests:minute=3`])
      expect(await ask('bob')).toEqual([`end_user:${organizationId}/bob:requests:minute=9`])
      expect(await ask(null)).toEqual([])
      await deps.db.updateTable('quotas').set({ quota_amount: 2n }).where('subject_id', '=', 'eve').execute()
      await deps.store.epoch.refresh()
      expect(await ask('eve')).toEqual([`end_user:${organizationId}/eve:requests:minute=2`])
    })
  })
})
