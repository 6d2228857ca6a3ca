import type { Kysely } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>
type PeopleTable =
  | 'user'
  | 'account'
  | 'session'
  | 'organization'
  | 'member'
  | 'invitation'
  | 'twoFactor'
  | 'passkey'

/** Locks rows until the transaction ends, and says which are still there (SQLite has one writer and needs no lock). */
export async function lockRows(
  db: Db,
  kind: DatabaseKind,
  table: PeopleTable,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (kind === 'sqlite' || ids.length === 0) return new Set(ids)
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where('id', 'in', [...ids])
    .forUpdate()
    .execute()
  return new Set(rows.map((row) => row.id))
}

/** The session of a token, with its user. */
export async function findSession(db: Db, token: string) {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.userId')
    .select([
      'session.id as sessionId',
      'session.createdAt as startedAt',
      'session.updatedAt as seenAt',
      'session.expiresAt as expiresAt',
      'user.id as userId',
      'user.email',
      'user.name',
      'user.role',
      'user.banned',
      'user.twoFactorEnabled',
    ])
    .where('session.token', '=', token)
    .executeTakeFirst()
}

/** A person's place in the organisation named, else in his own. */
export async function findMembership(db: Db, userId: string, organizationId: string | undefined) {
  const query = db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .select([
      'organization.id',
      'organization.name',
      'organization.personal',
      'organization.status',
      'member.role',
    ])
    .where('member.userId', '=', userId)
  return (
    organizationId === undefined
      ? query.where('organization.personal', '=', true)
      : query.where('organization.id', '=', organizationId)
  ).executeTakeFirst()
}

export async function touchSession(db: Db, id: string, now: string): Promise<void> {
  await db.updateTable('session').set({ updatedAt: now }).where('id', '=', id).execute()
}

/** False when it was gone. */
export async function removeSession(db: Db, id: string): Promise<boolean> {
  const result = await db.deleteFrom('session').where('id', '=', id).executeTakeFirst()
  return Number(result.numDeletedRows) > 0
}

export async function listSessionIds(db: Db, userId: string): Promise<string[]> {
  const rows = await db.selectFrom('session').select('id').where('userId', '=', userId).execute()
  return rows.map((row) => row.id)
}

export async function listMemberships(db: Db, userId: string) {
  return db
    .selectFrom('member')
    .innerJoin('organization', 'organization.id', 'member.organizationId')
    .select([
      'organization.id',
      'organization.name',
      'organization.personal',
      'organization.plan',
      'organization.status',
      'member.role',
    ])
    .where('member.userId', '=', userId)
    .orderBy('organization.personal', 'desc')
    .orderBy('organization.name')
    .orderBy('organization.id')
    .execute()
}

/** A pending invitation with the names that its letter shows. */
export async function findInvitation(db: Db, id: string) {
  return db
    .selectFrom('invitation')
    .innerJoin('organization', 'organization.id', 'invitation.organizationId')
    .leftJoin('user as inviter', 'inviter.id', 'invitation.inviterId')
    .leftJoin('user as invitee', 'invitee.email', 'invitation.email')
    .select([
      'invitation.id',
      'invitation.email',
      'invitation.role',
      'invitation.status',
      'invitation.expiresAt',
      'organization.name as organizationName',
      'inviter.name as inviterName',
      'invitee.id as inviteeId',
    ])
    .where('invitation.id', '=', id)
    .executeTakeFirst()
}

/** Removes what the library keeps for a person by a hashed name, with his id as its value. */
export async function removeProofsOf(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('verification').where('value', '=', userId).execute()
}

/** The digest of a person's password. */
export async function findPassword(db: Db, userId: string) {
  return db
    .selectFrom('account')
    .select(['id', 'userId', 'providerId', 'accountId', 'password'])
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
    .executeTakeFirst()
}

/** False when it was gone, or is another one by now. */
export async function removePassword(db: Db, id: string, password: string): Promise<boolean> {
  const result = await db
    .deleteFrom('account')
    .where('id', '=', id)
    .where('password', '=', password)
    .executeTakeFirst()
  return Number(result.numDeletedRows) > 0
}

/** Whether an address was invited into some organisation and the invitation still stands. */
export async function isInvited(db: Db, email: string, now: string): Promise<boolean> {
  const row = await db
    .selectFrom('invitation')
    .select('id')
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

export async function findOrganizationFacts(db: Db, id: string) {
  const organization = await db
    .selectFrom('organization')
    .select(['personal', 'slug'])
    .where('id', '=', id)
    .executeTakeFirst()
  const key = await db.selectFrom('keys').select('id').where('organization_id', '=', id).executeTakeFirst()
  return organization && { ...organization, hasKeys: key !== undefined }
}

/** False when it was verified before. */
export async function writeEmailVerified(db: Db, id: string, now: string): Promise<boolean> {
  const result = await db
    .updateTable('user')
    .set({ emailVerified: true, updatedAt: now })
    .where('id', '=', id)
    .where('emailVerified', '=', false)
    .executeTakeFirst()
  return Number(result.numUpdatedRows) > 0
}
