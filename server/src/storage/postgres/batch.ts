import type pg from 'pg'
import type { BatchRow, BatchStatement, BatchTable, WriteRows } from '../batch.ts'
import { narrowRow } from '../rows.ts'
import { binaryArray } from './arrays.ts'

/** Sends a statement, and resolves once it is answered; what it resolves with is for the batch to see. */
type Send = (query: pg.QueryConfig) => Promise<BatchRow[]>

async function runStatement(
  send: Send,
  client: pg.PoolClient,
  statement: BatchStatement,
): Promise<BatchRow[]> {
  if ('rows' in statement) return writeRows(send, client, statement)
  if ('undo' in statement) {
    await send({ text: 'ROLLBACK' })
    return send({ text: 'BEGIN' })
  }
  if (statement.ids.length === 0) return []
  const text =
    'read' in statement
      ? `${statement.read} WHERE id = ANY($1) ${statement.lock ? 'ORDER BY id FOR UPDATE' : ''}`
      : `DELETE FROM ${statement.remove} WHERE id = ANY($1) RETURNING id`
  return send({ name: nameOf(text), text, values: [statement.ids] })
}

/**
 * One array per column instead of one parameter per value: so the text is the same for any number of rows, and a
 * connection parses and plans it once. Where the batch does not ask what was written, the answer is not waited for.
 */
async function writeRows(send: Send, client: pg.PoolClient, statement: WriteRows): Promise<BatchRow[]> {
  const { rows, written } = statement
  if (rows.length === 0) return []
  const { text, types } = await insertOf(client, statement)
  const values = types.map((type, column) => binaryArray(type, rows, column))
  const answer = send({ name: nameOf(text), text, values })
  return written ? answer : []
}

interface Insert {
  readonly text: string
  /** The types of the columns, in their order. */
  readonly types: readonly string[]
}

/** By the statement's own text; the types of a table's columns do not change while a process runs. */
const inserts = new Map<string, Insert>()

async function insertOf(client: pg.PoolClient, { head, tail, written }: WriteRows): Promise<Insert> {
  const key = `${head} ${tail}`
  const known = inserts.get(key)
  if (known !== undefined) return known
  const [, table, list] = /^INSERT INTO (\w+) \(([^)]*)\) VALUES$/.exec(head) ?? []
  if (!table || !list) throw new Error(`A batch can only write by INSERT INTO t (…) VALUES, not: ${head}`)
  const all = await typesOf(client, table)
  const types = list.split(/,\s*/).map((column) => all.get(column) ?? 'unknown')
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`)
  const returning = written ? `RETURNING ${written.column}` : ''
  const text = `INSERT INTO ${table} (${list}) SELECT * FROM unnest(${arrays.join(', ')}) ${tail} ${returning}`
  inserts.set(key, { text, types })
  return { text, types }
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
  const answers: Promise<BatchRow[]>[] = []
  // A statement is sent at once, whatever those before it will answer: one that failed fails all behind it.
  const send: Send = (query) => {
    const answer = client.query(query).then(({ rows }) => rows.map(narrowRow))
    answer.catch(() => {})
    answers.push(answer)
    return answer
  }
  try {
    void send({ text: 'BEGIN' })
    const steps = batch(payload as never)
    let step = steps.next()
    while (!step.done) step = steps.next(await runStatement(send, client, step.value))
    void send({ text: 'COMMIT' })
    // A transaction with a failed statement answers COMMIT by rolling back, so each of them is looked at.
    await Promise.all(answers)
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
