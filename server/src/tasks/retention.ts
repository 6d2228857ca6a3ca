import { setTimeout as sleep } from 'node:timers/promises'
import { type Deps, transact } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { expireOutputs } from '../outputs/list-outputs.ts'
import { deleteTasks, findEndedBefore } from './tasks.store.ts'

/** Rows per commit: on SQLite requests wait for it. */
const ROWS_AT_ONCE = 100
/** The pause behind a commit, as a multiple of its time. */
const PAUSE_TIMES = 4

/**
 * Removes tasks, with their timelines, that ended more than `tasks.retentionDays` ago; without that setting, none. Their
 * files go with them; their usage rows and deliveries have retentions of their own.
 *
 * @param signal ends it behind the commit that is under way
 * @returns how many were removed
 */
export async function pruneTasks(deps: Deps, signal?: AbortSignal): Promise<number> {
  const { retentionDays } = deps.config.tasks
  if (retentionDays === undefined) return 0
  const before = deps.now() - retentionDays * DAY_MS
  let removed = 0
  while (!signal?.aborted) {
    const begun = performance.now()
    const ids = await findEndedBefore(deps.db, before, ROWS_AT_ONCE)
    if (ids.length === 0) break
    await transact(deps, async (deps) => {
      await expireOutputs(deps, ids)
      await deleteTasks(deps.db, ids)
    })
    removed += ids.length
    await sleep((performance.now() - begun) * PAUSE_TIMES)
  }
  return removed
}
