import type { Deps } from '../deps.ts'
import { orderedId } from '../lib/ids.ts'
import { DAY_MS, windowStart } from '../lib/window.ts'
import { readCounter } from '../limits/quota.ts'

import type { CounterTable } from '../storage/tables.ts'

import { openCounterRows, usedSince } from './balances.store.ts'

/** Rows of one statement; PostgreSQL takes 65 535 parameters. */
const ROWS_MOST = 1000

/**
 * Makes counters that are not there yet. What was used in the current window before the counter was there counts: it
 * starts at what the sums by day say. A counter per minute starts at nothing, and so do those of requests in flight and
 * of a balance, which pays only for what was counted against it.
 */
export async function openCounters(
  { db, now }: Pick<Deps, 'db' | 'now' | 'store'>,
  ids: readonly string[],
): Promise<void> {
  const at = now()
  // Sorted, so that two nodes that open the same ones wait for each other in the same order.
  const sorted = [...new Set(ids)].sort()
  for (let start = 0; start < sorted.length; start += ROWS_MOST) {
    const opened = sorted.slice(start, start + ROWS_MOST).map((id) => opening(db, id, at))
    await openCounterRows(db, await Promise.all(opened), ({ id, window_start, spent_amount }) => ({
      id: orderedId('ent_', at),
      at,
      kind: 'opening',
      counter: id,
      window_start,
      debit: id,
      credit: 'usage',
      entry_amount: spent_amount,
      request_id: null,
      note: null,
      reference: null,
      actor_kind: 'system',
      actor_id: null,
    }))
  }
}

async function opening(db: Deps['db'], id: string, at: number): Promise<CounterTable> {
  const name = readCounter(id)
  const start = windowStart(name.period, at)
  const fromNothing = name.balance || name.period === 'minute' || name.unit === 'in_flight'
  const spent = fromNothing ? 0n : await usedSince(db, name, start / DAY_MS)
  return { id, window_start: start, spent_amount: spent, held_amount: 0n, granted_amount: 0n }
}
