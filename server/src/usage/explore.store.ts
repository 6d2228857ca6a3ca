import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables, UsageEventTable } from '../storage/tables.ts'
import { type Days, within } from './usage-days.store.ts'
import type { UsageScope } from './usage-scope.ts'

type Db = Kysely<Tables>

/** What the index over requests (`usage_events_owner`) knows of one beside its place. */
export interface EventFilter extends UsageScope {
  readonly outcome?: UsageEventTable['outcome'] | undefined
  readonly status?: number | undefined
}

/** A place in the order of requests: newest first, of those that began at once the greater id. */
export interface Place {
  readonly at: number
  readonly id: string
}

/** One person's requests from a time (milliseconds) up to, and without, a place. */
export interface Span {
  readonly userId: string
  readonly from: number
  readonly before: Place
}

/**
 * The newest requests in any of a few spans, newest first. Each span is a walk along one index, which holds all that a
 * filter asks for, and ends with the `limit`th match.
 */
export async function findPlaces(
  db: Db,
  filter: EventFilter,
  spans: readonly Span[],
  limit: number,
): Promise<Place[]> {
  const narrowed = conditions(filter)
  const walks = spans.map(
    ({ userId, from, before }) => sql`SELECT * FROM (SELECT started_at, id FROM usage_events
      WHERE organization_id = ${filter.organizationId} AND user_id = ${userId} AND started_at >= ${from}
        AND (started_at, id) < (${before.at}, ${before.id})${narrowed}
      ORDER BY started_at DESC, id DESC LIMIT ${limit}) AS walk`,
  )
  return newest(db, sql`${sql.join(walks, sql` UNION ALL `)}`, limit)
}

/** The newest requests of many persons in one span of time, which should be short: all that it holds is looked at. */
export async function findPlacesOfMany(
  db: Db,
  kind: DatabaseKind,
  filter: EventFilter,
  { userIds, from, before }: Omit<Span, 'userId'> & { readonly userIds: readonly string[] },
  limit: number,
): Promise<Place[]> {
  const among =
    kind === 'postgres'
      ? sql`= ANY(${[...userIds]}::TEXT[])`
      : sql`IN (SELECT value FROM json_each(${JSON.stringify(userIds)}))`
  const rows = sql`SELECT started_at, id FROM usage_events
    WHERE organization_id = ${filter.organizationId} AND user_id ${among} AND started_at >= ${from}
      AND (started_at, id) < (${before.at}, ${before.id})${conditions(filter)}`
  return newest(db, rows, limit)
}

async function newest(db: Db, rows: RawBuilder<unknown>, limit: number): Promise<Place[]> {
  const found = await db
    .selectFrom(sql<{ started_at: number; id: string }>`(${rows})`.as('found'))
    .select(['started_at', 'id'])
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return found.map(({ started_at: at, id }) => ({ at, id }))
}

function conditions({ keyId, model, projectId, endUser, outcome, status }: EventFilter) {
  const given = [
    ...(keyId === undefined ? [] : [sql` AND key_id = ${keyId}`]),
    ...(model === undefined ? [] : [sql` AND model = ${model}`]),
    ...(projectId === undefined ? [] : [sql` AND project_id = ${projectId}`]),
    ...(endUser === undefined ? [] : [sql` AND end_user = ${endUser}`]),
    ...(outcome === undefined ? [] : [sql` AND outcome = ${outcome}`]),
    ...(status === undefined ? [] : [sql` AND status = ${status}`]),
  ]
  return sql.join(given, sql``)
}

/** Who had requests that the filter may match, on which UTC day, newest first. */
export async function findActiveDays(
  db: Db,
  filter: EventFilter,
  days: Days,
): Promise<{ day: number; user_id: string }[]> {
  let query = within(db.selectFrom('usage_days').select(['day', 'user_id']).distinct(), filter, days)
  if (filter.outcome === 'failed') query = query.where('failed', '>', 0)
  return query.orderBy('day', 'desc').execute()
}

/** The first or, up to a day, the last UTC day of which there are sums in the scope; undefined when there is none. */
export async function findDay(db: Db, scope: UsageScope, upTo?: number): Promise<number | undefined> {
  const days = { firstDay: 0, lastDay: upTo ?? LAST_DAY }
  // A model has no index of its own: the days of all models do.
  const { model: _, ...indexed } = scope
  const query = within(db.selectFrom('usage_days').select('day'), indexed, days)
  return (
    await query
      .orderBy('day', upTo === undefined ? 'asc' : 'desc')
      .limit(1)
      .executeTakeFirst()
  )?.day
}

/** The last day that a time in JavaScript can have. */
const LAST_DAY = 100_000_000

export async function findEventsById(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('usage_events')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** How long requests took, in milliseconds. */
export async function findTimings(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('usage_events')
    .select(['started_at', 'finished_at', 'first_byte_ms'])
    .where('id', 'in', [...ids])
    .execute()
}
