import { type Kysely, sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { readMeta } from '../storage/meta.ts'
import type { Tables } from '../storage/tables.ts'
import { type Leg, rest } from './legs.store.ts'
import { PRUNED_BEFORE } from './pruned-before.ts'
import { subjects } from './subject-days.ts'
import type { UsageFilter } from './usage.store.ts'
import { type Days, within } from './usage-days.store.ts'

type Db = Kysely<Tables>

/** Milliseconds; `from` included, `before` not. */
export interface Span {
  readonly from: number
  readonly before: number
}

/** The legs on which all that a filter matches lies. */
export interface Way {
  readonly legs: readonly Leg[]
  /** No entry of theirs is of anything else, so that they can be counted without reading a row. */
  readonly isExact: boolean
}

/** How many requests a UTC day has. */
export interface DayCount {
  readonly day: number
  readonly requests: number
}

/** By what the sums of `usage_subject_days` know all that a filter asks for. */
export function subjectAlone({ model, keyId, endUser, projectId }: UsageFilter): string | undefined {
  if (model !== undefined || keyId !== undefined) return undefined
  if (projectId === undefined) return endUser === undefined ? undefined : subjects.endUser(endUser)
  return endUser === undefined ? subjects.project(projectId) : undefined
}

/** The first UTC day of which no request was removed. */
export async function firstWholeDay(db: Db): Promise<number> {
  return Number((await readMeta(db, PRUNED_BEFORE)) ?? 0)
}

/**
 * Reads rows that lie scattered over a table: PostgreSQL looks up where they are first and then asks for many at once,
 * which from a disk takes a fraction of the time. Where the setting is 0 the system cannot.
 */
export async function readScattered<T>(
  { db, store }: Pick<Deps, 'db' | 'store'>,
  work: (db: Db) => Promise<T>,
): Promise<T> {
  if (store.kind === 'sqlite') return work(db)
  return db.transaction().execute(async (db) => {
    await sql`SELECT set_config('enable_indexscan', 'off', true),
      CASE WHEN current_setting('effective_io_concurrency') <> '0'
        THEN set_config('effective_io_concurrency', '64', true) END`.execute(db)
    return work(db)
  })
}

/** From the fewest sums that know all that is asked for: a person's own, those of one project or end user, or by key. */
export async function countByDay(db: Db, filter: UsageFilter, days: Days): Promise<DayCount[]> {
  const { organizationId, userId, model, keyId, endUser, projectId } = filter
  const requests = sql<number>`CAST(SUM(requests) AS BIGINT)`.as('requests')
  if (keyId === undefined && endUser === undefined && projectId === undefined) {
    return db
      .selectFrom('usage_user_days')
      .select(['day', requests])
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .where('day', '>=', days.firstDay)
      .where('day', '<=', days.lastDay)
      .$if(model !== undefined, (query) => query.where('model', '=', model ?? ''))
      .groupBy('day')
      .execute()
  }
  const subject = subjectAlone(filter)
  if (subject !== undefined) {
    return db
      .selectFrom('usage_subject_days')
      .select(['day', 'requests'])
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .where('subject', '=', subject)
      .where('day', '>=', days.firstDay)
      .where('day', '<=', days.lastDay)
      .execute()
  }
  return within(db.selectFrom('usage_days').select('day').select(requests), filter, days)
    .groupBy('day')
    .execute()
}

/** The models that a person used. */
export async function findModels(db: Db, filter: UsageFilter, days: Days): Promise<string[]> {
  const rows = await db
    .selectFrom('usage_user_days')
    .select('model')
    .distinct()
    .where('organization_id', '=', filter.organizationId)
    .where('user_id', '=', filter.userId)
    .where('day', '>=', days.firstDay)
    .where('day', '<=', days.lastDay)
    .execute()
  return rows.map(({ model }) => model)
}

const GUESSED_BY = 24

/** About how many requests a person has, by his newest sums and how many there are. */
export async function guessOf(db: Db, filter: UsageFilter, days: Days): Promise<number> {
  const sums = db
    .selectFrom('usage_user_days')
    .where('organization_id', '=', filter.organizationId)
    .where('user_id', '=', filter.userId)
    .where('day', '>=', days.firstDay)
    .where('day', '<=', days.lastDay)
  const { count } = await sums.select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const newest = await sums.select('requests').orderBy('day', 'desc').limit(GUESSED_BY).execute()
  const requests = newest.reduce((sum, row) => sum + row.requests, 0)
  return newest.length === 0 ? 0 : (requests / newest.length) * Number(count)
}

/** Whether a person had requests in another organisation as well. */
export async function isElsewhere(db: Db, filter: UsageFilter, days: Days): Promise<boolean> {
  const row = await db
    .selectFrom('usage_user_days')
    .select('day')
    .where('user_id', '=', filter.userId)
    .where('day', '>=', days.firstDay)
    .where('day', '<=', days.lastDay)
    .where(sql<boolean>`organization_id || '' <> ${filter.organizationId}`)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a key has had one owner always. */
export async function isOwnKey(db: Db, { organizationId, userId }: UsageFilter, keyId: string) {
  const key = await db
    .selectFrom('keys')
    .select('updated_at')
    .where('id', '=', keyId)
    .where(sql<boolean>`organization_id || '' = ${organizationId}`)
    .where(sql<boolean>`user_id || '' = ${userId}`)
    .executeTakeFirst()
  if (key === undefined || key.updated_at === null) return key !== undefined
  const transfer = await db
    .selectFrom('audit_log')
    .select('seq')
    .where('target_id', '=', keyId)
    .where('action', '=', 'key.transfer')
    .limit(1)
    .executeTakeFirst()
  return transfer === undefined
}

/** All requests of a key, those that were removed as well. */
export async function countOfKey(db: Db, keyId: string): Promise<number> {
  const row = await db
    .selectFrom('key_usage')
    .select('requests')
    .where('key_id', '=', keyId)
    .executeTakeFirst()
  return row?.requests ?? 0
}

function entry({ along, beside, answers }: Leg, filter: UsageFilter, { from, before }: Span, way: Way) {
  const others = way.isExact ? sql`` : sql.join(rest(filter, answers), sql``)
  return sql`${along} AND started_at >= ${from} AND started_at < ${before}${beside ?? sql``}${others}`
}

export async function countEntries(db: Db, filter: UsageFilter, way: Way, span: Span): Promise<number> {
  if (way.legs.length === 0 || span.from >= span.before) return 0
  const walks = way.legs.map(
    (leg) => sql`SELECT 1 AS one FROM usage_events WHERE ${entry(leg, filter, span, way)}`,
  )
  const row = await db
    .selectFrom(sql<{ one: number }>`(${sql.join(walks, sql` UNION ALL `)})`.as('entries'))
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** When requests began that lie so many places from the newest, or the oldest, one; in that order. */
export async function timesAt(
  db: Db,
  filter: UsageFilter,
  way: Way,
  span: Span,
  { skip, size, newest }: { readonly skip: number; readonly size: number; readonly newest: boolean },
): Promise<number[]> {
  // Each in the order of its index, so that both databases merge them and read no further than to the last place.
  const walks = way.legs.map(
    (leg) => sql`SELECT started_at FROM usage_events WHERE ${entry(leg, filter, span, way)}`,
  )
  const found = await db
    .selectFrom(sql<{ started_at: number }>`(${sql.join(walks, sql` UNION ALL `)})`.as('found'))
    .select('started_at')
    .orderBy('started_at', newest ? 'desc' : 'asc')
    .limit(size)
    .offset(skip)
    .execute()
  return found.map(({ started_at }) => started_at)
}
