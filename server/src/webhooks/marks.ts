import type { Deps } from '../deps.ts'
import { mark } from './marks.store.ts'

/** Longer than a key that ends soon is told of. */
const KEPT_MS = 30 * 86_400_000

/**
 * Notes that something is told, in the transaction that tells it.
 *
 * @param keptUntil milliseconds; until when it could be told again
 * @returns false when it was told before
 */
export async function tellOnce(deps: Deps, what: string, keptUntil = deps.now() + KEPT_MS): Promise<boolean> {
  return mark(deps.db, what, keptUntil)
}
