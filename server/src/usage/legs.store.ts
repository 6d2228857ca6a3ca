import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Tables, UsageEventTable } from '../storage/tables.ts'
import type { UsageScope } from './usage-scope.ts'

type Db = Kysely<Tables>
type Row = Selectable<UsageEventTable>

/** What requests can be narrowed to. */
export interface EventFilter extends UsageScope {
  readonly outcome?: UsageEventTable['outcome'] | undefined
  readonly status?: number | undefined
}

/** A place in the order of requests: newest first, of those that began at once the greater id. */
export interface Place {
  readonly at: number
  readonly id: string
}

/** From a time (milliseconds) up to, and without, a place. */
export interface Range {
  readonly from: number
  readonly before: Place
}

type Field = keyof EventFilter

/** A way along one index over requests, in the order of time. */
export interface Leg {
  /** Where in the index it lies. */
  readonly along: RawBuilder<unknown>
  /** What else the index knows: looking at it reads no rows. */
  readonly beside: RawBuilder<unknown> | undefined
  /** What is true of all of it, and need not be asked again. */
  readonly answers: readonly Field[]
}

/** SQLite joins 500 queries in one at most. */
export const LEGS_MOST = 400

const nothing = sql``

/** Each names the columns of one index of migration 0004. */
export const legs = {
  time: (organizationId: string): Leg => ({
    along: sql`organization_id = ${organizationId}`,
    beside: undefined,
    answers: ['organizationId'],
  }),
  key: (keyId: string): Leg => ({ along: sql`key_id = ${keyId}`, beside: undefined, answers: ['keyId'] }),
  person: (userId: string, model: string): Leg => ({
    along: sql`user_id = ${userId} AND model = ${model}`,
    beside: undefined,
    answers: ['userId', 'model'],
  }),
  endUser: (organizationId: string, endUser: string, userId: string | undefined): Leg => ({
    along: sql`organization_id = ${organizationId} AND end_user = ${endUser}`,
    beside: userId === undefined ? undefined : sql` AND user_id = ${userId}`,
    answers: ['organizationId', 'endUser', 'userId'],
  }),
  project: (projectId: string, userId: string | undefined): Leg => ({
    along: sql`project_id = ${projectId}`,
    beside: userId === undefined ? undefined : sql` AND user_id = ${userId}`,
    answers: ['projectId', 'userId'],
  }),
  ended: (organizationId: string, outcome: string, status: number | undefined): Leg => ({
    along: sql`organization_id = ${organizationId} AND outcome = ${outcome} AND outcome <> 'completed'`,
    beside: status === undefined ? undefined : sql` AND status = ${status}`,
    answers: ['organizationId', 'outcome', 'status'],
  }),
  endedOfPerson: (userId: string, outcome: string, status: number | undefined): Leg => ({
    along: sql`user_id = ${userId} AND outcome = ${outcome} AND outcome <> 'completed'`,
    beside: status === undefined ? undefined : sql` AND status = ${status}`,
    answers: ['userId', 'outcome', 'status'],
  }),
}

/** What a leg does not know of a filter; written so that neither database takes another index for it. */
export function rest(filter: EventFilter, answers: readonly Field[]): RawBuilder<unknown>[] {
  const text = (field: Field, column: string) =>
    filter[field] === undefined || answers.includes(field)
      ? []
      : [sql` AND ${sql.ref(column)} || '' = ${filter[field]}`]
  return [
    ...text('organizationId', 'organization_id'),
    ...text('userId', 'user_id'),
    ...text('keyId', 'key_id'),
    ...text('model', 'model'),
    ...text('projectId', 'project_id'),
    ...text('endUser', 'end_user'),
    ...text('outcome', 'outcome'),
    ...(filter.status === undefined || answers.includes('status')
      ? []
      : [sql` AND status + 0 = ${filter.status}`]),
  ]
}

/** Of those that began at the place's time the index does not know which come before it. */
function between({ from, before: { at, id } }: Range): RawBuilder<unknown> {
  return id === ''
    ? sql` AND started_at >= ${from} AND started_at < ${at}`
    : sql` AND started_at >= ${from} AND started_at <= ${at}`
}

function before({ at, id }: Place): RawBuilder<unknown> {
  return id === '' ? nothing : sql` AND (started_at < ${at} OR id < ${id})`
}

const all = (parts: readonly RawBuilder<unknown>[]) => sql.join(parts, sql` UNION ALL `)

/** Where the newest entries of some legs lie, by their indexes alone. */
export interface Reach {
  /** By their places in the list. */
  readonly legs: readonly number[]
  readonly entries: number
  /** Milliseconds; undefined without any entry. */
  readonly oldest: number | undefined
}

/** How far back the newest entries of some legs reach, whatever stands `beside` them. */
export async function reachOf(db: Db, list: readonly Leg[], range: Range, entries: number): Promise<Reach> {
  const limit = sql.lit(entries)
  const walks = list.map(
    ({ along }, leg) => sql`SELECT * FROM (SELECT ${sql.lit(leg)} AS leg, started_at FROM usage_events
      WHERE ${along}${between(range)} ORDER BY started_at DESC LIMIT ${limit}) AS walk`,
  )
  const found = await db
    .selectFrom(
      sql<{ leg: number; started_at: number }>`(SELECT * FROM (${all(walks)}) AS walks
        ORDER BY started_at DESC LIMIT ${limit})`.as('newest'),
    )
    .select((e) => ['leg', e.fn.countAll<number>().as('entries'), e.fn.min('started_at').as('oldest')])
    .groupBy('leg')
    .execute()
  return {
    legs: found.map(({ leg }) => leg),
    entries: found.reduce((sum, { entries }) => sum + Number(entries), 0),
    oldest: found.length === 0 ? undefined : Math.min(...found.map(({ oldest }) => oldest)),
  }
}

/** The newest rows of some legs in a range, newest first; `id || ''` lest SQLite takes an index for the order alone. */
export async function rowsOf(
  db: Db,
  filter: EventFilter,
  list: readonly Leg[],
  range: Range,
  limit: number,
): Promise<Row[]> {
  const most = sql.lit(limit)
  const walks = list.map(({ along, beside, answers }) => {
    const entries = sql`${along}${between(range)}${before(range.before)}`
    const others = sql.join(rest(filter, answers), nothing)
    return beside === undefined
      ? sql`SELECT * FROM (SELECT * FROM usage_events WHERE ${entries}${others}
          ORDER BY started_at DESC, id || '' DESC LIMIT ${most}) AS walk`
      : // By themselves, for SQLite reads the row of each entry before it looks at what else the index knows.
        sql`SELECT * FROM (SELECT usage_events.* FROM (SELECT started_at AS entry_at, id AS entry_id FROM usage_events
            WHERE ${entries}${beside}) AS entries
          CROSS JOIN usage_events WHERE id = entry_id${others}
          ORDER BY entry_at DESC, entry_id || '' DESC LIMIT ${most}) AS walk`
  })
  return db
    .selectFrom(sql<Row>`(${all(walks)})`.as('found'))
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
}
