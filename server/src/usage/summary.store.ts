import { type Kysely, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import { type Days, within } from './usage-days.store.ts'
import type { UsageScope } from './usage-scope.ts'

type Db = Kysely<Tables>

export type { Days } from './usage-days.store.ts'

export type SummaryGroup = 'model' | 'key' | 'project' | 'end_user' | 'user'

const COLUMN = {
  model: 'model',
  key: 'key_id',
  project: 'project_id',
  end_user: 'end_user',
  user: 'user_id',
} as const satisfies Record<SummaryGroup, string>

const sum = (column: string) => sql<number>`CAST(SUM(${sql.ref(column)}) AS BIGINT)`

const SUMS = [
  sum('requests').as('requests'),
  sum('failed').as('failed'),
  sum('input_tokens').as('input_tokens'),
  sum('cached_tokens').as('cached_tokens'),
  sum('output_tokens').as('output_tokens'),
  sum('reasoning_tokens').as('reasoning_tokens'),
  sum('duration_ms').as('duration_ms'),
  sql<bigint>`CAST(SUM(cost_nanos) AS BIGINT)`.as('cost_nanos'),
]

export async function sumByDay(db: Db, scope: UsageScope, days: Days) {
  const query = within(db.selectFrom('usage_days').select('day').select(SUMS), scope, days)
  return query.groupBy('day').execute()
}

/** The groups that spent most, and how many there are in all. '' stands for requests that name none. */
export async function sumByGroup(db: Db, scope: UsageScope, days: Days, group: SummaryGroup, limit: number) {
  const column = COLUMN[group]
  const query = within(db.selectFrom('usage_days'), scope, days)
  return query
    .select([`${column} as subject`, sql<number>`CAST(COUNT(*) OVER () AS BIGINT)`.as('groups')])
    .select(SUMS)
    .groupBy(column)
    .orderBy('cost_nanos', 'desc')
    .orderBy('requests', 'desc')
    .orderBy(column)
    .limit(limit)
    .execute()
}

/** What some groups spent on each day. */
export async function sumByGroupAndDay(
  db: Db,
  scope: UsageScope,
  days: Days,
  group: SummaryGroup,
  subjects: readonly string[],
) {
  const column = COLUMN[group]
  const query = within(db.selectFrom('usage_days'), scope, days)
  return query
    .select([`${column} as subject`, 'day'])
    .select([sum('requests').as('requests'), sql<bigint>`CAST(SUM(cost_nanos) AS BIGINT)`.as('cost_nanos')])
    .where(column, 'in', [...subjects])
    .groupBy([column, 'day'])
    .execute()
}
