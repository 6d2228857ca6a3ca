import type { Config } from '../config/config.ts'
import type { Deps } from '../deps.ts'
import { parseNanos } from '../lib/decimal.ts'
import { LruMap } from '../lib/lru.ts'
import { PERIODS, type Period } from '../lib/window.ts'
import { keyQuota, type LimitedKey } from './key-quota.ts'
import { type Plan, readPlan } from './plan.ts'
import { findPlanRows } from './plans.store.ts'
import { type Quota, quotaOf, SUBJECT_KINDS, type SubjectKind, type Unit } from './quota.ts'
import { findEndUserRows, findQuotaRows, type QuotaRow } from './quotas.store.ts'

/** A quota before it is known whose request it binds. `*`: everyone of the kind, each on a counter of its own. */
interface Rule {
  readonly kind: SubjectKind
  readonly subject: string
  readonly unit: Unit
  readonly period: Period
  /** Null: a balance. */
  readonly amount: bigint | null
  readonly minimum: bigint
}

/** All that limits the requests of one key, as it stood when it was read. Read it anew when one of its parts changes. */
export interface Limits {
  /** The plan that applies; null when neither owner nor configuration names one that exists. */
  readonly plan: Plan | null
  /** The plans, there or not, whose change changes these limits. */
  readonly planIds: readonly string[]
  readonly rules: readonly Rule[]
  readonly byEndUser: boolean
  /** Rules of single end users, as far as they were asked for; undefined when the organisation has none. */
  readonly endUsers: LruMap<string, readonly Rule[]> | undefined
  readonly lists: LruMap<string, readonly Quota[]>
  /** The epoch of the newest change that may have changed them, as far as it is known where they were read. */
  changed: number
}

/** Who a request counts for: a key, or what stands for one. */
type Subject = Pick<LimitedKey, 'id' | 'organizationId' | 'userId'>

const NOTHING: readonly Quota[] = []
/** End users kept per key. A batch shares what it finds here; a key with more of them only pays for making it again. */
const END_USERS_KEPT = 128

export const NO_LIMITS: Limits = limitsFrom(null, [], [], false)

function limitsFrom(
  plan: Plan | null,
  planIds: readonly string[],
  rules: readonly Rule[],
  singleEndUsers: boolean,
): Limits {
  return {
    plan,
    planIds,
    rules,
    byEndUser: singleEndUsers || rules.some(({ kind }) => kind === 'end_user'),
    endUsers: singleEndUsers ? new LruMap(END_USERS_KEPT) : undefined,
    lists: new LruMap(END_USERS_KEPT),
    changed: 0,
  }
}

/**
 * Reads what limits a key: its own limit, its plan's quotas, those that its organisation was given, and the balance.
 *
 * @param plans of the organisation and of the user; the one that ranks higher applies (DESIGN section 4)
 */
export async function readLimits(
  { db, config }: Pick<Deps, 'db' | 'config'>,
  key: LimitedKey,
  plans: { readonly organization: string | null; readonly user: string | null },
  projectIds: readonly string[],
): Promise<Limits> {
  const named = [plans.organization, plans.user].filter((id) => id !== null)
  const planIds = [...new Set([...named, ...(config.plans.default ? [config.plans.default] : [])])]
  const { organizationId, userId, id: keyId, projectId } = key
  const projects = projectId === null ? projectIds : [...projectIds, projectId]
  const [planRows, rows] = await Promise.all([
    planIds.length === 0 ? [] : findPlanRows(db, planIds),
    findQuotaRows(db, { organizationId, userId, keyId, projectIds: projects }),
  ])
  const found = planRows.map(readPlan)
  const owned = found.filter(({ id }) => named.includes(id))
  const plan = highest(owned) ?? found.find(({ id }) => id === config.plans.default) ?? null
  const shared = rows.filter((row) => !isSingle(row))
  const rules = [...ownRules(key), ...planRules(plan), ...shared.map(ruleOf), ...balanceRules(config)]
  return limitsFrom(plan, planIds, rules, rows.some(isSingle))
}

function isSingle({ subject_kind, subject_id }: QuotaRow): boolean {
  return subject_kind === 'end_user' && subject_id !== '*'
}

function highest(plans: readonly Plan[]): Plan | undefined {
  return plans.reduce<Plan | undefined>(
    (best, plan) => (best && best.rank >= plan.rank ? best : plan),
    undefined,
  )
}

function ownRules(key: LimitedKey): Rule[] {
  const quota = keyQuota(key)
  if (!quota) return []
  const { unit, period, amount, minimum } = quota
  return [{ kind: 'key', subject: '*', unit, period, amount, minimum }]
}

function planRules(plan: Plan | null): Rule[] {
  return (plan?.quotas ?? []).map(({ subject, ...rule }) => ({
    kind: subject,
    subject: '*',
    ...rule,
    minimum: 0n,
  }))
}

function ruleOf(row: QuotaRow): Rule {
  const { subject_kind, subject_id, unit, period, quota_amount } = row
  const subject = subject_kind === 'project' ? subject_id : '*'
  return { kind: subject_kind, subject, unit, period, amount: quota_amount, minimum: 0n }
}

function balanceRules({ balance }: Config): Rule[] {
  if (balance.of === 'none') return []
  const minimum = parseNanos(balance.minimum) ?? 0n
  return [{ kind: balance.of, subject: '*', unit: 'credits', period: 'none', amount: null, minimum }]
}

/** Whether the limits of that end user must be read before his request can be judged. */
function isPending({ endUsers }: Limits, endUser: string | null): boolean {
  return endUser !== null && endUsers !== undefined && !endUsers.has(endUser)
}

/**
 * The quotas that bind a request, at once; as a promise only where the organisation has limits of single end users and
 * those of this one are not known yet.
 */
export function quotasOf(
  deps: Pick<Deps, 'db'>,
  limits: Limits,
  key: Subject,
  projectId: string | null,
  endUser: string | null,
): readonly Quota[] | Promise<readonly Quota[]> {
  if (endUser === null || !isPending(limits, endUser)) return quotasFor(limits, key, projectId, endUser)
  return loadEndUser(deps, limits, key, endUser).then(() => quotasFor(limits, key, projectId, endUser))
}

async function loadEndUser(
  { db }: Pick<Deps, 'db'>,
  limits: Limits,
  key: Subject,
  endUser: string,
): Promise<void> {
  limits.endUsers?.set(endUser, (await findEndUserRows(db, key.organizationId, endUser)).map(ruleOf))
}

/**
 * The quotas that bind a request, those first that shall be named when several refuse it: rates, tokens, then credits
 * from the smallest subject to the largest, the balance last. The same request again gets the identical list.
 *
 * @throws Error when the end user's own limits were not read (`quotasOf` reads them)
 */
export function quotasFor(
  limits: Limits,
  key: Subject,
  projectId: string | null,
  endUser: string | null,
): readonly Quota[] {
  if (limits.rules.length === 0 && !limits.endUsers) return NOTHING
  const counted = limits.byEndUser ? endUser : null
  const name = `${projectId ?? ''}\n${counted ?? ''}`
  const known = limits.lists.get(name)
  if (known && !isPending(limits, counted)) return known
  const list = listOf(limits, key, projectId, counted)
  limits.lists.set(name, list)
  return list
}

function listOf(
  limits: Limits,
  key: Subject,
  projectId: string | null,
  endUser: string | null,
): readonly Quota[] {
  const single = endUser === null ? [] : limits.endUsers?.get(endUser)
  if (limits.endUsers && !single) throw new Error('The limits of this end user were not read')
  const quotas = new Map<string, Quota>()
  for (const rule of [...limits.rules, ...(single ?? [])]) {
    const subject = subjectOf(rule, key, projectId, endUser)
    if (subject === undefined) continue
    const quota = quotaOf(rule.kind, subject, rule.unit, rule.period, rule.amount, rule.minimum)
    const other = quotas.get(quota.counter)
    // Two limits on one count are one: the lower. A counter must be charged once only.
    if (!other || (quota.amount ?? 0n) < (other.amount ?? 0n)) quotas.set(quota.counter, quota)
  }
  return quotas.size === 0 ? NOTHING : [...quotas.values()].sort(byPlace)
}

/** Whom the rule binds in this request, as counters name him; undefined: nobody. */
function subjectOf(
  { kind, subject }: Rule,
  key: Subject,
  projectId: string | null,
  endUser: string | null,
): string | undefined {
  switch (kind) {
    case 'key':
      return key.id
    case 'organization':
      return key.organizationId
    case 'user':
      return `${key.organizationId}/${key.userId}`
    case 'end_user':
      return endUser === null ? undefined : `${key.organizationId}/${endUser}`
    case 'project':
      return projectId !== null && (subject === '*' || subject === projectId) ? projectId : undefined
  }
}

const UNIT_PLACE = { in_flight: 0, requests: 0, tokens: 1, credits: 2 } as const

function byPlace(a: Quota, b: Quota): number {
  return (
    UNIT_PLACE[a.unit] - UNIT_PLACE[b.unit] ||
    Number(a.amount === null) - Number(b.amount === null) ||
    SUBJECT_KINDS.indexOf(a.subjectKind) - SUBJECT_KINDS.indexOf(b.subjectKind) ||
    PERIODS.indexOf(a.period) - PERIODS.indexOf(b.period) ||
    (a.counter < b.counter ? -1 : 1)
  )
}
