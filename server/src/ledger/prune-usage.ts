import { setTimeout as sleep } from 'node:timers/promises'
import type { Deps } from '../deps.ts'
import { orderedId } from '../lib/ids.ts'
import { DAY_MS } from '../lib/window.ts'
import { dayOf } from '../usage/usage-event.ts'
import { PRUNE_BATCH, type PruneBatch } from './prune-batch.ts'
import { eventsAfter, oldestSheet } from './prune-usage.store.ts'

/** Rows per commit: on SQLite requests wait for it. */
const ROWS_AT_ONCE = 100
/** The pause behind a commit, as a multiple of its time: at most a fifth of the writer is taken from requests. */
const PAUSE_TIMES = 4
const PAUSE_LEAST_MS = 5
/** What is left then is for the next hour. */
const TURN_MS = 1_800_000

/**
 * Removes usage rows of whole UTC days that are older than `usage.retentionDays`; without that setting, none. Sums by
 * day and by key stay, and what counters have counted, too.
 *
 * @param signal ends it behind the commit that is under way
 * @returns how many rows were removed
 * @throws Error when the database cannot be asked; what was removed until then is consistent
 */
export async function pruneUsage(deps: Deps, signal?: AbortSignal): Promise<number> {
  const { config, store, db, now } = deps
  const { retentionDays } = config.usage
  if (retentionDays === undefined) return 0
  // A sheet is read together with the usage rows of its requests, for as long as one of them is under way.
  const day = dayOf(Math.min(now() - retentionDays * DAY_MS, (await oldestSheet(db)) ?? now()))
  const until = performance.now() + TURN_MS
  let removed = 0
  for (let after = ''; performance.now() < until && !signal?.aborted; ) {
    const rows = await eventsAfter(db, after, ROWS_AT_ONCE)
    const ids = rows.filter(({ started_at }) => started_at < day * DAY_MS).map(({ id }) => id)
    // Ids are in the order of time, but for the moment that a request takes to begin.
    if (ids.length === 0) break
    const begun = performance.now()
    const at = now()
    const batch: PruneBatch = { ids, day, at, entry: orderedId('ent_', at) }
    removed += await store.commit<PruneBatch, number>(PRUNE_BATCH, batch)
    after = rows.at(-1)?.id ?? after
    await sleep(Math.max(PAUSE_LEAST_MS, (performance.now() - begun) * PAUSE_TIMES))
  }
  return removed
}
