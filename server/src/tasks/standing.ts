import { plansOfMember } from '../accounts/standing.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { findAnyKey } from '../keys/keys.ts'
import type { TaskRow } from './task.ts'

/**
 * Why a task that no provider has got yet is not begun any more: what would refuse its key, its user or its organisation
 * now (DESIGN section 6). Undefined: nothing.
 *
 * @throws Error when the database cannot be asked
 */
export async function lostRight(
  deps: Deps,
  { key_id, user_id, organization_id }: Pick<TaskRow, 'key_id' | 'user_id' | 'organization_id'>,
): Promise<{ readonly code: string; readonly error: string } | undefined> {
  try {
    if (key_id !== `session:${user_id}`) await requireKey(deps, key_id)
    await plansOfMember(deps, user_id, organization_id)
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const gone = error.code === 'not_found' ? new AppError('owner_removed') : error
    return { code: gone.code, error: `Cancelled before it began: ${gone.message}` }
  }
}

async function requireKey(deps: Deps, id: string): Promise<void> {
  const key = await findAnyKey(deps, id)
  if (key.state === 'revoked') throw new AppError('key_revoked')
  if (key.state === 'disabled') throw new AppError('key_disabled')
  if (key.expiresAt !== null && key.expiresAt <= deps.now()) throw new AppError('key_expired')
}
