import type { Deps } from '../deps.ts'
import { findRole, openInvitationRows, searchMemberRows } from './members.store.ts'
import { type MemberRole, toRole } from './roles.ts'

export interface Member {
  /** Of the membership. */
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly role: MemberRole
  readonly status: 'active' | 'suspended'
  readonly joinedAt: string
}

export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: MemberRole
  readonly expired: boolean
  readonly createdAt: string
  readonly expiresAt: string
  readonly inviter: { readonly id: string; readonly name: string }
}

const INVITATIONS_MOST = 1000

/** A person's role in an organisation; undefined when he is no member. */
export async function roleOf(
  deps: Pick<Deps, 'db'>,
  organizationId: string,
  userId: string,
): Promise<MemberRole | undefined> {
  const role = await findRole(deps.db, organizationId, userId)
  return role === undefined ? undefined : toRole(role)
}

/**
 * Members by name.
 *
 * @param page `after`: name and user id of the last one of the page before
 */
export async function listMembers(
  deps: Pick<Deps, 'db' | 'store'>,
  organizationId: string,
  page: { readonly search?: string; readonly after?: readonly [string, string]; readonly limit: number },
): Promise<Member[]> {
  const { search, after, limit } = page
  const rows = await searchMemberRows(deps.db, deps.store.kind, { organizationId, search, after, limit })
  return rows.map((row) => ({
    id: row.id,
    userId: row.userId,
    name: row.name,
    email: row.email,
    role: toRole(row.role),
    status: row.banned ? 'suspended' : 'active',
    joinedAt: new Date(row.createdAt).toISOString(),
  }))
}

/** Invitations that nobody has answered, newest first, 1000 at most. */
export async function listInvitations(
  deps: Pick<Deps, 'db' | 'now'>,
  organizationId: string,
): Promise<Invitation[]> {
  const rows = await openInvitationRows(deps.db, organizationId, INVITATIONS_MOST)
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    role: toRole(row.role),
    expired: new Date(row.expiresAt).getTime() <= deps.now(),
    createdAt: new Date(row.createdAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
    inviter: { id: row.inviterId, name: row.inviterName },
  }))
}
