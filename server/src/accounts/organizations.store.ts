import type { Kysely } from 'kysely'
import { contains, writings } from '../storage/contains.ts'
import { listWithWords } from '../storage/sqlite/words.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const ORGANIZATION = ['id', 'name', 'plan', 'personal', 'status', 'createdAt'] as const

export async function findOrganizationRow(db: Db, id: string) {
  return db.selectFrom('organization').select(ORGANIZATION).where('id', '=', id).executeTakeFirst()
}

export async function lockOrganizationRow(db: Db, kind: DatabaseKind, id: string) {
  const query = db.selectFrom('organization').select(ORGANIZATION).where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

export interface OrganizationFilter {
  readonly search?: string
  readonly status?: 'active' | 'suspended'
  readonly personal?: boolean
  readonly plan?: string
  /** Time of creation and id of the last one of the page before. */
  readonly after?: readonly [string, string]
  readonly limit: number
}

/** Newest first. */
export async function searchOrganizationRows(db: Db, kind: DatabaseKind, filter: OrganizationFilter) {
  const { search, after, limit } = filter
  const until = after && Date.parse(after[0])
  const words = { table: 'organization', texts: writings(search), until, limit } as const
  return listWithWords(db, kind, words, (db) => organizationRows(db, kind, filter))
}

function organizationRows(db: Db, kind: DatabaseKind, filter: OrganizationFilter) {
  const { search, status, personal, plan, after } = filter
  let query = db.selectFrom('organization').select(ORGANIZATION)
  if (search !== undefined) query = query.where(contains(kind, ['name', 'id'], search))
  // Nearly all are active, so that no index of states is of use there.
  if (status === 'active') query = query.where('status', '!=', 'suspended')
  if (status === 'suspended') query = query.where('status', '=', status)
  if (personal !== undefined) query = query.where('personal', '=', personal)
  if (plan !== undefined) query = query.where('plan', '=', plan)
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('createdAt', 'id'), '<', tuple(after[0], after[1])),
    )
  }
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
}

/** Of each organisation the owner of longest standing. */
export async function findOwnerRows(db: Db, organizationIds: readonly string[]) {
  if (organizationIds.length === 0) return []
  return db
    .selectFrom('member as m')
    .innerJoin('user as u', 'u.id', 'm.userId')
    .select(['m.organizationId', 'u.id', 'u.name', 'u.email'])
    .where('m.organizationId', 'in', [...organizationIds])
    .where('m.role', '=', 'owner')
    .orderBy('m.createdAt')
    .execute()
}

export async function writeOrganization(
  db: Db,
  id: string,
  change: { readonly name?: string; readonly status?: 'active' | 'suspended' },
): Promise<void> {
  await db.updateTable('organization').set(change).where('id', '=', id).execute()
}
