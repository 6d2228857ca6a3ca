import { type Kysely, type Selectable, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** How many rows are in memory at once. */
const ROWS_AT_ONCE = 5000
const SHEETS_AT_ONCE = 50

/** Goes through rows in the order of their ids. */
async function* pages<R>(
  read: (after: string, limit: number) => Promise<R[]>,
  idOf: (row: R) => string,
  atOnce = ROWS_AT_ONCE,
): AsyncGenerator<R> {
  for (let after = ''; ; ) {
    const rows = await read(after, atOnce)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < atOnce) return
    after = idOf(last)
  }
}

export function eachCounter(db: Db) {
  return pages(
    (after, limit) =>
      db.selectFrom('counters').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute(),
    ({ id }) => id,
  )
}

export function eachEntry(db: Db) {
  return pages(
    (after, limit) =>
      db
        .selectFrom('ledger_entries')
        .select(['id', 'kind', 'counter', 'window_start', 'debit', 'credit', 'entry_amount'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    ({ id }) => id,
  )
}

/** Each has as many holds as its commit had requests. */
export function eachSheet(db: Db) {
  return pages(
    (after, limit) =>
      db
        .selectFrom('hold_sheets as h')
        .leftJoin('nodes as n', 'n.id', 'h.node')
        .select(['h.id', 'h.node', 'h.placed_at', 'h.holds', 'n.lease_until'])
        .where('h.id', '>', after)
        .orderBy('h.id')
        .limit(limit)
        .execute(),
    ({ id }) => id,
    SHEETS_AT_ONCE,
  )
}

/** Which of the requests have a usage row. */
export async function settledOf(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('usage_events')
    .select('id')
    .where('id', 'in', [...ids])
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export function eachEvent(db: Db) {
  return pages(
    (after, limit) =>
      db
        .selectFrom('usage_events')
        .select([
          'id',
          'started_at',
          'organization_id',
          'user_id',
          'key_id',
          'model',
          'project_id',
          'end_user',
          'outcome',
        ])
        .select(['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'units', 'cost_nanos'])
        .select(['overrun_nanos', 'charges'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute(),
    ({ id }) => id,
  )
}

export function eachKeyUsage(db: Db) {
  return pages(
    (after, limit) =>
      db
        .selectFrom('key_usage')
        .selectAll()
        .where('key_id', '>', after)
        .orderBy('key_id')
        .limit(limit)
        .execute(),
    ({ key_id }) => key_id,
  )
}

export function eachUsageDay(db: Db) {
  return inOrder(db, 'usage_days', ['key_id', 'day', 'model', 'project_id', 'end_user'])
}

export function eachUserDay(db: Db) {
  return inOrder(db, 'usage_user_days', ['organization_id', 'user_id', 'day', 'model'])
}

export function eachSubjectDay(db: Db) {
  return inOrder(db, 'usage_subject_days', ['organization_id', 'user_id', 'subject', 'day'])
}

/** In the order of their key, which has several parts. */
async function* inOrder<T extends 'usage_days' | 'usage_user_days' | 'usage_subject_days'>(
  db: Db,
  table: T,
  key: readonly (keyof Selectable<Tables[T]> & string)[],
): AsyncGenerator<Selectable<Tables[T]>> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  let after = sql`1 = 1`
  for (;;) {
    const query = sql<Selectable<Tables[T]>>`SELECT * FROM ${sql.table(table)} WHERE ${after}
      ORDER BY ${columns} LIMIT ${ROWS_AT_ONCE}`
    const { rows } = await query.execute(db)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return
    after = sql`(${columns}) > (${sql.join(key.map((column) => last[column]))})`
  }
}
