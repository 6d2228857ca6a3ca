import type { Deps } from '../deps.ts'
import { mark } from './deliveries.store.ts'

/** Notes that something is told, in the transaction that tells it. @returns false when it was told before */
export async function tellOnce(deps: Deps, what: string): Promise<boolean> {
  return mark(deps.db, what, deps.now())
}
