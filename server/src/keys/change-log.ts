import type { Deps } from '../deps.ts'
import { pruneChanges } from './keys.store.ts'

const KEPT_MS = 3_600_000

/** Forgets changes that every node has long seen; a node that was away for longer starts with an empty cache. */
export async function pruneChangeLog(deps: Deps): Promise<void> {
  await pruneChanges(deps.db, deps.now() - KEPT_MS)
}
