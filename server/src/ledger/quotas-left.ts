import { requireOrganization } from '../accounts/plan-holders.ts'
import { projectIdsFor } from '../accounts/projects.ts'
import { requireUser } from '../accounts/users.ts'
import type { Deps } from '../deps.ts'
import { larger } from '../lib/bigints.ts'
import { windowEnd } from '../lib/window.ts'
import { current, leftOf } from '../limits/decide.ts'
import { quotasFor, readLimits } from '../limits/limits-of-key.ts'
import type { Quota } from '../limits/quota.ts'
import { namesOf } from '../usage/names.ts'
import { findCounterRows } from './balances.store.ts'
import { uncounted, usedBefore } from './uncounted.ts'

/** Amounts in the quota's unit: nano-credits for credits, whole numbers else. */
export interface QuotaLeft {
  readonly quota: Quota & { readonly amount: bigint }
  readonly subjectId: string
  /** What people call the organisation, user or project. */
  readonly name: string
  readonly spent: bigint
  /** By requests under way. */
  readonly held: bigint
  /** Never below zero. */
  readonly left: bigint
  /** When its window ends, in milliseconds; undefined without a period. */
  readonly resetsAt: number | undefined
}

const PROJECTS_MOST = 100

/**
 * The plan of a user in an organisation, and what is left of each quota that binds all of his requests or those for one
 * of his projects. Those of single keys and of end users are told with these.
 *
 * @throws AppError `not_found`
 */
export async function quotasLeft(
  deps: Deps,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
): Promise<{
  readonly plan: { readonly id: string; readonly name: string } | null
  readonly quotas: readonly QuotaLeft[]
}> {
  const [organization, user] = await Promise.all([
    requireOrganization(deps, organizationId),
    requireUser(deps, userId),
  ])
  const projectIds = (await projectIdsFor(deps, organizationId, userId)).slice(0, PROJECTS_MOST)
  const nobody = { id: '', organizationId, userId, projectId: null, limitNanos: null, limitReset: null }
  const plans = { organization: organization.plan, user: user.plan }
  const limits = await readLimits(deps, nobody, plans, projectIds)
  const quotas = new Map<string, Quota & { readonly amount: bigint }>()
  for (const projectId of [null, ...projectIds]) {
    for (const quota of quotasFor(limits, nobody, projectId, null)) {
      const { subjectKind, amount } = quota
      if (amount !== null && subjectKind !== 'key') quotas.set(quota.counter, { ...quota, amount })
    }
  }
  const rows = quotas.size === 0 ? [] : await findCounterRows(deps.db, [...quotas.keys()])
  const counters = new Map(rows.map((row) => [row.id, row]))
  const names = await namesOf(deps.db, { project: projectIds })
  const nameOf = ({ subjectKind, subjectId }: Quota): string => {
    if (subjectKind === 'organization') return organization.name
    return subjectKind === 'user' ? user.email : (names.project(subjectId)?.name ?? subjectId)
  }
  const left = [...quotas.values()].map(async (quota) => ({
    quota,
    subjectId: quota.subjectKind === 'user' ? user.id : quota.subjectId,
    name: nameOf(quota),
    ...(await stateOf(deps, quota, counters.get(quota.counter))),
  }))
  return {
    plan: limits.plan && { id: limits.plan.id, name: limits.plan.name },
    quotas: await Promise.all(left),
  }
}

type CounterRow = Awaited<ReturnType<typeof findCounterRows>>[number]

/** As the next request will find it: with what was used while the quota did not apply. */
async function stateOf(deps: Deps, quota: Quota, row: CounterRow | undefined) {
  const now = deps.now()
  const behind = row ? await uncounted(deps, row) : await usedBefore(deps, quota.counter)
  const stored = row && {
    windowStart: row.window_start,
    spent: row.spent_amount,
    held: row.held_amount,
    granted: row.granted_amount,
  }
  const found = current(stored, quota, now)
  const counter = { ...found, spent: found.spent + behind }
  return {
    spent: counter.spent,
    held: counter.held,
    left: larger(leftOf(quota, counter), 0n),
    resetsAt: windowEnd(quota.period, Math.max(now, counter.windowStart)),
  }
}
