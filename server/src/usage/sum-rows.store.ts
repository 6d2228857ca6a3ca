import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'
import { subjects } from './subject-days.ts'
import { type Days, within } from './usage-days.store.ts'
import type { UsageScope } from './usage-scope.ts'

type Db = Kysely<Tables>

export type SummaryGroup = 'model' | 'key' | 'project' | 'end_user' | 'user'

export interface Question {
  readonly kind: DatabaseKind
  readonly scope: UsageScope
  readonly days: Days
  readonly group: SummaryGroup
  /** Set where rows by key are read in the order of their table; see `isLargePart`. */
  readonly inOrder?: boolean
}

/**
 * Which table answers with the fewest rows: of those by person and by what requests name, a day has a few hundred where
 * the one by key may have a hundred thousand.
 */
export function tableOf({ scope, group }: Question): 'usage_days' | 'usage_user_days' | 'usage_subject_days' {
  if (!isOfPeople(scope)) return 'usage_days'
  if (group === 'model' || group === 'user') return 'usage_user_days'
  return group === 'key' || scope.model !== undefined ? 'usage_days' : 'usage_subject_days'
}

/** Whether `usage_user_days` knows all that the scope asks for. */
function isOfPeople({ keyId, projectId, endUser }: UsageScope): boolean {
  return keyId === undefined && projectId === undefined && endUser === undefined
}

/**
 * The rows of the totals, as `d` behind `FROM`. A row by key names one person, though the key may have changed hands that
 * day: the totals of a person come from where his groups do, so that these never exceed them.
 */
export function rowsOfTotals(db: Db, question: Question): RawBuilder<unknown> {
  const { scope } = question
  const ownGroups = scope.userId !== undefined && tableOf(question) === 'usage_days'
  return ownGroups || !isOfPeople(scope) ? rowsOfScope(db, question) : rowsOfUsers(question)
}

/** Rows of `usage_days`, as `d`: by the index that knows the scope best, or by some keys, or all. */
export function rowsOfScope(
  db: Db,
  { scope, days, inOrder }: Question,
  keyIds?: readonly string[],
): RawBuilder<unknown> {
  if (inOrder && keyIds === undefined) return rowsInOrder(scope, days)
  return sql`${within(db.selectFrom('usage_days').selectAll(), scope, days, keyIds)} AS d`
}

/** Rows of `usage_user_days`; with their condition, as all that follow. */
export function rowsOfUsers(
  { kind, scope, days }: Question,
  userIds?: readonly string[],
): RawBuilder<unknown> {
  return sql`${ofPeople('usage_user_days', kind, scope, userIds)} ${during(days)}
    ${scope.model === undefined ? sql`` : sql`AND ${modelOf(kind)} = ${scope.model}`}`
}

/** The model of these rows: their index by model is no way to a person's on SQLite, which would take it for its order. */
export function modelOf(kind: DatabaseKind): RawBuilder<unknown> {
  return kind === 'sqlite' ? sql`d.model || ''` : sql`d.model`
}

/** Rows of `usage_subject_days`, of projects or of end users. */
export function rowsOfSubjects({ kind, scope, days, group }: Question): RawBuilder<unknown> {
  const prefix = prefixOf(group)
  // A range is found by the table's order, but PostgreSQL may sort by the rules of a language, which pass over colons.
  const begins =
    kind === 'postgres'
      ? sql`starts_with(d.subject, ${prefix})`
      : sql`d.subject >= ${prefix} AND d.subject < ${prefix.replace(':', ';')}`
  return sql`${ofPeople('usage_subject_days', kind, scope)} ${during(days)} AND ${begins}`
}

/** What the subjects of a group begin with. */
export function prefixOf(group: SummaryGroup): string {
  return group === 'project' ? subjects.project('') : subjects.endUser('')
}

/** From key to key, of each from the first day on. */
function rowsInOrder({ organizationId, userId, model }: UsageScope, days: Days): RawBuilder<unknown> {
  const person = userId === undefined ? sql`` : sql`AND d.user_id || '' = ${userId}`
  const ofModel = model === undefined ? sql`` : sql`AND d.model = ${model}`
  return sql`(SELECT d.* FROM key_usage AS k CROSS JOIN usage_days AS d WHERE k.day >= ${days.firstDay}
    AND d.key_id = k.key_id ${during(days)} AND d.organization_id || '' = ${organizationId} ${person} ${ofModel}) AS d`
}

/**
 * Whether what is to be summed by key is a large part of all that there is: then to go through all keys of the time reads
 * less than SQLite's index by day, which looks up each row at another place.
 */
export async function isLargePart(db: Db, question: Question): Promise<boolean> {
  const { kind, scope, days, group } = question
  if (kind !== 'sqlite' || group !== 'key' || !isOfPeople(scope)) return false
  const { keys } = await db
    .selectFrom('key_usage')
    .select((e) => e.fn.countAll<number>().as('keys'))
    .where('day', '>=', days.firstDay)
    .executeTakeFirstOrThrow()
  const enough = Math.ceil(keys / 2)
  const { organizationId, userId } = scope
  const some = within(
    db.selectFrom('usage_days').select('day'),
    { organizationId, ...(userId !== undefined && { userId }) },
    days,
  )
  const { rows } = await db
    .selectFrom(some.limit(enough).as('some'))
    .select((e) => e.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return rows >= Math.max(1, enough)
}

function during({ firstDay, lastDay }: Days): RawBuilder<unknown> {
  return sql`AND d.day >= ${firstDay} AND d.day <= ${lastDay}`
}

/**
 * On SQLite these tables are sorted by person and then by day: it goes from person to person, and reads of each the days
 * that are asked for.
 */
function ofPeople(
  table: 'usage_user_days' | 'usage_subject_days',
  kind: DatabaseKind,
  { organizationId, userId }: UsageScope,
  userIds: readonly string[] | undefined = userId === undefined ? undefined : [userId],
): RawBuilder<unknown> {
  const rows = sql.table(table)
  const own = sql`${rows} AS d WHERE d.organization_id = ${organizationId}`
  if (userIds !== undefined) return sql`${own} AND d.user_id IN (${sql.join(userIds)})`
  if (kind === 'postgres') return own
  const next = sql`SELECT MIN(user_id) FROM ${rows} WHERE organization_id = ${organizationId}`
  return sql`(WITH RECURSIVE people(id) AS (${next} UNION ALL SELECT (${next} AND user_id > people.id) FROM people
      WHERE people.id IS NOT NULL) SELECT id FROM people WHERE id IS NOT NULL) AS person
    CROSS JOIN ${rows} AS d WHERE d.organization_id = ${organizationId} AND d.user_id = person.id`
}
