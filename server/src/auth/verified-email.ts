import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { writeEmailVerified } from './auth.store.ts'
import { currentActor } from './scope.ts'

/** Whoever came by a link that only his mailbox had has shown that the address is his. */
export async function markEmailVerified(deps: Deps, userId: string): Promise<void> {
  await transact(deps, async (deps) => {
    if (!(await writeEmailVerified(deps.db, userId, new Date(deps.now()).toISOString()))) return
    await recordAudit(deps, currentActor(userId), {
      action: 'user.update',
      targetKind: 'user',
      targetId: userId,
      organizationId: null,
      before: { emailVerified: false },
      after: { emailVerified: true },
    })
  })
}
