/**
 * A group commit is written once, as a generator that yields statements and receives their rows, and is driven by each
 * database's own loop: synchronously in SQLite's writer thread, over the wire on PostgreSQL. So the two cannot differ.
 */
export type BatchStatement = WriteRows | ReadRows | RemoveRows | Undo

export interface WriteRows {
  /** SQL before the rows, e.g. `INSERT INTO t (a, b) VALUES`. */
  readonly head: string
  /** SQL after the rows, e.g. `ON CONFLICT (a) DO NOTHING`. */
  readonly tail: string
  /** The column whose values the yield returns, of the rows that were written (a conflict that does nothing writes none). */
  readonly written?: { readonly column: string; readonly place: number }
  /** The rows, all of equal length. SQLite runs one prepared statement per row, PostgreSQL one statement for many. */
  readonly rows: readonly (readonly SqlValue[])[]
}

/** Reads rows by the text column `id`; the yield returns those that are there. */
export interface ReadRows {
  /** e.g. `SELECT id, a FROM t`. */
  readonly read: string
  /** Sorted, so that two nodes lock the rows of one batch in the same order. */
  readonly ids: readonly string[]
  /** Whether they stay as they are until the end of the transaction. SQLite has one writer and needs no lock. */
  readonly lock: boolean
}

/** Removes rows by the text column `id`; the yield returns the `id`s of those that were there. */
export interface RemoveRows {
  readonly remove: string
  readonly ids: readonly string[]
}

/** Takes back all that the batch has written so far; its locks are gone, too. */
export interface Undo {
  readonly undo: true
}

export type SqlValue = string | number | bigint | null

export type BatchRow = Readonly<Record<string, unknown>>

/** What runs inside one transaction; it must be deterministic, since a lost connection may make it run again. */
export type Batch<P = unknown, R = unknown> = (payload: P) => Generator<BatchStatement, R, BatchRow[]>

/** The batches a process knows, by the name under which a payload is sent to the writer. */
export type BatchTable = Readonly<Record<string, Batch<never, unknown>>>
