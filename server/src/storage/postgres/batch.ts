import type pg from 'pg'
import type { BatchRow, BatchStatement, BatchTable, WriteRows } from '../batch.ts'
import { narrowRow } from '../rows.ts'

/** PostgreSQL numbers the parameters of one statement with 16 bits. */
const PARAMETERS_MOST = 65_000

async function runStatement(client: pg.PoolClient, statement: BatchStatement): Promise<BatchRow[]> {
  if ('rows' in statement) return writeRows(client, statement)
  if (statement.ids.length === 0) return []
  const text =
    'read' in statement
      ? `${statement.read} WHERE id = ANY($1) ${statement.lock ? 'ORDER BY id FOR UPDATE' : ''}`
      : `DELETE FROM ${statement.remove} WHERE id = ANY($1) RETURNING id`
  const { rows } = await client.query(text, [statement.ids])
  return rows.map(narrowRow)
}

async function writeRows(client: pg.PoolClient, statement: WriteRows): Promise<BatchRow[]> {
  const width = statement.rows[0]?.length ?? 0
  if (width === 0) return []
  const perStatement = Math.floor(PARAMETERS_MOST / width)
  const returning = statement.written ? `RETURNING ${statement.written.column}` : ''
  const results: BatchRow[] = []
  for (let from = 0; from < statement.rows.length; from += perStatement) {
    const rows = statement.rows.slice(from, from + perStatement)
    let parameter = 0
    const places = rows.map((row) => `(${row.map(() => `$${++parameter}`).join(', ')})`).join(', ')
    const { rows: returned } = await client.query(
      `${statement.head} ${places} ${statement.tail} ${returning}`,
      rows.flat(),
    )
    for (const row of returned) results.push(narrowRow(row))
  }
  return results
}

/** Drives a group commit over the wire, in one transaction. A failed commit leaves the connection unused. */
export async function commitBatch(
  pool: pg.Pool,
  batches: BatchTable,
  name: string,
  payload: unknown,
): Promise<unknown> {
  const batch = batches[name]
  if (!batch) throw new Error(`No batch is registered under ${name}`)
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const steps = batch(payload as never)
    let step = steps.next()
    while (!step.done) step = steps.next(await runStatement(client, step.value))
    await client.query('COMMIT')
    client.release()
    return step.value
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(true),
    )
    throw error
  }
}
