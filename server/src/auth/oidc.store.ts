import type { Kysely } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function membershipsIn(db: Db, userId: string, organizationIds: readonly string[]) {
  return db
    .selectFrom('member')
    .select(['id', 'organizationId', 'userId', 'role'])
    .where('userId', '=', userId)
    .where('organizationId', 'in', [...organizationIds])
    .execute()
}

/** Those that are there and are nobody's own. */
export async function mappable(db: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('organization')
    .select(['id', 'personal'])
    .where('id', 'in', [...ids])
    .execute()
  return rows.filter(({ personal }) => !personal).map(({ id }) => id)
}

export async function addMembership(
  db: Db,
  row: { id: string; organizationId: string; userId: string; role: string },
  now: string,
): Promise<void> {
  await db
    .insertInto('member')
    .values({ ...row, createdAt: now })
    .execute()
}

export async function writeRole(db: Db, id: string, role: string): Promise<void> {
  await db.updateTable('member').set({ role }).where('id', '=', id).execute()
}

export async function removeMembership(db: Db, id: string): Promise<void> {
  await db.deleteFrom('member').where('id', '=', id).execute()
}

/** Locked until the transaction ends, so that a plan cannot go while it is given to somebody. */
export async function hasPlan(db: Db, kind: DatabaseKind, id: string): Promise<boolean> {
  const query = db.selectFrom('plans').select('id').where('id', '=', id)
  const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return row !== undefined
}

/** False when the token of that id was noted before; a transaction that is noting it is waited for. */
export async function noteToken(
  db: Db,
  row: { id: string; expiresAt: string; now: string },
): Promise<boolean> {
  const result = await db
    .insertInto('verification')
    .values({
      id: row.id,
      identifier: row.id,
      value: '',
      expiresAt: row.expiresAt,
      createdAt: row.now,
      updatedAt: row.now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1
}

/** Ends sessions that began at a provider: those of one session there, else all of the person there. */
export async function removeProviderSessions(
  db: Db,
  provider: string,
  { sub, sid }: { sub: string | undefined; sid: string | undefined },
) {
  return db
    .deleteFrom('session')
    .where('oidcProvider', '=', provider)
    .$if(sub !== undefined, (query) => query.where('oidcSubject', '=', sub ?? ''))
    .$if(sid !== undefined, (query) => query.where('oidcSid', '=', sid ?? ''))
    .returning(['id', 'userId'])
    .execute()
}
