import type { Deps } from '../deps.ts'
import { DAY_MS, type Period, windowStart } from '../lib/window.ts'
import { sumEvents, sumsOfKeys, type UsageFilter, type UsageGroup } from './usage.store.ts'
import { dayOf } from './usage-event.ts'

export type { UsageFilter, UsageGroup } from './usage.store.ts'

/** What a key has used, in nano-credits; the windows are UTC days, weeks from Monday, and months. */
export interface KeyUsage {
  readonly total: bigint
  readonly daily: bigint
  readonly weekly: bigint
  readonly monthly: bigint
  readonly lastUsedAt: number | null
}

const UNUSED: KeyUsage = { total: 0n, daily: 0n, weekly: 0n, monthly: 0n, lastUsedAt: null }

/** The first UTC day of the week (Monday) and of the month in which a time lies. */
export function windowStarts(now: number): {
  readonly day: number
  readonly week: number
  readonly month: number
} {
  const dayOfStart = (period: Period) => dayOf(windowStart(period, now))
  return { day: dayOfStart('day'), week: dayOfStart('week'), month: dayOfStart('month') }
}

/** The usage of each of the keys, exact as of the last commit. */
export async function usageOfKeys(
  deps: Deps,
  keyIds: readonly string[],
): Promise<(keyId: string) => KeyUsage> {
  if (keyIds.length === 0) return () => UNUSED
  const rows = await sumsOfKeys(deps.db, keyIds, windowStarts(deps.now()))
  const byKey = new Map(
    rows.map((row) => [
      row.key_id,
      {
        total: row.total_nanos,
        daily: row.daily_nanos ?? 0n,
        weekly: row.weekly_nanos ?? 0n,
        monthly: row.monthly_nanos ?? 0n,
        lastUsedAt: row.last_used_at,
      },
    ]),
  )
  return (keyId) => byKey.get(keyId) ?? UNUSED
}

/** Sums by model, end user, key, project or UTC day. */
export async function summarizeUsage(deps: Deps, filter: UsageFilter, group: UsageGroup) {
  return sumEvents(deps.db, filter, group, DAY_MS)
}
