import { requireUser } from '../accounts/users.ts'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { auditEntry, type Row } from './audited-fields.ts'
import { currentScope } from './scope.ts'
import { endSessionsOf } from './sessions.ts'
import { lockPassword, removeFactorsOf, removePasskeysOf, removeProviderAccountsOf } from './ways-in.store.ts'

/**
 * Removes the passkeys of an account whose address nobody had shown to be his until now: whoever made it before, with
 * somebody else's address, would come in by them beside the new password. Passkeys of a proven account stay.
 */
export async function endPasskeys(deps: Deps, actor: AuditActor, userId: string): Promise<void> {
  await transact(deps, async (deps) => {
    await auditRemoved(deps, actor, 'passkey', await removePasskeysOf(deps.db, userId))
  })
}

/**
 * Ends whatever opens an account besides a password. A provider's account stays where no password opens it.
 */
export async function endOtherWays(deps: Deps, actor: AuditActor, userId: string): Promise<void> {
  await transact(deps, async (deps) => {
    await endSessionsOf(deps, actor, userId)
    await endPasskeys(deps, actor, userId)
    const now = new Date(deps.now()).toISOString()
    await auditRemoved(deps, actor, 'twoFactor', await removeFactorsOf(deps.db, userId, now))
    if (deps.config.auth.emailPassword)
      await auditRemoved(deps, actor, 'account', await removeProviderAccountsOf(deps.db, userId))
  })
}

/**
 * Takes the second factor of somebody who has lost it. His sessions end, and he signs in by what else he has.
 *
 * @param who an id, or an e-mail address
 * @returns whether there was one
 * @throws AppError `not_found`
 */
export async function removeSecondFactor(deps: Deps, actor: AuditActor, who: string): Promise<boolean> {
  return transact(deps, async (deps) => {
    const { id } = await requireUser(deps, who)
    const removed = await removeFactorsOf(deps.db, id, new Date(deps.now()).toISOString())
    await auditRemoved(deps, actor, 'twoFactor', removed)
    if (removed.length > 0) await endSessionsOf(deps, actor, id)
    return removed.length > 0
  })
}

/**
 * Refuses a session to whoever has shown a password that is another one by now: the change has ended all sessions, and
 * would miss this one. To be called in the transaction that makes the session.
 *
 * @throws AppError `session_required`
 */
export async function requireSamePassword(deps: Deps, userId: string): Promise<void> {
  const shown = currentScope()?.shown
  if (shown === undefined || (await lockPassword(deps.db, deps.store.kind, userId)) === shown) return
  throw new AppError('session_required', { message: 'The password has just been changed; sign in again' })
}

async function auditRemoved(
  deps: Deps,
  actor: AuditActor,
  model: string,
  rows: readonly Row[],
): Promise<void> {
  for (const row of rows) {
    const entry = auditEntry(model, row, undefined)
    if (entry) await recordAudit(deps, actor, entry)
  }
}
