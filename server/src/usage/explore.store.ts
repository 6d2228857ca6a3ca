import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
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

/** The newest requests of a whole organisation in one span of time; a filter that matches little looks at all of it. */
export async function findPlacesOfAll(
  db: Db,
  filter: EventFilter,
  { from, before }: Omit<Span, 'userId'>,
  limit: number,
): Promise<Place[]> {
  const rows = sql`SELECT started_at, id FROM usage_events
    WHERE organization_id = ${filter.organizationId} AND started_at >= ${from}
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
  const failed = filter.outcome === 'failed'
  if (namesPart(filter)) {
    const query = within(db.selectFrom('usage_days').select(['day', 'user_id']).distinct(), filter, days)
    const narrowed = failed ? query.where('failed', '>', 0) : query
    return narrowed.orderBy('day', 'desc').execute()
  }
  const query = persons(db.selectFrom('usage_user_days').select(['day', 'user_id']).distinct(), filter, days)
  const narrowed = failed ? query.where('failed', '>', 0) : query
  return narrowed.orderBy('day', 'desc').execute()
}

/** The first or, up to a day, the last UTC day of which there are sums in the scope; undefined when there is none. */
export async function findDay(db: Db, scope: UsageScope, upTo?: number): Promise<number | undefined> {
  const days = { firstDay: 0, lastDay: upTo ?? LAST_DAY }
  const order = upTo === undefined ? 'asc' : 'desc'
  // A model of a key, project or end user has no index of its own: the days of all models do.
  const { model: _, ...indexed } = scope
  const row = namesPart(scope)
    ? await within(db.selectFrom('usage_days').select('day'), indexed, days)
        .orderBy('day', order)
        .limit(1)
        .executeTakeFirst()
    : await persons(db.selectFrom('usage_user_days').select('day'), scope, days)
        .orderBy('day', order)
        .limit(1)
        .executeTakeFirst()
  return row?.day
}

/** Whether it asks for what the sums of persons do not know. */
function namesPart({ keyId, projectId, endUser }: UsageScope): boolean {
  return keyId !== undefined || projectId !== undefined || endUser !== undefined
}

function persons<O>(
  query: SelectQueryBuilder<Tables, 'usage_user_days', O>,
  { organizationId, userId, model }: UsageScope,
  { firstDay, lastDay }: Days,
) {
  let narrowed = query
    .where('organization_id', '=', organizationId)
    .where('day', '>=', firstDay)
    .where('day', '<=', lastDay)
  if (userId !== undefined) narrowed = narrowed.where('user_id', '=', userId)
  return model === undefined ? narrowed : narrowed.where('model', '=', model)
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
