import type { Deps } from '../deps.ts'
import { removeProofsOf } from './auth.store.ts'

/**
 * Ends what would let somebody in beside a session: browsers that are not asked for a second factor, sign-ins that wait
 * for one, and links to set a new password. The library keeps them by hashed names, and of each only whose it is.
 */
export async function endTrust(deps: Pick<Deps, 'db'>, userId: string): Promise<void> {
  await removeProofsOf(deps.db, userId)
}

/**
 * Whether a write of the library's gives a person another password or address, or takes his second factor. A link to
 * set a password that lies in the mailbox of the old address opens nothing any more.
 */
export function endsTrust(model: string, update: Readonly<Record<string, unknown>> | undefined): boolean {
  if (model === 'user') return typeof update?.email === 'string'
  return model === 'account' ? typeof update?.password === 'string' : model === 'twoFactor' && !update
}
