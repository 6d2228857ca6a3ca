import type { BatchRow, BatchStatement, SqlValue } from '../storage/batch.ts'
import { PRUNED_BEFORE } from '../usage/pruned-before.ts'
import { readCharges } from './counter-books.ts'

/** The name under which the batch is registered with the database threads. */
export const PRUNE_BATCH = 'prune'

export interface PruneBatch {
  /** Of the usage rows to remove, sorted. */
  readonly ids: readonly string[]
  /** A UTC day (days since the epoch); all rows began before it. */
  readonly day: number
  /** Now, in milliseconds by the database's clock. */
  readonly at: number
  /** What the ids of this batch's entries begin with; of no other batch's. */
  readonly entry: string
}

/**
 * Removes usage rows, and puts what they charged to windows that counters are still in into closing entries: so every
 * counter stays the sum of its rows. A second run finds nothing more to remove and writes nothing.
 *
 * @returns how many rows were removed
 */
export function* commitPrune({
  ids,
  day,
  at,
  entry,
}: PruneBatch): Generator<BatchStatement, number, BatchRow[]> {
  const events = yield { read: 'SELECT id, charges FROM usage_events', ids, lock: true }
  const sums = chargesOf(events)
  const names = [...new Set([...sums.values()].map(({ counter }) => counter))].sort()
  // Unlocked: a counter that moves on meanwhile needs its closing entry no more, and one never moves back.
  const counters = yield { read: 'SELECT id, window_start FROM counters', ids: names, lock: false }
  const windows = new Map(counters.map((row) => [row.id, row.window_start]))
  const closed = [...sums.values()].filter(({ counter, window }) => windows.get(counter) === window)
  yield { remove: 'usage_events', ids: events.map(({ id }) => id as string) }
  yield {
    head: `INSERT INTO ledger_entries (id, at, kind, counter, window_start, debit, credit, entry_amount, request_id,
      note, actor_kind, actor_id) VALUES`,
    tail: '',
    rows: closed.map(({ counter, window, charged }, index): SqlValue[] => [
      `${entry}_${index}`,
      at,
      'closing',
      counter,
      window,
      counter,
      'usage',
      charged,
      null,
      `Usage rows from before ${new Date(day * 86_400_000).toISOString().slice(0, 10)} were removed`,
      'system',
      null,
    ]),
  }
  yield {
    head: 'INSERT INTO meta (name, value) VALUES',
    // A longer retention later brings nothing back.
    tail: `ON CONFLICT (name) DO UPDATE SET value = CASE
      WHEN CAST(excluded.value AS INTEGER) > CAST(meta.value AS INTEGER) THEN excluded.value ELSE meta.value END`,
    rows: events.length > 0 ? [[PRUNED_BEFORE, String(day)]] : [],
  }
  return events.length
}

function chargesOf(events: readonly BatchRow[]) {
  const sums = new Map<string, { counter: string; window: number; charged: bigint }>()
  for (const { charges } of events) {
    if (typeof charges !== 'string') continue
    for (const [counter, window, , charged] of readCharges(charges)) {
      if (charged === 0n) continue
      const name = `${window} ${counter}`
      const sum = sums.get(name)
      if (sum) sum.charged += charged
      else sums.set(name, { counter, window, charged })
    }
  }
  return sums
}
