import type { Deps } from '../deps.ts'
import { deleteOutputRow, expiredOutputRows, knownOutputs } from './outputs.store.ts'
import type { Storage } from './storage.ts'

const DAY_MS = 86_400_000
const AT_ONCE = 200
/** A file without a row may be one whose task is about to end, so it is left alone for a day; then looked at for two. */
const LOOKED_AT_DAYS = [2, 3]

/**
 * Removes files whose time is over: the bytes first, so that none are forgotten where that fails. One that cannot be
 * removed is left for the next time, and keeps none behind it.
 */
export async function removeExpired(
  deps: Deps,
  whereIs: (place: string) => [Storage, string],
  signal: AbortSignal,
): Promise<void> {
  let last: Parameters<typeof expiredOutputRows>[2]
  for (;;) {
    const rows = await expiredOutputRows(deps.db, deps.now(), last, AT_ONCE)
    for (const { id, place } of rows) {
      if (signal.aborted) return
      const removed = await attempt(deps, { output: id }, async () => {
        const [storage, name] = whereIs(place)
        await storage.remove(name)
      })
      if (removed) await deleteOutputRow(deps.db, id)
    }
    if (rows.length < AT_ONCE) return
    last = rows.at(-1)
  }
}

/**
 * Removes what a worker put down and never recorded, since it ended in between. A storage that cannot be listed is left
 * for the next time.
 *
 * @param kind its name in `place`
 */
export async function removeLost(
  deps: Deps,
  kind: string,
  storage: Storage,
  signal: AbortSignal,
): Promise<void> {
  for (const days of LOOKED_AT_DAYS) {
    const day = new Date(deps.now() - days * DAY_MS).toISOString().slice(0, 10)
    let names: string[] = []
    await attempt(deps, { storage: kind, day }, async () => {
      for await (const name of storage.list(day)) {
        if (signal.aborted) return
        names.push(name)
        if (names.length < AT_ONCE) continue
        await removeUnknown(deps, storage, names)
        names = []
      }
      await removeUnknown(deps, storage, names)
    })
  }
}

async function removeUnknown(deps: Deps, storage: Storage, names: readonly string[]): Promise<void> {
  const ids = names.map((name) => name.slice(name.lastIndexOf('/') + 1))
  const known = await knownOutputs(deps.db, ids)
  for (const [index, name] of names.entries()) {
    const id = ids[index] as string
    if (!known.has(id)) await attempt(deps, { output: id }, () => storage.remove(name))
  }
}

/** Whether it went well; a fault of a storage is written down and stops nothing else. */
async function attempt(deps: Deps, what: object, work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    deps.log.warn({ ...what, error: (error as Error).message }, 'files that nobody needs were not removed')
    return false
  }
}
