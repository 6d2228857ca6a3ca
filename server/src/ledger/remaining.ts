import type { Deps } from '../deps.ts'
import { current } from '../limits/decide.ts'
import { keyQuota, type LimitedKey } from '../limits/key-quota.ts'
import type { Quota } from '../limits/quota.ts'
import type { CounterTable } from '../storage/tables.ts'
import { type KeyUsage, usageOfKeys } from '../usage/usage.ts'
import { findCounterRows } from './balances.store.ts'
import { uncounted, usedBefore } from './uncounted.ts'

/**
 * What is spent and held of the keys' own limits in their current windows, in nano-credits, as the next request will find
 * it: with what was used while the limit was not there. Undefined of a key without a limit.
 */
export async function takenOfKeys(
  deps: Deps,
  keys: readonly Pick<LimitedKey, 'id' | 'limitNanos' | 'limitReset'>[],
): Promise<(keyId: string) => bigint | undefined> {
  const quotas = new Map(
    keys.flatMap((key) => {
      const quota = keyQuota(key)
      return quota ? [[quota.counter, quota] as const] : []
    }),
  )
  if (quotas.size === 0) return () => undefined
  const [rows, usageOf] = await Promise.all([
    findCounterRows(deps.db, [...quotas.keys()]),
    usageOfKeys(
      deps,
      [...quotas.values()].map(({ subjectId }) => subjectId),
    ),
  ])
  const counters = new Map(rows.map((row) => [row.id, row]))
  const taken = await Promise.all(
    [...quotas.values()].map(async (quota) => {
      const row = counters.get(quota.counter)
      return [quota.subjectId, await takenOf(deps, quota, row, usageOf(quota.subjectId))] as const
    }),
  )
  const byKey = new Map(taken)
  return (keyId) => byKey.get(keyId)
}

async function takenOf(
  deps: Deps,
  quota: Quota,
  row: CounterTable | undefined,
  usage: KeyUsage,
): Promise<bigint> {
  const used = usedOf(usage, quota.period)
  if (!row) return used === 0n ? 0n : usedBefore(deps, quota.counter)
  const { window_start: windowStart, spent_amount: spent, held_amount: held, granted_amount: granted } = row
  const counter = current({ windowStart, spent, held, granted }, quota, deps.now())
  const taken = counter.spent + counter.held
  return used <= counter.spent ? taken : taken + (await uncounted(deps, row))
}

function usedOf({ daily, weekly, monthly, total }: KeyUsage, period: Quota['period']): bigint {
  switch (period) {
    case 'day':
      return daily
    case 'week':
      return weekly
    case 'month':
      return monthly
    default:
      return total
  }
}
