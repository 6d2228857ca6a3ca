import type { Kysely } from 'kysely'
import { contains, writings } from '../storage/contains.ts'
import { listWithWords } from '../storage/sqlite/words.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const USER = [
  'id',
  'email',
  'name',
  'banned',
  'plan',
  'createdAt',
  'role',
  'emailVerified',
  'twoFactorEnabled',
] as const

export interface UserFilter {
  readonly search?: string
  readonly status?: 'active' | 'suspended'
  readonly operator?: boolean
  readonly plan?: string
  /** Time of creation and id of the last one of the page before. */
  readonly after?: readonly [string, string]
  readonly limit: number
}

/** Newest first. */
export async function searchUserRows(db: Db, kind: DatabaseKind, filter: UserFilter) {
  const { search, after, limit } = filter
  const until = after && Date.parse(after[0])
  const words = { table: 'user', texts: writings(search), until, limit } as const
  return listWithWords(db, kind, words, (db) => userRows(db, kind, filter))
}

function userRows(db: Db, kind: DatabaseKind, filter: UserFilter) {
  const { search, status, operator, plan, after } = filter
  let query = db.selectFrom('user').select(USER)
  if (search !== undefined) query = query.where(contains(kind, ['name', 'email'], search))
  if (status === 'suspended') query = query.where('banned', '=', true)
  if (status === 'active')
    query = query.where((e) => e.or([e('banned', 'is', null), e('banned', '=', false)]))
  if (operator === true) query = query.where('role', '=', 'admin')
  if (operator === false) query = query.where((e) => e.or([e('role', 'is', null), e('role', '!=', 'admin')]))
  if (plan !== undefined) query = query.where('plan', '=', plan)
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('createdAt', 'id'), '<', tuple(after[0], after[1])),
    )
  }
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
}

export async function findUserRecord(db: Db, id: string) {
  return db.selectFrom('user').select(USER).where('id', '=', id).executeTakeFirst()
}

export async function countSessions(
  db: Db,
  userIds: readonly string[],
  now: string,
): Promise<Map<string, number>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('session')
    .select(['userId', (e) => e.fn.countAll<number>().as('count')])
    .where('userId', 'in', [...userIds])
    .where('expiresAt', '>', now)
    .groupBy('userId')
    .execute()
  return new Map(rows.map(({ userId, count }) => [userId, Number(count)]))
}

export async function organizationsWith(db: Db, userId: string, limit: number) {
  return db
    .selectFrom('member as m')
    .innerJoin('organization as o', 'o.id', 'm.organizationId')
    .select(['o.id', 'o.name', 'o.personal', 'm.role'])
    .where('m.userId', '=', userId)
    .orderBy('o.personal', 'desc')
    .orderBy('o.name')
    .limit(limit)
    .execute()
}
