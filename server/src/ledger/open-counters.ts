import { type Deps, transact } from '../deps.ts'
import { orderedId } from '../lib/ids.ts'
import { windowStart } from '../lib/window.ts'
import { readCounter } from '../limits/quota.ts'
import type { CounterTable } from '../storage/tables.ts'
import {
  addEntries,
  findCounterRows,
  lockCounterRows,
  openCounterRows,
  writeWindow,
} from './balances.store.ts'
import { countsUse, uncounted, usedBefore } from './uncounted.ts'

/** Rows of one statement; PostgreSQL takes 65 535 parameters. */
const ROWS_MOST = 1000

/**
 * Makes counters that are not there yet. What was used in the current window before the counter was there, and was not
 * refunded, counts: it starts at what the sums by day say. A counter per minute starts at nothing, and so do those of
 * requests in flight and of a balance.
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
    await openCounterRows(db, await Promise.all(opened), (counter) => entryOf(counter, at, null))
  }
}

/**
 * Brings counters that are there up to what was used while no quota of theirs applied: a limit that was taken away and
 * given back, a plan that was left and entered again. Lowers none. Where nothing is missing it only reads; where it is,
 * the counters are locked in the order of their ids, as in the group commit, and looked at again, so that two nodes count
 * nothing twice.
 */
export async function catchUpCounters(deps: Deps, ids: readonly string[]): Promise<void> {
  const counting = ids.filter((id) => countsUse(readCounter(id)))
  if (counting.length === 0) return
  const rows = await findCounterRows(deps.db, counting)
  const missing = await Promise.all(rows.map((row) => uncounted(deps, row)))
  if (missing.every((amount) => amount === 0n)) return
  await transact(deps, async (deps) => {
    // All of them: a commit that follows in the same transaction must find none that it would lock out of order.
    for (const row of await lockCounterRows(deps.db, deps.store.kind, ids)) await catchUpCounter(deps, row)
  })
}

/** @param row locked */
async function catchUpCounter(deps: Deps, row: CounterTable): Promise<void> {
  const amount = await uncounted(deps, row)
  if (amount === 0n) return
  const at = deps.now()
  const start = windowStart(readCounter(row.id).period, at)
  const now =
    row.window_start === start ? row : { ...row, window_start: start, spent_amount: 0n, held_amount: 0n }
  await writeWindow(deps.db, { ...now, spent_amount: now.spent_amount + amount })
  await addEntries(deps.db, [entryOf({ ...now, spent_amount: amount }, at, 'Used while no limit counted it')])
}

async function opening(db: Deps['db'], id: string, at: number): Promise<CounterTable> {
  const spent = await usedBefore({ db, now: () => at }, id)
  const start = windowStart(readCounter(id).period, at)
  return { id, window_start: start, spent_amount: spent, held_amount: 0n, granted_amount: 0n }
}

function entryOf({ id, window_start, spent_amount }: CounterTable, at: number, note: string | null) {
  return {
    id: orderedId('ent_', at),
    at,
    kind: 'opening' as const,
    counter: id,
    window_start,
    debit: id,
    credit: 'usage',
    entry_amount: spent_amount,
    request_id: null,
    note,
    reference: null,
    actor_kind: 'system' as const,
    actor_id: null,
  }
}
