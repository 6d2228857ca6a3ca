import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { readMeta } from '../storage/meta.ts'
import type { Tables } from '../storage/tables.ts'
import { PRUNED_BEFORE } from './pruned-before.ts'
import type { UsageFilter } from './usage.store.ts'
import { within } from './usage-days.store.ts'

type Db = Kysely<Tables>

/** Milliseconds; `from` included, `before` not. */
export interface Range {
  readonly from: number
  readonly before: number
}

/** How many requests a UTC day has. */
export interface DayCount {
  readonly day: number
  readonly requests: number
}

/** The first UTC day of which no request was removed. */
export async function firstWholeDay(db: Db): Promise<number> {
  return Number((await readMeta(db, PRUNED_BEFORE)) ?? 0)
}

/** From sums, of which there are few: a person's own where they know all that is asked for, else those by key. */
export async function countByDay(
  db: Db,
  filter: UsageFilter,
  days: { readonly firstDay: number; readonly lastDay: number },
): Promise<DayCount[]> {
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
  return within(db.selectFrom('usage_days').select('day').select(requests), filter, days)
    .groupBy('day')
    .execute()
}

export async function countRows(db: Db, filter: UsageFilter, range: Range): Promise<number> {
  const query = db.selectFrom('usage_events').select((e) => e.fn.countAll<number>().as('count'))
  const row = await matching(query, filter, range).executeTakeFirstOrThrow()
  return Number(row.count)
}

/** The ids of requests, newest first, read from the index alone, those that are skipped as well. */
export async function findIds(
  db: Db,
  filter: UsageFilter,
  range: Range,
  limit: number,
  offset: number,
): Promise<string[]> {
  const rows = await matching(db.selectFrom('usage_events').select('id'), filter, range)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(({ id }) => id)
}

function matching<O>(
  query: SelectQueryBuilder<Tables, 'usage_events', O>,
  { organizationId, userId, model, keyId, endUser, projectId }: UsageFilter,
  { from, before }: Range,
) {
  let narrowed = query
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('started_at', '>=', from)
    .where('started_at', '<', before)
  if (model !== undefined) narrowed = narrowed.where('model', '=', model)
  if (keyId !== undefined) narrowed = narrowed.where('key_id', '=', keyId)
  if (endUser !== undefined) narrowed = narrowed.where('end_user', '=', endUser)
  if (projectId !== undefined) narrowed = narrowed.where('project_id', '=', projectId)
  return narrowed
}
