import { verifyPassword } from 'better-auth/crypto'
import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { auditEntry } from './audited-fields.ts'
import { findPassword, removePassword } from './auth.store.ts'
import { currentActor, currentScope } from './scope.ts'

/**
 * Removes the password of an account whose address nobody has proven, when somebody signs up with the address and
 * another password: nobody knows which of the two reads the mailbox, and a letter that the first one caused would open
 * the account to him once the other follows it. Whoever has the mailbox sets a password by the link that he is sent.
 */
export async function withdrawPassword(deps: Deps, userId: string): Promise<void> {
  const row = await findPassword(deps.db, userId)
  const hash = row?.password
  if (!hash) return
  const given = currentScope()?.digest?.password
  if (given !== undefined && (await verifyPassword({ hash, password: given }))) return
  await transact(deps, async (deps) => {
    if (!(await removePassword(deps.db, row.id, hash))) return
    const entry = auditEntry('account', row, undefined)
    if (entry) await recordAudit(deps, currentActor(userId), entry)
  })
}
