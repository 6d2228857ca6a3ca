import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { periodsOf } from './key-periods.ts'
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

/**
 * The usage of each of the keys, exact as of the last commit. A request counts to the day in which it began, and so to
 * its week and month, as in the sums by day.
 */
export async function usageOfKeys(
  deps: Deps,
  keyIds: readonly string[],
): Promise<(keyId: string) => KeyUsage> {
  if (keyIds.length === 0) return () => UNUSED
  const rows = await sumsOfKeys(deps.db, keyIds)
  const today = periodsOf(dayOf(deps.now()))
  const byKey = new Map(
    rows.map((row) => [
      row.key_id,
      {
        total: row.cost_nanos,
        daily: row.day === today.day ? row.day_nanos : 0n,
        weekly: row.week === today.week ? row.week_nanos : 0n,
        monthly: row.month === today.month ? row.month_nanos : 0n,
        // Touches leave 0 requests and a time; both count as a use.
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
