import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { ThreadClient } from './thread-client.ts'

class ThreadConnection implements DatabaseConnection {
  readonly #writer: ThreadClient
  readonly #reader: ThreadClient
  transaction = 0

  constructor(writer: ThreadClient, reader: ThreadClient) {
    this.#writer = writer
    this.#reader = reader
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const readsOnly = this.transaction === 0 && query.query.kind === 'SelectQueryNode'
    const client = readsOnly ? this.#reader : this.#writer
    const { rows, changes } = await client.run(this.transaction, query.sql, query.parameters)
    return { rows: rows as R[], numAffectedRows: BigInt(changes) }
  }

  streamQuery(): never {
    throw new Error('SQLite queries are not streamed here: page through them')
  }
}

class ThreadDriver implements Driver {
  readonly #writer: ThreadClient
  readonly #reader: ThreadClient
  #transactions = 0

  constructor(writer: ThreadClient, reader: ThreadClient) {
    this.#writer = writer
    this.#reader = reader
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ThreadConnection(this.#writer, this.#reader)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const tx = ++this.#transactions
    await this.#writer.send({ op: 'begin', tx })
    ;(connection as ThreadConnection).transaction = tx
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#end(connection, 'commit')
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.#end(connection, 'rollback')
  }

  async #end(connection: DatabaseConnection, op: 'commit' | 'rollback'): Promise<void> {
    const own = connection as ThreadConnection
    const tx = own.transaction
    // A commit that failed has ended the transaction; rolling back once more would hide why.
    if (tx === 0) return
    own.transaction = 0
    await this.#writer.send({ op, tx })
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/** The threads queue by themselves; Kysely's own queue for a single connection would only stand before theirs. */
class QueueingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Kysely over the two database threads: every write goes through the one writer, reads outside a transaction do not. */
export function sqliteDialect(writer: ThreadClient, reader: ThreadClient): Dialect {
  return {
    createAdapter: () => new QueueingAdapter(),
    createDriver: () => new ThreadDriver(writer, reader),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
