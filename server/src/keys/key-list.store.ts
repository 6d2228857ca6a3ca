import { type AliasedExpression, type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { listWithWords } from '../storage/sqlite/words.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'
import { searchText } from './key.ts'

type Db = Kysely<Tables>

export interface KeyFilter {
  readonly search?: string
  readonly state?: 'active' | 'disabled' | 'expired'
  readonly projectId?: string
  /** Time of creation and id of the last one of the page before. */
  readonly after?: readonly [number, string]
  readonly limit: number
}

type Keys = SelectQueryBuilder<Tables & { k: Tables['keys'] }, 'k', object>

type Within = { readonly organizationId: string; readonly userId?: string }

/** How many of the newest keys are looked through first where PostgreSQL searches an organisation. */
const NEAR = 2000

/** Keys that are not revoked with the names that hang on them, newest first. */
export async function searchKeyRows(
  db: Db,
  kind: DatabaseKind,
  within: Within,
  filter: KeyFilter,
  now: number,
) {
  const { search, projectId, after, limit } = filter
  const { organizationId } = within
  // An owner has few keys, and so has a project.
  const isNarrow = within.userId !== undefined || projectId !== undefined
  if (kind === 'postgres' && search !== undefined && !isNarrow) {
    return searchOrganization(db, search, limit, keysIn(db, within, filter, now))
  }
  const texts = search === undefined || isNarrow ? undefined : [searchText(search)]
  const words = { table: 'keys', texts, organizationId, until: after?.[0], limit } as const
  return listWithWords(db, kind, words, (db) => {
    const keys = keysIn(db, within, filter, now).select('k.id')
    const found = search === undefined ? keys : keys.where(contains(kind, searchText(search)))
    const shown = found.orderBy('k.created_at', 'desc').orderBy('k.id', 'desc').limit(limit)
    return rowsOf(db, shown.as('found'))
  })
}

/**
 * A text that many keys have is found among the newest. One that only old keys have is not looked for against the order
 * of the index, which from a disk takes longer than to read all keys; an expression keeps PostgreSQL from it. Since the
 * whole rows pass by there, they are taken at once, where each would have to be fetched again by its id.
 */
async function searchOrganization(db: Db, search: string, limit: number, keys: ReturnType<typeof keysIn>) {
  const newest = keys
    .select(['k.id', 'k.search', 'k.created_at'])
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id', 'desc')
    .limit(NEAR)
  const text = contains('postgres', searchText(search))
  const near = await db
    .selectFrom(newest.as('k'))
    .select('k.id')
    .where(text)
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id', 'desc')
    .limit(limit)
    .execute()
  if (near.length >= limit) {
    const ids = near.map(({ id }) => id)
    return withNames(db.selectFrom('keys as k').where('k.id', 'in', ids)).execute()
  }
  const anywhere = keys
    .selectAll('k')
    .where(text)
    .orderBy(sql`k.created_at + 0`, 'desc')
    .orderBy('k.id', 'desc')
    .limit(limit)
  return db.transaction().execute(async (db) => {
    // Few rows come out, for which a second process is worth its start; PostgreSQL reckons with the price for many.
    await sql`SELECT set_config('parallel_setup_cost', '0', true),
      set_config('parallel_tuple_cost', '0', true)`.execute(db)
    return withNames(db.selectFrom(anywhere.as('k'))).execute()
  })
}

function rowsOf(db: Db, found: AliasedExpression<{ id: string }, 'found'>) {
  const keys: unknown = db.selectFrom(found).innerJoin('keys as k', 'k.id', 'found.id')
  return withNames(keys as Keys).execute()
}

/** The rows of keys, newest first, with the names that hang on them. */
function withNames(keys: Keys) {
  return keys
    .innerJoin('user as u', 'u.id', 'k.user_id')
    .leftJoin('projects as p', 'p.id', 'k.project_id')
    .selectAll('k')
    .select(['u.name as owner_name', 'u.email as owner_email', 'p.name as project_name'])
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id', 'desc')
}

/**
 * Asks for nothing but columns of an index, since a search may have to look at every key of its organisation, owner or
 * project (`keys_listed`, `keys_owner`, `keys_project`).
 */
function keysIn(db: Db, within: Within, { state, projectId, after }: KeyFilter, now: number) {
  let query = db
    .selectFrom('keys as k')
    .where('k.organization_id', '=', within.organizationId)
    // A literal, as in the conditions of the indexes `keys_disabled` and `keys_ending`.
    .where('k.state', state === undefined ? '!=' : '=', sql.lit(stored(state)))
  if (within.userId !== undefined) query = query.where('k.user_id', '=', within.userId)
  if (projectId !== undefined) query = query.where('k.project_id', '=', projectId)
  if (state === 'expired') query = query.where('k.expires_at', '<=', now)
  if (state === 'active')
    query = query.where((e) => e.or([e('k.expires_at', 'is', null), e('k.expires_at', '>', now)]))
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('k.created_at', 'k.id'), '<', tuple(after[0], after[1])),
    )
  }
  return query
}

function contains(kind: DatabaseKind, text: string) {
  if (kind === 'sqlite') return sql<boolean>`instr(k.search, ${text}) > 0`
  return sql<boolean>`k.search LIKE ${`%${text.replace(/[!%_]/g, '!$&')}%`} ESCAPE '!'`
}

/** An expired key is an active one whose time has passed. */
function stored(state: KeyFilter['state']): 'active' | 'disabled' | 'revoked' {
  if (state === undefined) return 'revoked'
  return state === 'disabled' ? 'disabled' : 'active'
}

/** A key as the list has it. */
export async function findListedRow(db: Db, id: string) {
  return db
    .selectFrom('keys as k')
    .innerJoin('user as u', 'u.id', 'k.user_id')
    .leftJoin('projects as p', 'p.id', 'k.project_id')
    .select(['u.name as owner_name', 'u.email as owner_email', 'p.name as project_name'])
    .where('k.id', '=', id)
    .executeTakeFirst()
}

/** How many keys that are not revoked hang on each of the ids. */
export async function countKeyRows(
  db: Db,
  column: 'user_id' | 'project_id' | 'organization_id',
  ids: readonly string[],
  organizationId: string | undefined,
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  let query = db
    .selectFrom('keys')
    .select([`${column} as subject`, (e) => e.fn.countAll<number>().as('count')])
    .where(column, 'in', [...ids])
    .where('state', '!=', 'revoked')
  if (organizationId !== undefined) query = query.where('organization_id', '=', organizationId)
  const rows = await query.groupBy(column).execute()
  return new Map(rows.map(({ subject, count }) => [subject ?? '', Number(count)]))
}
