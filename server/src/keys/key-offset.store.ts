import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import type { KeyRow } from './keys.store.ts'

type Db = Kysely<Tables>

export interface KeyPage {
  readonly organizationId?: string
  readonly userId?: string
  readonly includeDisabled: boolean
  readonly includeRevoked?: boolean
  readonly offset: number
  readonly limit: number
}

/** Up to here a walk down the index is short enough. */
const NEAR = 1000

/** Keys by offset, newest first. */
export async function listKeyRows(db: Db, page: KeyPage): Promise<KeyRow[]> {
  const { offset, limit } = page
  const [order, passed, shown] =
    offset > NEAR ? await fromOldest(db, page) : (['desc', offset, limit] as const)
  if (shown === 0) return []
  // Their index alone tells which keys are passed; rows are read of those that are shown.
  const places = matching(db.selectFrom('keys').select('id'), page)
    .orderBy('created_at', order)
    .orderBy('id', order)
    .limit(shown)
    .offset(passed)
  return db
    .selectFrom(places.as('shown'))
    .innerJoin('keys as k', 'k.id', 'shown.id')
    .selectAll('k')
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id', 'desc')
    .execute()
}

/**
 * How many to pass and how many to show of a page that is far from the newest key, counted from the oldest one: an index
 * that grew in the order of time is read along the file, several times as fast from a disk as against it.
 */
async function fromOldest(db: Db, page: KeyPage): Promise<readonly ['asc', number, number]> {
  const query = db.selectFrom('keys').select((e) => e.fn.countAll<number>().as('count'))
  const { count } = await matching(query, page).executeTakeFirstOrThrow()
  const end = Math.max(0, Number(count) - page.offset)
  const passed = Math.max(0, end - page.limit)
  return ['asc', passed, end - passed]
}

function matching<O>(query: SelectQueryBuilder<Tables, 'keys', O>, page: KeyPage) {
  let narrowed = query
  if (page.organizationId) narrowed = narrowed.where('organization_id', '=', page.organizationId)
  if (page.userId) narrowed = narrowed.where('user_id', '=', page.userId)
  if (!page.includeRevoked) narrowed = narrowed.where('state', '!=', 'revoked')
  if (!page.includeDisabled) narrowed = narrowed.where('state', '!=', 'disabled')
  return narrowed
}
