import { type Kysely, sql } from 'kysely'
import type { Tables, UsageDayTable } from '../storage/tables.ts'
import { type Leg, legs, rest } from './legs.store.ts'
import type { Days } from './usage-days.store.ts'

type Db = Kysely<Tables>

export interface UsageFilter {
  readonly organizationId: string
  readonly userId: string
  readonly from?: number
  readonly to?: number
  readonly model?: string
  readonly keyId?: string
  readonly endUser?: string
  readonly projectId?: string
}

export type UsageGroup = 'model' | 'end_user' | 'key' | 'project' | 'day'

/**
 * Sums by a group. Whole UTC days come from the sums by day; rows are read only for the days that `from` and `to` cut in
 * two, and where they have been removed since (see `ledger/prune-usage.ts`), that part of the day is missing.
 */
export async function sumEvents(db: Db, filter: UsageFilter, group: UsageGroup, dayMs: number) {
  // No row has an empty one; in the sums it stands for none.
  if (filter.endUser === '' || filter.projectId === '') return []
  const { from, to } = filter
  const firstDay = from === undefined ? undefined : Math.ceil(from / dayMs)
  const endDay = to === undefined ? undefined : Math.floor(to / dayMs)
  const parts = [sumsOfDays(filter, group, firstDay, endDay)]
  for (const part of cutDays(filter, firstDay, endDay, dayMs)) parts.push(sumsOfRows(part, group, dayMs))
  return db
    .selectFrom(sql<Sums>`(${sql.join(parts, sql` UNION ALL `)})`.as('parts'))
    .select([
      'subject',
      sql<number>`CAST(SUM(requests) AS BIGINT)`.as('requests'),
      sql<number>`CAST(SUM(input_tokens) AS BIGINT)`.as('input_tokens'),
      sql<number>`CAST(SUM(cached_tokens) AS BIGINT)`.as('cached_tokens'),
      sql<number>`CAST(SUM(output_tokens) AS BIGINT)`.as('output_tokens'),
      sql<number>`CAST(SUM(reasoning_tokens) AS BIGINT)`.as('reasoning_tokens'),
      sql<number>`CAST(SUM(units) AS BIGINT)`.as('units'),
      sql<bigint>`CAST(SUM(cost_nanos) AS BIGINT)`.as('cost_nanos'),
    ])
    .groupBy('subject')
    .orderBy('subject')
    .limit(1000)
    .execute()
}

type Sums = Pick<UsageDayTable, 'requests' | 'cost_nanos'> & { readonly subject: string | null }

/** The parts of days at the ends of a span of time: both ends of it in one day are one part. */
function cutDays(
  filter: UsageFilter,
  firstDay: number | undefined,
  endDay: number | undefined,
  dayMs: number,
): UsageFilter[] {
  const { from, to } = filter
  if (firstDay !== undefined && endDay !== undefined && firstDay > endDay) return [filter]
  const parts: UsageFilter[] = []
  if (from !== undefined && firstDay !== undefined && from < firstDay * dayMs) {
    parts.push({ ...filter, from, to: firstDay * dayMs })
  }
  if (to !== undefined && endDay !== undefined && endDay * dayMs < to) {
    parts.push({ ...filter, from: endDay * dayMs, to })
  }
  return parts
}

const SUMMED = sql`input_tokens, cached_tokens, output_tokens, reasoning_tokens, units, cost_nanos`

function sumsOfDays(filter: UsageFilter, group: UsageGroup, firstDay?: number, endDay?: number) {
  const by = {
    // Not by itself: for its order SQLite would take an index by model, in which a person's rows lie among all others.
    model: sql`model || ''`,
    end_user: sql`NULLIF(end_user, '')`,
    key: sql`key_id`,
    project: sql`NULLIF(project_id, '')`,
    day: sql`CAST(day AS TEXT)`,
  }[group]
  const days = [
    ...ownedBy(filter),
    ...(firstDay === undefined ? [] : [sql`day >= ${firstDay}`]),
    ...(endDay === undefined ? [] : [sql`day < ${endDay}`]),
  ]
  // Of a person's days those by key may be a hundred times as many.
  const { keyId, endUser, projectId } = filter
  const isOfPerson = keyId === undefined && endUser === undefined && projectId === undefined
  const table = sql.table(
    isOfPerson && (group === 'model' || group === 'day') ? 'usage_user_days' : 'usage_days',
  )
  return sql`SELECT ${by} AS subject, requests, ${SUMMED} FROM ${table} WHERE ${sql.join(days, sql` AND `)}`
}

function sumsOfRows(filter: UsageFilter, group: UsageGroup, dayMs: number) {
  const by = {
    model: sql`model`,
    end_user: sql`end_user`,
    key: sql`key_id`,
    project: sql`project_id`,
    // Whole numbers divide downwards on both databases.
    day: sql`CAST(started_at / ${sql.lit(dayMs)} AS TEXT)`,
  }[group]
  const { from = 0, to = 0 } = filter
  const { along, beside, answers } = legOf(filter, {
    firstDay: Math.floor(from / dayMs),
    lastDay: Math.floor((to - 1) / dayMs),
  })
  return sql`SELECT ${by} AS subject, 1 AS requests, ${SUMMED} FROM usage_events
    WHERE ${along} AND started_at >= ${from} AND started_at < ${to}${beside ?? sql``}
      ${sql.join(rest(filter, answers), sql``)}`
}

/** The index that knows best which rows these are; of a person it is by model, and the sums know which there can be. */
function legOf(filter: UsageFilter, days: Days): Leg {
  const { organizationId, userId, model, keyId, endUser } = filter
  if (endUser !== undefined) return legs.endUser(organizationId, endUser, userId)
  if (keyId !== undefined) return legs.key(keyId)
  if (model !== undefined) return legs.person(userId, model)
  return {
    along: sql`user_id = ${userId} AND model IN (SELECT model FROM usage_user_days
      WHERE organization_id = ${organizationId} AND user_id = ${userId}
        AND day >= ${days.firstDay} AND day <= ${days.lastDay})`,
    beside: undefined,
    answers: ['userId'],
  }
}

function ownedBy(filter: UsageFilter) {
  return [
    sql`organization_id = ${filter.organizationId}`,
    sql`user_id = ${filter.userId}`,
    ...(filter.model === undefined ? [] : [sql`model = ${filter.model}`]),
    ...(filter.keyId === undefined ? [] : [sql`key_id = ${filter.keyId}`]),
    ...(filter.endUser === undefined ? [] : [sql`end_user = ${filter.endUser}`]),
    ...(filter.projectId === undefined ? [] : [sql`project_id = ${filter.projectId}`]),
  ]
}

/** One row for each key that was ever used; of the periods, those of its newest request. */
export async function sumsOfKeys(db: Db, keyIds: readonly string[]) {
  return db
    .selectFrom('key_usage')
    .selectAll()
    .where('key_id', 'in', [...keyIds])
    .execute()
}
