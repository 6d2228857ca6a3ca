import { type Kysely, sql } from 'kysely'
import type { BatchRow, BatchStatement, SqlValue } from '../storage/batch.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

/**
 * Drives a batch inside a transaction that does something else besides: slower than a group commit, for what is rare and
 * must be one with its own rows.
 */
export async function runBatch<R>(
  { db, store }: { readonly db: Kysely<Tables>; readonly store: { readonly kind: DatabaseKind } },
  steps: Generator<BatchStatement, R, BatchRow[]>,
): Promise<R> {
  if (!db.isTransaction) throw new Error('A batch runs inside a transaction')
  let step = steps.next()
  while (!step.done) step = steps.next(await runStatement(db, store.kind, step.value))
  return step.value
}

async function runStatement(
  db: Kysely<Tables>,
  kind: DatabaseKind,
  statement: BatchStatement,
): Promise<BatchRow[]> {
  if ('rows' in statement) {
    const { head, tail, rows, written } = statement
    if (rows.length === 0) return []
    const values = sql.join(rows.map((row: readonly SqlValue[]) => sql`(${sql.join(row)})`))
    const returning = written ? sql` RETURNING ${sql.ref(written.column)}` : sql``
    const query = sql<BatchRow>`${sql.raw(head)} ${values} ${sql.raw(tail)}${returning}`
    return (await query.execute(db)).rows
  }
  if ('undo' in statement) throw new Error('Inside a larger transaction nothing can be undone by itself')
  if (statement.ids.length === 0) return []
  const ids = sql`(${sql.join(statement.ids)})`
  if ('remove' in statement) {
    const query = sql<BatchRow>`DELETE FROM ${sql.ref(statement.remove)} WHERE id IN ${ids} RETURNING id`
    return (await query.execute(db)).rows
  }
  const lock = statement.lock && kind === 'postgres' ? sql`ORDER BY id FOR UPDATE` : sql``
  return (await sql<BatchRow>`${sql.raw(statement.read)} WHERE id IN ${ids} ${lock}`.execute(db)).rows
}
