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
/**
 * What the ids of usage rows begin with: those of tasks and of all other requests. Only among ids of one kind is the order
 * that of time, and behind young rows of one kind there may be old ones of another.
 */
const KINDS = ['gen_', 'req_']
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
  const { config, db, now } = deps
  const { retentionDays } = config.usage
  if (retentionDays === undefined) return 0
  // A sheet is read together with the usage rows of its requests, for as long as one of them is under way.
  const day = dayOf(Math.min(now() - retentionDays * DAY_MS, (await oldestSheet(db)) ?? now()))
  const until = performance.now() + TURN_MS
  const goesOn = () => performance.now() < until && !signal?.aborted
  let removed = 0
  for (const kind of KINDS) removed += await pruneKind(deps, kind, day, goesOn)
  return removed
}

/** @returns how many rows of one kind were removed */
async function pruneKind(
  { store, db, now }: Deps,
  kind: string,
  day: number,
  goesOn: () => boolean,
): Promise<number> {
  let removed = 0
  for (let after = kind; goesOn(); ) {
    const rows = await eventsAfter(db, after, ROWS_AT_ONCE)
    const old = rows.filter(({ id, started_at }) => id.startsWith(kind) && started_at < day * DAY_MS)
    const ids = old.map(({ id }) => id)
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
