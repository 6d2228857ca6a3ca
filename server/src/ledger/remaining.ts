import type { Deps } from '../deps.ts'
import { current } from '../limits/decide.ts'
import { keyQuota, type LimitedKey } from '../limits/key-quota.ts'
import { findCounterRows } from './balances.store.ts'

/**
 * What is spent and held of the keys' own limits in their current windows, in nano-credits; undefined of a limit that
 * nothing was asked of yet: its counter will start at what the key used before.
 */
export async function takenOfKeys(
  deps: Pick<Deps, 'db' | 'now'>,
  keys: readonly Pick<LimitedKey, 'id' | 'limitNanos' | 'limitReset'>[],
): Promise<(keyId: string) => bigint | undefined> {
  const quotas = new Map(
    keys.flatMap((key) => {
      const quota = keyQuota(key)
      return quota ? [[quota.counter, quota] as const] : []
    }),
  )
  if (quotas.size === 0) return () => undefined
  const taken = new Map<string, bigint>()
  for (const row of await findCounterRows(deps.db, [...quotas.keys()])) {
    const quota = quotas.get(row.id)
    if (!quota) continue
    const { window_start: windowStart, spent_amount: spent, held_amount: held, granted_amount: granted } = row
    const counter = current({ windowStart, spent, held, granted }, quota, deps.now())
    taken.set(quota.subjectId, counter.spent + counter.held)
  }
  return (keyId) => taken.get(keyId)
}
