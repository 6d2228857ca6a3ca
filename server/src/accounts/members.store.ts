import { type Kysely, sql } from 'kysely'
import { contains, writings } from '../storage/contains.ts'
import { listWithWords } from '../storage/sqlite/words.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function findRole(db: Db, organizationId: string, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('member')
    .select('role')
    .where('organizationId', '=', organizationId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row?.role
}

export interface MemberFilter {
  readonly organizationId: string
  readonly search: string | undefined
  /** Name and user id of the last one of the page before. */
  readonly after: readonly [string, string] | undefined
  readonly limit: number
}

/** By name, then id. */
export async function searchMemberRows(db: Db, kind: DatabaseKind, filter: MemberFilter) {
  const words = { table: 'user', texts: writings(filter.search), limit: undefined } as const
  return listWithWords(db, kind, words, (db) => memberRows(db, kind, filter))
}

async function memberRows(db: Db, kind: DatabaseKind, filter: MemberFilter) {
  const { organizationId, after, search } = filter
  // Who is shown is found by indexes alone: by name (`user_named`) in a large organisation, by member in a small one.
  const byName = kind === 'sqlite' && search === undefined && (await isLarge(db, filter))
  const joined = byName
    ? // In this order, whatever SQLite thinks.
      db.selectFrom('user as u').crossJoin('member as m').whereRef('u.id', '=', 'm.userId')
    : db.selectFrom('user as u').innerJoin('member as m', 'u.id', 'm.userId')
  const shown = joined
    .select('u.id')
    .where('m.organizationId', '=', organizationId)
    .$if(search !== undefined, (query) => query.where(contains(kind, ['u.name', 'u.email'], search ?? '')))
    .$if(after !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('u.name', 'u.id'), '>', tuple(after?.[0] ?? '', after?.[1] ?? '')),
      ),
    )
    .orderBy('u.name')
    .orderBy('u.id')
    .limit(filter.limit)
  return db
    .selectFrom(shown.as('shown'))
    .innerJoin('user as u', 'u.id', 'shown.id')
    .innerJoin('member as m', 'm.userId', 'shown.id')
    .select(['m.id', 'm.userId', 'm.role', 'm.createdAt', 'u.name', 'u.email', 'u.banned'])
    .where('m.organizationId', '=', organizationId)
    .orderBy('u.name')
    .orderBy('u.id')
    .execute()
}

/**
 * Whether a page of members is found sooner among all users than among the members. PostgreSQL knows by its statistics;
 * on SQLite the newest user's row tells how many there are.
 */
async function isLarge(db: Db, { organizationId, limit }: MemberFilter): Promise<boolean> {
  const { members, users } = await db
    .selectFrom('member')
    .where('organizationId', '=', organizationId)
    .select((e) => e.fn.countAll<number>().as('members'))
    .select(sql<number>`(SELECT max(rowid) FROM "user")`.as('users'))
    .executeTakeFirstOrThrow()
  return members * members > users * limit
}

/** Those that nobody has answered, newest first. */
export async function openInvitationRows(db: Db, organizationId: string, limit: number) {
  return db
    .selectFrom('invitation as i')
    .innerJoin('user as u', 'u.id', 'i.inviterId')
    .select([
      'i.id',
      'i.email',
      'i.role',
      'i.expiresAt',
      'i.createdAt',
      'i.inviterId',
      'u.name as inviterName',
    ])
    .where('i.organizationId', '=', organizationId)
    .where('i.status', '=', 'pending')
    .orderBy('i.createdAt', 'desc')
    .orderBy('i.id')
    .limit(limit)
    .execute()
}

/** Cancels what a member has invited to other roles than those kept, while nobody has answered. @returns the ids */
export async function cancelInvitationRows(
  db: Db,
  { organizationId, userId }: { readonly organizationId: string; readonly userId: string },
  keptRoles: readonly string[],
): Promise<string[]> {
  const rows = await db
    .updateTable('invitation')
    .set({ status: 'canceled' })
    .where('organizationId', '=', organizationId)
    .where('inviterId', '=', userId)
    .where('status', '=', 'pending')
    .$if(keptRoles.length > 0, (query) => query.where('role', 'not in', [...keptRoles]))
    .returning('id')
    .execute()
  return rows.map(({ id }) => id).sort()
}

export async function countMemberRows(
  db: Db,
  organizationIds: readonly string[],
): Promise<Map<string, number>> {
  if (organizationIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('member')
    .select(['organizationId', (e) => e.fn.countAll<number>().as('count')])
    .where('organizationId', 'in', [...organizationIds])
    .groupBy('organizationId')
    .execute()
  return new Map(rows.map(({ organizationId, count }) => [organizationId, Number(count)]))
}
