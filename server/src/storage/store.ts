import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** One database, opened: queries, group commits, and the epoch that says whether cached rights still hold. */
export interface Store {
  readonly kind: DatabaseKind
  readonly db: Kysely<Tables>
  /** Runs a registered batch in a transaction of its own and resolves once it is durable. */
  commit<P, R>(batch: string, payload: P): Promise<R>
  /**
   * Reads one consistent state of the database, beside which every writer goes on. Nothing can be written in it. For
   * long looks: on SQLite it has a thread of its own; on PostgreSQL it takes one connection, and no statement in it may
   * take longer than those elsewhere.
   */
  snapshot<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  readonly epoch: EpochSource
  /** How many statements were sent to the database so far. */
  queries(): number
  /** Milliseconds to add to this process's clock to have the database's. */
  clockOffsetMs(): number
  /** Rejects when the database cannot be asked. */
  ping(): Promise<void>
  /** Writes a consistent copy of the live database to a new file (SQLite only). */
  backup(path: string): Promise<void>
  close(): Promise<void>
}

/**
 * The global epoch (DESIGN section 6): it rises in the same transaction as any change to a key, user, organisation or
 * project.
 */
export interface EpochSource {
  /**
   * The newest epoch this node knows. On SQLite it is read from the file at every call.
   *
   * @throws AppError `store_unavailable` when it could not be confirmed within the lease
   */
  current(): number
  /** Asks the database now, so that what this node just committed holds from its next request. Never rejects. */
  refresh(): Promise<void>
}
