import type { Kysely } from 'kysely'
import { contains } from '../storage/contains.ts'
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

/** By name, then id. */
export async function searchMemberRows(
  db: Db,
  kind: DatabaseKind,
  filter: {
    readonly organizationId: string
    readonly search: string | undefined
    readonly after: readonly [string, string] | undefined
    readonly limit: number
  },
) {
  const { after, search } = filter
  return db
    .selectFrom('member as m')
    .innerJoin('user as u', 'u.id', 'm.userId')
    .select(['m.id', 'm.userId', 'm.role', 'm.createdAt', 'u.name', 'u.email', 'u.banned'])
    .where('m.organizationId', '=', filter.organizationId)
    .$if(search !== undefined, (query) => query.where(contains(kind, ['u.name', 'u.email'], search ?? '')))
    .$if(after !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('u.name', 'u.id'), '>', tuple(after?.[0] ?? '', after?.[1] ?? '')),
      ),
    )
    .orderBy('u.name')
    .orderBy('u.id')
    .limit(filter.limit)
    .execute()
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
