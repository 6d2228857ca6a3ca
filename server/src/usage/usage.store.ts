import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'

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

function matching<O>(query: SelectQueryBuilder<Tables, 'usage_events', O>, filter: UsageFilter) {
  let narrowed = query
    .where('organization_id', '=', filter.organizationId)
    .where('user_id', '=', filter.userId)
  if (filter.from !== undefined) narrowed = narrowed.where('started_at', '>=', filter.from)
  if (filter.to !== undefined) narrowed = narrowed.where('started_at', '<', filter.to)
  if (filter.model !== undefined) narrowed = narrowed.where('model', '=', filter.model)
  if (filter.keyId !== undefined) narrowed = narrowed.where('key_id', '=', filter.keyId)
  if (filter.endUser !== undefined) narrowed = narrowed.where('end_user', '=', filter.endUser)
  if (filter.projectId !== undefined) narrowed = narrowed.where('project_id', '=', filter.projectId)
  return narrowed
}

export async function findEvents(db: Db, filter: UsageFilter, limit: number, offset: number) {
  return matching(db.selectFrom('usage_events').selectAll(), filter)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
}

export async function countEvents(db: Db, filter: UsageFilter): Promise<number> {
  const query = db.selectFrom('usage_events').select((e) => e.fn.countAll<number>().as('count'))
  const row = await matching(query, filter).executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function sumEvents(db: Db, filter: UsageFilter, group: UsageGroup, dayMs: number) {
  const by = {
    model: sql<string | null>`model`,
    end_user: sql<string | null>`end_user`,
    key: sql<string | null>`key_id`,
    project: sql<string | null>`project_id`,
    // Whole numbers divide downwards on both databases.
    day: sql<string | null>`CAST(finished_at / ${sql.lit(dayMs)} AS TEXT)`,
  }[group]
  const query = db
    .selectFrom('usage_events')
    .select((e) => [
      by.as('subject'),
      e.fn.countAll<number>().as('requests'),
      sql<number>`CAST(SUM(input_tokens) AS BIGINT)`.as('input_tokens'),
      sql<number>`CAST(SUM(cached_tokens) AS BIGINT)`.as('cached_tokens'),
      sql<number>`CAST(SUM(output_tokens) AS BIGINT)`.as('output_tokens'),
      sql<number>`CAST(SUM(reasoning_tokens) AS BIGINT)`.as('reasoning_tokens'),
      sql<bigint>`CAST(SUM(cost_nanos) AS BIGINT)`.as('cost_nanos'),
    ])
  return matching(query, filter).groupBy(by).orderBy(by).limit(1000).execute()
}

export async function sumsOfKeys(
  db: Db,
  keyIds: readonly string[],
  starts: { readonly day: number; readonly week: number; readonly month: number },
) {
  const since = (day: number) =>
    sql<bigint | null>`CAST(SUM(CASE WHEN d.day >= ${day} THEN d.cost_nanos ELSE 0 END) AS BIGINT)`
  const recent = Math.min(starts.week, starts.month)
  return (
    db
      .selectFrom('key_usage as k')
      .leftJoin('usage_days as d', (join) =>
        join.onRef('d.key_id', '=', 'k.key_id').on('d.day', '>=', recent),
      )
      .select(['k.key_id', 'k.cost_nanos as total_nanos'])
      // Touches leave 0 requests and a time; both count as a use.
      .select('k.last_used_at')
      .select([
        since(starts.day).as('daily_nanos'),
        since(starts.week).as('weekly_nanos'),
        since(starts.month).as('monthly_nanos'),
      ])
      .where('k.key_id', 'in', [...keyIds])
      .groupBy(['k.key_id', 'k.cost_nanos', 'k.last_used_at'])
      .execute()
  )
}
