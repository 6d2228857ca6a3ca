import type { Period } from '../lib/window.ts'
import { type Quota, quotaOf } from './quota.ts'

/** What of a key decides about its quotas. */
export interface LimitedKey {
  readonly id: string
  readonly organizationId: string
  readonly userId: string
  readonly projectId: string | null
  readonly limitNanos: bigint | null
  readonly limitReset: 'daily' | 'weekly' | 'monthly' | null
}

const PERIOD_OF = { daily: 'day', weekly: 'week', monthly: 'month' } as const

/** The quota that a key's own limit is; undefined without one. */
export function keyQuota({
  id,
  limitNanos,
  limitReset,
}: Pick<LimitedKey, 'id' | 'limitNanos' | 'limitReset'>): Quota | undefined {
  if (limitNanos === null) return undefined
  const period: Period = limitReset === null ? 'none' : PERIOD_OF[limitReset]
  return quotaOf('key', id, 'credits', period, limitNanos)
}
