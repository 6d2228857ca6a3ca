import { type Kysely, sql } from 'kysely'
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

/** Keys that are not revoked with the names that hang on them, newest first. */
export async function searchKeyRows(
  db: Db,
  kind: DatabaseKind,
  within: { readonly organizationId: string; readonly userId?: string },
  filter: KeyFilter,
  now: number,
) {
  const { search, projectId, after, limit } = filter
  const { organizationId } = within
  // An owner has few keys, and so has a project.
  const isNarrow = within.userId !== undefined || projectId !== undefined
  const texts = search === undefined || isNarrow ? undefined : [searchText(search)]
  const words = { table: 'keys', texts, organizationId, until: after?.[0], limit } as const
  return listWithWords(db, kind, words, (db) => keyRows(db, kind, within, filter, now))
}

function keyRows(
  db: Db,
  kind: DatabaseKind,
  within: { readonly organizationId: string; readonly userId?: string },
  filter: KeyFilter,
  now: number,
) {
  return db
    .selectFrom(matchingKeys(db, kind, within, filter, now).as('found'))
    .innerJoin('keys as k', 'k.id', 'found.id')
    .innerJoin('user as u', 'u.id', 'k.user_id')
    .leftJoin('projects as p', 'p.id', 'k.project_id')
    .selectAll('k')
    .select(['u.name as owner_name', 'u.email as owner_email', 'p.name as project_name'])
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id', 'desc')
    .execute()
}

/**
 * Looks at nothing but columns of an index, since a search may have to look at every key of its organisation, owner or
 * project (`keys_listed`, `keys_owner`, `keys_project`).
 */
function matchingKeys(
  db: Db,
  kind: DatabaseKind,
  within: { readonly organizationId: string; readonly userId?: string },
  { search, state, projectId, after, limit }: KeyFilter,
  now: number,
) {
  let query = db
    .selectFrom('keys as k')
    .select('k.id')
    .where('k.organization_id', '=', within.organizationId)
    // A literal, as in the conditions of the indexes `keys_disabled` and `keys_ending`.
    .where('k.state', state === undefined ? '!=' : '=', sql.lit(stored(state)))
  if (within.userId !== undefined) query = query.where('k.user_id', '=', within.userId)
  if (projectId !== undefined) query = query.where('k.project_id', '=', projectId)
  if (state === 'expired') query = query.where('k.expires_at', '<=', now)
  if (state === 'active')
    query = query.where((e) => e.or([e('k.expires_at', 'is', null), e('k.expires_at', '>', now)]))
  if (search !== undefined) query = query.where(contains(kind, searchText(search)))
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('k.created_at', 'k.id'), '<', tuple(after[0], after[1])),
    )
  }
  return query.orderBy('k.created_at', 'desc').orderBy('k.id', 'desc').limit(limit)
}

/**
 * PostgreSQL knows of LIKE how rare a text is, by its sample of the column: it reads the whole table in its order where
 * hardly any key has it, and walks down the index where many do.
 */
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
