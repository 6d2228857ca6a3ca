import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { type MemberRole, toRole } from './roles.ts'
import {
  countSessions,
  findUserRecord,
  organizationsWith,
  searchUserRows,
  type UserFilter,
} from './user-list.store.ts'
import { toUser, type User } from './users.ts'

/** A user as the operator sees him. */
export interface UserRecord extends User {
  readonly emailVerified: boolean
  readonly twoFactor: boolean
  /** Administers this server. */
  readonly operator: boolean
  /** Sessions that have not expired. */
  readonly sessions: number
}

export interface UserOrganization {
  readonly id: string
  readonly name: string
  readonly personal: boolean
  readonly role: MemberRole
}

const ORGANIZATIONS_MOST = 1000

/** Users, newest first. */
export async function searchUsers(
  deps: Pick<Deps, 'db' | 'store' | 'now'>,
  filter: UserFilter,
): Promise<UserRecord[]> {
  return records(deps, await searchUserRows(deps.db, deps.store.kind, filter))
}

/** @throws AppError `not_found` */
export async function getUser(
  deps: Pick<Deps, 'db' | 'now'>,
  id: string,
): Promise<UserRecord & { readonly organizations: readonly UserOrganization[] }> {
  const row = await findUserRecord(deps.db, id)
  const [record] = await records(deps, row ? [row] : [])
  if (!record) throw new AppError('not_found', { message: 'There is no such user' })
  const found = await organizationsWith(deps.db, id, ORGANIZATIONS_MOST)
  const organizations = found.map(({ id, name, personal, role }) => ({
    id,
    name,
    personal: Boolean(personal),
    role: toRole(role),
  }))
  return { ...record, organizations }
}

async function records(
  deps: Pick<Deps, 'db' | 'now'>,
  rows: Awaited<ReturnType<typeof searchUserRows>>,
): Promise<UserRecord[]> {
  const ids = rows.map(({ id }) => id)
  const sessions = await countSessions(deps.db, ids, new Date(deps.now()).toISOString())
  return rows.map((row) => ({
    ...toUser(row),
    emailVerified: Boolean(row.emailVerified),
    twoFactor: Boolean(row.twoFactorEnabled),
    operator: row.role === 'admin',
    sessions: sessions.get(row.id) ?? 0,
  }))
}
