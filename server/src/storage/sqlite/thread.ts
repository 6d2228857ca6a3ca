import { renameSync, rmSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { Batch, BatchRow, BatchStatement, BatchTable, WriteRows } from '../batch.ts'
import { openFile, SqliteConnection } from './connection.ts'
import type { Reply, Request, ThreadOptions } from './messages.ts'

/** A transaction that its caller forgot would stop every write; after this long it is rolled back. */
const TRANSACTION_LIMIT_MS = 10_000

/** Drives a group commit inside one transaction. */
function commitBatch(connection: SqliteConnection, batch: Batch<never, unknown>, payload: unknown): unknown {
  const { handle } = connection
  connection.run('BEGIN IMMEDIATE', [])
  try {
    const steps = batch(payload as never)
    let step = steps.next()
    while (!step.done) step = steps.next(runStatement(connection, step.value))
    connection.run('COMMIT', [])
    return step.value
  } catch (error) {
    if (handle.inTransaction) handle.exec('ROLLBACK')
    throw error
  }
}

function runStatement(connection: SqliteConnection, statement: BatchStatement): BatchRow[] {
  if ('read' in statement) {
    const text = `${statement.read} WHERE id = ?`
    return statement.ids.flatMap((id) => connection.run(text, [id]).rows)
  }
  if ('undo' in statement) {
    connection.run('ROLLBACK', [])
    connection.run('BEGIN IMMEDIATE', [])
    return []
  }
  if ('remove' in statement) {
    const text = `DELETE FROM ${statement.remove} WHERE id = ?`
    return statement.ids.filter((id) => connection.run(text, [id]).changes > 0).map((id) => ({ id }))
  }
  return writeRows(connection, statement)
}

function writeRows(connection: SqliteConnection, { head, tail, rows, written }: WriteRows): BatchRow[] {
  const first = rows[0]
  if (!first) return []
  const text = `${head} (${first.map(() => '?').join(', ')}) ${tail}`
  // The count of changes says what was written, at half the price of a RETURNING clause.
  const changes = connection.runEach(text, rows)
  if (!written) return []
  return rows.flatMap((row, index) =>
    (changes[index] as number) > 0 ? [{ [written.column]: row[written.place] }] : [],
  )
}

/**
 * Copies the database over a connection of its own, inside one read transaction: what is written meanwhile, by whatever
 * process, neither shows in the copy nor makes it start again. The name appears when the copy is whole.
 */
async function copyDatabase(path: string, target: string): Promise<void> {
  const source = openFile(path, true)
  const partial = `${target}.partial`
  try {
    source.exec('BEGIN')
    source.prepare('SELECT COUNT(*) FROM sqlite_schema').get()
    await source.backup(partial)
    renameSync(partial, target)
  } finally {
    source.close()
    rmSync(partial, { force: true })
  }
}

/**
 * The only writer of the file in this process (and, with `readonly`, a reader that keeps long queries off the main
 * thread). Requests run in the order of arrival; while a transaction is open, all but its own wait.
 */
class WriterThread {
  readonly #path: string
  readonly #connection: SqliteConnection
  readonly #batches: BatchTable
  readonly #waiting: Request[] = []
  #transaction = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: ThreadOptions, batches: BatchTable) {
    this.#path = options.path
    this.#connection = new SqliteConnection(openFile(options.path, options.readonly))
    this.#batches = batches
  }

  receive(request: Request): void {
    if (this.#transaction !== 0 && request.tx !== this.#transaction) this.#waiting.push(request)
    else this.#answer(request)
    while (this.#transaction === 0) {
      const next = this.#waiting.shift()
      if (!next) return
      this.#answer(next)
    }
  }

  #answer(request: Request): void {
    try {
      const ok = this.#perform(request)
      if (ok instanceof Promise)
        ok.then(
          (result) => this.#send({ id: request.id, ok: result }),
          (error) => this.#fail(request, error),
        )
      else this.#send({ id: request.id, ok })
    } catch (error) {
      this.#fail(request, error)
    }
    if (request.op === 'close') parentPort?.close()
  }

  #perform(request: Request): Extract<Reply, { ok: unknown }>['ok'] | Promise<{ result: unknown }> {
    const { handle } = this.#connection
    switch (request.op) {
      case 'run':
        // A transaction that ran out of time must not go on as single statements.
        if (request.tx !== this.#transaction)
          throw new Error('The transaction was rolled back: it took too long')
        return this.#connection.run(request.sql, request.params)
      case 'batch':
        return { result: this.#batch(request.name, request.payload) }
      case 'begin':
        this.#begin(request.tx)
        return { result: undefined }
      case 'commit':
      case 'rollback':
        return this.#end(request)
      case 'backup':
        return copyDatabase(this.#path, request.path).then((result) => ({ result }))
      case 'close':
        handle.close()
        return { result: undefined }
    }
  }

  #batch(name: string, payload: unknown): unknown {
    const batch = this.#batches[name]
    if (!batch) throw new Error(`No batch is registered under ${name}`)
    return commitBatch(this.#connection, batch, payload)
  }

  #begin(tx: number): void {
    const { handle } = this.#connection
    handle.exec(handle.readonly ? 'BEGIN' : 'BEGIN IMMEDIATE')
    this.#transaction = tx
    // One that only reads stands in nobody's way, however long it takes.
    if (!handle.readonly) this.#timer = setTimeout(() => this.#expire(), TRANSACTION_LIMIT_MS)
  }

  #end(request: Extract<Request, { op: 'begin' | 'commit' | 'rollback' }>): { result: unknown } {
    if (request.tx !== this.#transaction) {
      if (request.op === 'rollback') return { result: undefined }
      throw new Error('The transaction was rolled back: it took too long')
    }
    clearTimeout(this.#timer)
    this.#transaction = 0
    try {
      this.#connection.handle.exec(request.op === 'commit' ? 'COMMIT' : 'ROLLBACK')
    } catch (error) {
      if (this.#connection.handle.inTransaction) this.#connection.handle.exec('ROLLBACK')
      throw error
    }
    return { result: undefined }
  }

  #expire(): void {
    this.#transaction = 0
    if (this.#connection.handle.inTransaction) this.#connection.handle.exec('ROLLBACK')
    const next = this.#waiting.shift()
    if (next) this.receive(next)
  }

  #fail(request: Request, error: unknown): void {
    const { message, code } = error as { message?: string; code?: string }
    this.#send({ id: request.id, error: { message: message ?? String(error), code: code ?? '' } })
  }

  #send(reply: Reply): void {
    parentPort?.postMessage(reply)
  }
}

/** The body of a database thread: opens the file named by the parent and serves its requests. */
export function serveThread(batches: BatchTable): void {
  const thread = new WriterThread(workerData as ThreadOptions, batches)
  parentPort?.on('message', (request: Request) => thread.receive(request))
}
