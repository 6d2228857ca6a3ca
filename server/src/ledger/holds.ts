import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { markSentRow } from './ledger.store.ts'

/**
 * Notes durably that a request may reach a provider from now on, so that its hold is charged if this node dies.
 *
 * @returns false when the hold is there no more: others have swept it, and the request may not be sent
 * @throws AppError `store_unavailable`
 */
export async function markSent(deps: Deps, id: string): Promise<boolean> {
  try {
    return await markSentRow(deps.db, id)
  } catch (cause) {
    throw new AppError('store_unavailable', { cause })
  }
}
