import type pg from 'pg'
import type { BatchRow, BatchStatement, BatchTable, WriteRows } from '../batch.ts'
import { narrowRow } from '../rows.ts'

async function runStatement(client: pg.PoolClient, statement: BatchStatement): Promise<BatchRow[]> {
  if ('rows' in statement) return writeRows(client, statement)
  if (statement.ids.length === 0) return []
  const text =
    'read' in statement
      ? `${statement.read} WHERE id = ANY($1) ${statement.lock ? 'ORDER BY id FOR UPDATE' : ''}`
      : `DELETE FROM ${statement.remove} WHERE id = ANY($1) RETURNING id`
  const { rows } = await client.query({ name: nameOf(text), text, values: [statement.ids] })
  return rows.map(narrowRow)
}

/**
 * One array per column instead of one parameter per value: so the text is the same for any number of rows, and a
 * connection parses and plans it once.
 */
async function writeRows(client: pg.PoolClient, statement: WriteRows): Promise<BatchRow[]> {
  const { rows, written } = statement
  const width = rows[0]?.length ?? 0
  if (width === 0) return []
  const text = await insertText(client, statement)
  const values = Array.from({ length: width }, (_, column) => rows.map((row) => row[column]))
  const { rows: returned } = await client.query({ name: nameOf(text), text, values })
  return written ? returned.map(narrowRow) : []
}

/** By the statement's own text; the types of a table's columns do not change while a process runs. */
const texts = new Map<string, string>()

async function insertText(client: pg.PoolClient, { head, tail, written }: WriteRows): Promise<string> {
  const key = `${head} ${tail}`
  const known = texts.get(key)
  if (known !== undefined) return known
  const [, table, list] = /^INSERT INTO (\w+) \(([^)]*)\) VALUES$/.exec(head) ?? []
  if (!table || !list) throw new Error(`A batch can only write by INSERT INTO t (…) VALUES, not: ${head}`)
  const types = await typesOf(client, table)
  const arrays = list.split(/,\s*/).map((column, index) => `$${index + 1}::${types.get(column)}[]`)
  const returning = written ? `RETURNING ${written.column}` : ''
  const text = `INSERT INTO ${table} (${list}) SELECT * FROM unnest(${arrays.join(', ')}) ${tail} ${returning}`
  texts.set(key, text)
  return text
}

async function typesOf(client: pg.PoolClient, table: string): Promise<Map<string, string>> {
  const { rows } = await client.query<{ column_name: string; udt_name: string }>(
    `SELECT column_name, udt_name FROM information_schema.columns
     WHERE table_schema = current_schema() AND table_name = $1`,
    [table],
  )
  return new Map(rows.map((row) => [row.column_name, row.udt_name]))
}

const names = new Map<string, string>()

/** A short name for a prepared statement; PostgreSQL cuts names off after 63 bytes. */
function nameOf(text: string): string {
  let name = names.get(text)
  if (name === undefined) {
    name = `batch_${names.size}`
    names.set(text, name)
  }
  return name
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
