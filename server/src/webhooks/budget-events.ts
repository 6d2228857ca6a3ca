import { formatNanos } from '../lib/decimal.ts'
import { DAY_MS, windowEnd } from '../lib/window.ts'
import type { Counter, Quota } from '../limits/quota.ts'

/** Parts of a budget that its owners are told of, in per cent, and from how many thousandths on each is reached. */
const THRESHOLDS = [
  [50, 500n],
  [80, 800n],
  // What is left of a budget that is used up is often less than the least request costs.
  [100, 999n],
] as const

/** A counter without a period goes on counting. */
const FOR_EVER = Number.MAX_SAFE_INTEGER

/** Something to tell once: `mark` names it among all that was told. */
export interface BudgetNews {
  readonly mark: string
  /** Until when it could happen again, and be told twice without the mark; milliseconds. */
  readonly keptUntil: number
  readonly event: 'budget.threshold' | 'balance.low'
  readonly data: Readonly<Record<string, unknown>>
}

/**
 * What is to tell of a quota of credits, as its counter stands in its window: each threshold that is reached,
 * once per window and amount; a balance that is low, once per grant.
 *
 * @param lowNanos what must be left of a balance for it not to be low
 */
export function newsOf(quota: Quota, counter: Counter, lowNanos: bigint): BudgetNews[] {
  return quota.amount === null
    ? newsOfBalance(quota, counter, lowNanos)
    : newsOfBudget(quota, quota.amount, counter)
}

function newsOfBudget(quota: Quota, amount: bigint, { spent, windowStart }: Counter): BudgetNews[] {
  const resetsAt = windowEnd(quota.period, windowStart)
  const reached = THRESHOLDS.filter(([, parts]) => amount > 0n && spent * 1000n >= amount * parts)
  return reached.map(([percent]) => ({
    mark: `budget ${quota.counter} ${windowStart} ${amount} ${percent}`,
    keptUntil: resetsAt === undefined ? FOR_EVER : resetsAt + DAY_MS,
    event: 'budget.threshold',
    data: {
      ...subjectOf(quota),
      percent,
      period: quota.period,
      window_start: quota.period === 'none' ? null : new Date(windowStart).toISOString(),
      resets_at: resetsAt === undefined ? null : new Date(resetsAt).toISOString(),
      limit: formatNanos(amount),
      spent: formatNanos(spent),
    },
  }))
}

function newsOfBalance(quota: Quota, { granted, spent }: Counter, lowNanos: bigint): BudgetNews[] {
  const remaining = granted - spent
  if (remaining >= lowNanos) return []
  const data = {
    ...subjectOf(quota),
    granted: formatNanos(granted),
    spent: formatNanos(spent),
    remaining: formatNanos(remaining),
    threshold: formatNanos(lowNanos),
  }
  return [{ mark: `balance ${quota.counter} ${granted}`, keptUntil: FOR_EVER, event: 'balance.low', data }]
}

/** A user's counter names the organisation that he spends in, too. */
function subjectOf({ subjectKind, subjectId }: Quota) {
  const id =
    subjectKind === 'user' || subjectKind === 'end_user' ? subjectId.split('/').slice(1).join('/') : subjectId
  return { subject: subjectKind, subject_id: id }
}
