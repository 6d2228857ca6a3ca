import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import {
  modelOf,
  prefixOf,
  type Question,
  rowsOfScope,
  rowsOfSubjects,
  rowsOfTotals,
  rowsOfUsers,
  type SummaryGroup,
  tableOf,
} from './sum-rows.store.ts'

type Db = Kysely<Tables>

export { isLargePart, type SummaryGroup } from './sum-rows.store.ts'
export type { Days } from './usage-days.store.ts'

const SUMS = [
  'requests',
  'failed',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'duration_ms',
  'cost_nanos',
] as const
const PARTS = ['requests', 'cost_nanos'] as const

type Columns = readonly (typeof SUMS)[number][]

const listed = (columns: Columns) => sql.join(columns.map((column) => sql`d.${sql.ref(column)}`))

/** Durations in milliseconds, costs in nano-credits. */
type Sums = Record<Exclude<(typeof SUMS)[number], 'cost_nanos'>, number> & { readonly cost_nanos: bigint }

/** The column that a group goes by, in the tables that have one for it. */
const COLUMN = {
  model: 'model',
  key: 'key_id',
  project: 'project_id',
  end_user: 'end_user',
  user: 'user_id',
} as const satisfies Record<SummaryGroup, string>

const summed = (columns: Columns, sign = sql``) =>
  sql.join(
    columns.map((column) => sql`CAST(${sign}SUM(d.${sql.ref(column)}) AS BIGINT) AS ${sql.ref(column)}`),
  )

export async function sumByDay(db: Db, question: Question) {
  const query = sql<Sums & { readonly day: number }>`SELECT d.day, ${summed(SUMS)}
    FROM ${rowsOfTotals(db, question)} GROUP BY d.day`
  return (await query.execute(db)).rows
}

/** The groups that spent most, and how many there are in all. '' stands for requests that name none. */
export async function sumByGroup(db: Db, question: Question, limit: number) {
  const query = sql<Sums & { readonly subject: string; readonly groups: number }>`
    SELECT d.subject, CAST(COUNT(*) OVER () AS BIGINT) AS groups, ${summed(SUMS)} FROM (${rowsOfGroups(db, question)}) AS d
    GROUP BY d.subject HAVING SUM(d.requests) > 0
    ORDER BY cost_nanos DESC, requests DESC, d.subject LIMIT ${limit}`
  return (await query.execute(db)).rows
}

function rowsOfGroups(db: Db, question: Question): RawBuilder<unknown> {
  const table = tableOf(question)
  if (table === 'usage_subject_days')
    return sql`${named(question, SUMS)} UNION ALL ${nameless(question, SUMS, false)}`
  const rows = table === 'usage_user_days' ? rowsOfUsers(question) : rowsOfScope(db, question)
  return subjected(subjectOf(question), SUMS, rows)
}

/** What some groups spent on each day. */
export async function sumByGroupAndDay(db: Db, question: Question, subjects: readonly string[]) {
  const query = sql<Pick<Sums, (typeof PARTS)[number]> & { readonly subject: string; readonly day: number }>`
    SELECT d.subject, d.day, ${summed(PARTS)} FROM (${rowsOfSome(db, question, subjects)}) AS d
    GROUP BY d.subject, d.day HAVING SUM(d.requests) > 0`
  return (await query.execute(db)).rows
}

function rowsOfSome(db: Db, question: Question, subjects: readonly string[]): RawBuilder<unknown> {
  const { group } = question
  const table = tableOf(question)
  if (table === 'usage_subject_days') {
    const prefix = prefixOf(group)
    const some = subjects.filter((subject) => subject !== '').map((subject) => sql`${prefix + subject}`)
    const parts = some.length > 0 ? [sql`${named(question, PARTS)} AND d.subject IN (${sql.join(some)})`] : []
    if (some.length < subjects.length) parts.push(nameless(question, PARTS, true))
    return sql.join(parts, sql` UNION ALL `)
  }
  const subject = subjectOf(question)
  const some = sql`${subject} IN (${sql.join(subjects)})`
  if (table === 'usage_days') {
    const rows = rowsOfScope(db, question, group === 'key' ? subjects : undefined)
    return sql`${subjected(subject, PARTS, rows)} WHERE ${some}`
  }
  const rows = rowsOfUsers(question, group === 'user' ? subjects : undefined)
  return sql`${subjected(subject, PARTS, rows)} AND ${some}`
}

function subjectOf(question: Question): RawBuilder<unknown> {
  const { kind, group } = question
  if (group === 'model' && tableOf(question) === 'usage_user_days') return modelOf(kind)
  return sql`d.${sql.ref(COLUMN[group])}`
}

function subjected(
  subject: RawBuilder<unknown>,
  columns: Columns,
  rows: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`SELECT ${subject} AS subject, d.day, ${listed(columns)} FROM ${rows}`
}

function named(question: Question, columns: Columns): RawBuilder<unknown> {
  const behind = prefixOf(question.group).length + 1
  return sql`SELECT substr(d.subject, ${sql.lit(behind)}) AS subject, d.day, ${listed(columns)}
    FROM ${rowsOfSubjects(question)}`
}

/** What requests that name none come to: all of them without those that do. */
function nameless(question: Question, columns: Columns, byDay: boolean): RawBuilder<unknown> {
  const [day, each] = byDay ? [sql`d.day`, sql`GROUP BY d.day`] : [sql`0 AS day`, sql``]
  return sql`SELECT '' AS subject, ${day}, ${summed(columns)} FROM ${rowsOfUsers(question)} ${each}
    UNION ALL SELECT '' AS subject, ${day}, ${summed(columns, sql`-`)} FROM ${rowsOfSubjects(question)} ${each}`
}
