import SQLite from 'better-sqlite3'
import { isAmount, narrowRow } from '../rows.ts'

export interface QueryOutcome {
  readonly rows: Record<string, unknown>[]
  readonly changes: number
}

interface Prepared {
  readonly statement: SQLite.Statement
  readonly reads: boolean
  readonly narrow: boolean
}

/** How many prepared statements a connection keeps; the server has far fewer texts than this. */
const STATEMENTS_KEPT = 500

/** Opens the database file with the settings that durability and concurrency rest on. */
export function openFile(path: string, readonly: boolean): SQLite.Database {
  const handle = new SQLite(path, { readonly, timeout: 5000 })
  if (!readonly) {
    handle.pragma('journal_mode = WAL')
    // NORMAL may lose the last commits at a power cut; a revocation or a usage row must not be among them.
    handle.pragma('synchronous = FULL')
    // Rarer checkpoints write a hot page back once for many commits; the log grows to 32 MiB between them.
    handle.pragma('wal_autocheckpoint = 8192')
  }
  handle.pragma('foreign_keys = ON')
  handle.pragma('cache_size = -8192')
  // A map spares the writer copies. A list that reads a few pages from a cold disk would wait for many more around them.
  handle.pragma(`mmap_size = ${readonly ? 0 : 536_870_912}`)
  return handle
}

const NO_ROWS: Record<string, unknown>[] = []

/** SQLite knows no booleans. */
function withoutBoolean(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}

/** A connection that prepares each SQL text once and reads amounts as bigint. */
export class SqliteConnection {
  readonly handle: SQLite.Database
  readonly #prepared = new Map<string, Prepared>()

  constructor(handle: SQLite.Database) {
    this.handle = handle
  }

  run(text: string, params: readonly unknown[]): QueryOutcome {
    const { statement, reads, narrow } = this.#prepare(text)
    const bound = params.some((value) => typeof value === 'boolean') ? params.map(withoutBoolean) : params
    if (!reads) return { rows: NO_ROWS, changes: statement.run(bound).changes }
    const rows = statement.all(bound) as Record<string, unknown>[]
    if (narrow) for (const row of rows) narrowRow(row)
    return { rows, changes: rows.length }
  }

  /** Runs a statement that reads nothing once for each row, without booleans; how many rows each of them changed. */
  runEach(text: string, rows: readonly (readonly unknown[])[]): number[] {
    const { statement } = this.#prepare(text)
    // Spread: the driver would take an array apart by a call into V8 for each of its values.
    return rows.map((row) => statement.run(...row).changes)
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text)
    if (known) return known
    const statement = this.handle.prepare(text)
    const reads = statement.reader
    const narrow = reads && statement.columns().some((column) => isAmount(column.name))
    // Only where an amount is read: with safe integers on everywhere, Better Auth would be given 1n for true.
    if (narrow) statement.safeIntegers(true)
    const prepared = { statement, reads, narrow }
    if (this.#prepared.size >= STATEMENTS_KEPT) this.#prepared.clear()
    this.#prepared.set(text, prepared)
    return prepared
  }
}
