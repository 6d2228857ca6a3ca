import { type AuditActor, recordAudit } from '../audit/audit.ts'
import type { Deps } from '../deps.ts'
import { cancelInvitationRows } from './members.store.ts'
import { type MemberRole, toRole } from './roles.ts'

const GRANTS: Readonly<Record<MemberRole, readonly MemberRole[]>> = {
  owner: ['owner', 'admin', 'member'],
  admin: ['admin', 'member'],
  member: [],
}

/** Whether somebody with the first role may make, change or remove somebody with the second. */
export function mayGrant(role: string, granted: string): boolean {
  return GRANTS[toRole(role)].includes(toRole(granted))
}

/**
 * Takes back the open invitations of somebody who could not send them any more, in the transaction that changes his
 * membership: to roles that his own role may not grant, and all when he is no member.
 *
 * @param role his new one; undefined for none
 */
export async function withdrawInvitations(
  deps: Deps,
  actor: AuditActor,
  membership: { readonly organizationId: string; readonly userId: string },
  role: string | undefined,
): Promise<void> {
  if (!deps.db.isTransaction)
    throw new Error('Invitations end in the transaction that changes the membership')
  const grants = role === undefined ? [] : GRANTS[toRole(role)]
  for (const id of await cancelInvitationRows(deps.db, membership, grants)) {
    await recordAudit(deps, actor, {
      action: 'invitation.update',
      targetKind: 'invitation',
      targetId: id,
      organizationId: membership.organizationId,
      before: { status: 'pending' },
      after: { status: 'canceled' },
    })
  }
}
