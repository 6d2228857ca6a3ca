import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { expectLedgerClean } from '../../test/support/ledger-check.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { usageRow } from '../../test/support/usage-rows.ts'
import { writePlanOf } from '../accounts/plan-holders.ts'
import { createProject } from '../accounts/projects.ts'
import type { Deps } from '../deps.ts'
import { createKey, updateKey } from '../keys/keys.ts'
import { KeyVerifier } from '../keys/verify.ts'
import { quotasOf } from '../limits/limits-of-key.ts'
import { createPlan } from '../limits/plans.ts'
import { removeQuota, setQuota } from '../limits/quotas.ts'
import { catchUp, noteEnded } from './catch-up.ts'
import { pruneUsage } from './prune-usage.ts'
import { refundRequest } from './refunds.ts'
import { takenOfKeys } from './remaining.ts'

let requests = 0

/** One node: requests go through it as through the gateway, but for the provider. */
function nodeOver(deps: Deps, at = deps.now) {
  const verifier = new KeyVerifier(deps)
  const ledger = ledgerOver(deps.store, { now: deps.now })
  const begin = async (secret: string, credits: bigint, endUser: string | null = null) => {
    const { key, limits } = await verifier.verify(secret, '127.0.0.1')
    const quotas = await quotasOf(deps, limits, key, key.projectId, endUser)
    await catchUp(deps, limits, quotas)
    const id = `req_${String(requests++).padStart(8, '0')}`
    const nothing = {
      inputTokens: 15,
      outputTokens: 0,
      leastOutputTokens: 0,
      inputNanos: 0n,
      outputNanos: 0n,
    }
    const demand = { ...nothing, choices: 1, fixedNanos: credits }
    const started = at()
    const context = JSON.stringify({ started_at: started })
    const admission = { id, quotas, demand, at: started, sent: true, context }
    const placed = quotas.length > 0 ? await ledger.admit(admission) : undefined
    if (placed && !placed.admitted) return undefined
    const parts = (placed?.parts ?? []).map(({ quota: { counter, unit }, windowStart, amount }) => ({
      counter,
      windowStart,
      unit,
      amount,
    }))
    const hold = placed && { id, sheet: placed.sheet, parts }
    const event = usageRow({
      id,
      started_at: started,
      finished_at: started,
      organization_id: key.organizationId,
      user_id: key.userId,
      key_id: key.id,
      project_id: key.projectId,
      end_user: endUser,
      cost_nanos: credits,
    })
    const end = async () => {
      await ledger.record(event, hold, { credits, tokens: 15n, requests: 1n })
      noteEnded(deps, event, hold)
    }
    return { id, credits, end, counters: parts.map(({ counter }) => counter) }
  }
  const spend = async (secret: string, credits: bigint, endUser?: string) => {
    const request = await begin(secret, credits, endUser)
    await request?.end()
    return request?.id
  }
  return { begin, spend, ledger }
}

/** Numbers below a bound, the same in every run. */
function dice(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

describe.each(DATABASES)('a limit that was away', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database?.remove())

    it('However a key’s limit comes, goes and changes its period, it counts what was used, refunded and is held', async () => {
      const owner = await makeOwner(deps)
      const { begin } = nodeOver(deps)
      for (const seed of [1, 2, 3, 4]) {
        const roll = dice(seed)
        const { key, secret } = await createKey(deps, owner, { name: 'K', limitNanos: 20n })
        let limit: { limitNanos: bigint | null; limitReset: 'daily' | 'monthly' | null } = {
          limitNanos: 20n,
          limitReset: null,
        }
        const open: NonNullable<Awaited<ReturnType<typeof begin>>>[] = []
        const ended: { id: string; left: bigint; held: boolean }[] = []
        const counter = () =>
          `key:${key.id}:credits:${{ daily: 'day', monthly: 'month', none: 'none' }[limit.limitReset ?? 'none']}`
        const taken = () =>
          ended.reduce((sum, { left }) => sum + left, 0n) +
          open.reduce(
            (sum, { counters, credits }) => (counters.includes(counter()) ? sum + credits : sum),
            0n,
          )
        const steps = {
          change: async () => {
            const limitNanos = [null, BigInt(5 + roll(40)), BigInt(5 + roll(40))][roll(3)] as bigint | null
            limit = { limitNanos, limitReset: ([null, 'daily', 'monthly'] as const)[roll(3)] ?? null }
            await updateKey(deps, owner, key.id, limit)
          },
          ask: async () => {
            const credits = BigInt(1 + roll(4))
            const before = taken()
            const request = await begin(secret, credits)
            const fits = limit.limitNanos === null || before + credits <= limit.limitNanos
            expect(request !== undefined, `${before} + ${credits} of ${limit.limitNanos}`).toBe(fits)
            if (request) open.push(request)
          },
          end: async () => {
            const [request] = open.splice(roll(open.length), 1)
            if (!request) return
            await request.end()
            ended.push({ id: request.id, left: request.credits, held: request.counters.length > 0 })
          },
          refund: async () => {
            const request = ended.find(({ left, held }) => held && left > 0n)
            if (!request) return
            await refundRequest(deps, OPERATOR, request.id, { amountNanos: 1n }).catch(() => undefined)
            const { refunded } = await refundedOf(request.id)
            if (refunded) request.left -= 1n
          },
        }
        const refundedBefore = new Map<string, number>()
        const refundedOf = async (id: string) => {
          const rows = await deps.db
            .selectFrom('ledger_entries')
            .select('id')
            .where('request_id', '=', id)
            .execute()
          const refunded = rows.length > (refundedBefore.get(id) ?? 0)
          refundedBefore.set(id, rows.length)
          return { refunded }
        }
        for (let step = 0; step < 60; step++) {
          const kind = (['ask', 'ask', 'end', 'end', 'change', 'refund'] as const)[roll(6)] ?? 'ask'
          await steps[kind]()
          const takenOf = await takenOfKeys(deps, [{ id: key.id, ...limit }])
          const expected = limit.limitNanos === null ? undefined : taken()
          expect(takenOf(key.id), `seed ${seed}, step ${step}: ${kind}`).toBe(expected)
        }
        await Promise.all(open.map(({ end }) => end()))
      }
      await expectLedgerClean(database)
    })

    it('Requests under way when a limit comes are counted by it when they end', async () => {
      const owner = await makeOwner(deps)
      const { begin, spend } = nodeOver(deps)
      const { key, secret } = await createKey(deps, owner, { name: 'K' })
      const open = await Promise.all([begin(secret, 2n), begin(secret, 3n)])
      await updateKey(deps, owner, key.id, { limitNanos: 7n })
      expect(await spend(secret, 1n)).toBeDefined()
      await open[0]?.end()
      expect(await begin(secret, 5n)).toBeUndefined()
      expect(await spend(secret, 1n)).toBeDefined()
      await open[1]?.end()
      expect(await spend(secret, 1n)).toBeUndefined()
      await expectLedgerClean(database)
    })

    it('A quota of a user, project, end user or organisation that is set anew counts what was used without it', async () => {
      const owner = await makeOwner(deps)
      const { organizationId, userId } = owner
      const { spend } = nodeOver(deps)
      const project = await createProject(deps, OPERATOR, { user: userId, name: 'P' })
      const { secret } = await createKey(deps, owner, { name: 'K', projectId: project.id })
      const subjects = [
        { subject: 'organization' },
        { subject: 'user', subjectId: userId },
        { subject: 'project', subjectId: project.id },
        { subject: 'end_user', subjectId: 'eve' },
      ] as const
      let used = 0
      for (const subject of subjects) {
        for (const unit of ['credits', 'requests', 'tokens'] as const) {
          const most = used + 2
          const credits = `0.${String(most).padStart(9, '0')}`
          const amounts = { credits, requests: `${most}`, tokens: `${most * 15}` }
          const quota = { organizationId, ...subject, unit, period: 'day', amount: amounts[unit] } as const
          const first = await setQuota(deps, OPERATOR, quota)
          expect(await spend(secret, 1n, 'eve'), `${subject.subject} ${unit}`).toBeDefined()
          await removeQuota(deps, OPERATOR, first.id)
          expect(await spend(secret, 1n, 'eve'), `${subject.subject} ${unit}`).toBeDefined()
          used = most
          const again = await setQuota(deps, OPERATOR, quota)
          expect(await spend(secret, 1n, 'eve'), `${subject.subject} ${unit}`).toBeUndefined()
          await removeQuota(deps, OPERATOR, again.id)
        }
      }
      await expectLedgerClean(database)
    })

    it('A plan that was left and entered again counts what was spent under the other, on two nodes at once, once', async () => {
      const owner = await makeOwner(deps)
      const other = await database.another()
      const nodes = [nodeOver(deps), nodeOver(other)] as const
      const plans = [`low-${owner.userId}`, `high-${owner.userId}`] as const
      const quotas = [{ subject: 'user', unit: 'credits', period: 'month', amount: '0.00000001' }] as const
      await createPlan(deps, OPERATOR, { id: plans[0], rank: 1, quotas: [...quotas] })
      await createPlan(deps, OPERATOR, { id: plans[1], rank: 2, quotas: [] })
      const setPlan = async (plan: string) => {
        await writePlanOf(deps, OPERATOR, { user: owner.userId }, plan)
        await other.store.epoch.refresh()
      }
      const { secret } = await createKey(deps, owner, { name: 'K' })
      await setPlan(plans[0])
      const refunded = await nodes[0].spend(secret, 2n)
      await setPlan(plans[1])
      for (const { spend } of nodes) expect(await spend(secret, 3n)).toBeDefined()
      await refundRequest(deps, OPERATOR, refunded as string)
      await setPlan(plans[0])
      const asked = await Promise.all(
        Array.from({ length: 10 }, (_, index) => nodes[index % 2]?.spend(secret, 1n)),
      )
      expect(asked.filter((id) => id !== undefined)).toHaveLength(4)
      const entries = await deps.db
        .selectFrom('ledger_entries')
        .select(['kind', 'entry_amount', 'note'])
        .where('counter', '=', `user:${owner.organizationId}/${owner.userId}:credits:month`)
        .orderBy('id')
        .execute()
      expect(entries).toMatchObject([
        { kind: 'refund', entry_amount: 2n },
        { kind: 'opening', entry_amount: 6n, note: 'Used while no limit counted it' },
      ])
      await expectLedgerClean(database)
    })

    it('Usage rows that were removed meanwhile count all the same', async () => {
      const owner = await makeOwner(deps)
      const { key, secret } = await createKey(deps, owner, { name: 'K', limitNanos: 10n })
      const past = () => deps.now() - 40 * 86_400_000
      const then = nodeOver({ ...deps, now: past }, past)
      await then.spend(secret, 4n)
      await updateKey(deps, owner, key.id, { limitNanos: null })
      await then.spend(secret, 5n)
      const config = { ...deps.config, usage: { ...deps.config.usage, retentionDays: 30 } }
      await pruneUsage({ ...deps, config })
      await updateKey(deps, owner, key.id, { limitNanos: 10n })
      const { spend } = nodeOver(deps)
      expect(await spend(secret, 2n)).toBeUndefined()
      expect(await spend(secret, 1n)).toBeDefined()
      await expectLedgerClean(database)
    })
  })
})
