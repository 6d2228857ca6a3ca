import { type Kysely, sql } from 'kysely'
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

/** In the order of their key, which has several parts. */
export async function* eachUsageDay(db: Db) {
  let after = sql<boolean>`1 = 1`
  for (;;) {
    const rows = await db
      .selectFrom('usage_days')
      .selectAll()
      .where(after)
      .orderBy('key_id')
      .orderBy('day')
      .orderBy('model')
      .orderBy('project_id')
      .orderBy('end_user')
      .limit(ROWS_AT_ONCE)
      .execute()
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return
    after = sql<boolean>`(key_id, day, model, project_id, end_user)
      > (${last.key_id}, ${last.day}, ${last.model}, ${last.project_id}, ${last.end_user})`
  }
}

/** In the order of their key, which has several parts. */
export async function* eachUserDay(db: Db) {
  let after = sql<boolean>`1 = 1`
  for (;;) {
    const rows = await db
      .selectFrom('usage_user_days')
      .selectAll()
      .where(after)
      .orderBy('organization_id')
      .orderBy('user_id')
      .orderBy('day')
      .orderBy('model')
      .limit(ROWS_AT_ONCE)
      .execute()
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return
    after = sql<boolean>`(organization_id, user_id, day, model)
      > (${last.organization_id}, ${last.user_id}, ${last.day}, ${last.model})`
  }
}

/** In the order of their key, which has several parts. */
export async function* eachSubjectDay(db: Db) {
  let after = sql<boolean>`1 = 1`
  for (;;) {
    const rows = await db
      .selectFrom('usage_subject_days')
      .selectAll()
      .where(after)
      .orderBy('organization_id')
      .orderBy('user_id')
      .orderBy('subject')
      .orderBy('day')
      .limit(ROWS_AT_ONCE)
      .execute()
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return
    after = sql<boolean>`(organization_id, user_id, subject, day)
      > (${last.organization_id}, ${last.user_id}, ${last.subject}, ${last.day})`
  }
}
