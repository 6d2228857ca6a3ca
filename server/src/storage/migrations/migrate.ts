import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../store.ts'
import { foundation } from './0001-foundation.ts'
import { ledger } from './0002-ledger.ts'
import { people } from './0003-people.ts'
import { generation } from './0004-generation.ts'
import { search } from './0005-search.ts'
import { sums } from './0006-sums.ts'
import { passkeys } from './0007-passkeys.ts'

interface Migration {
  readonly name: string
  readonly up: (db: Kysely<unknown>, kind: DatabaseKind) => Promise<void>
}

/** Forward only: an entry is never edited once released, a correction is a new entry. */
const MIGRATIONS: readonly Migration[] = [
  { name: '0001-foundation', up: foundation },
  { name: '0002-ledger', up: ledger },
  { name: '0003-people', up: people },
  { name: '0004-generation', up: generation },
  { name: '0005-search', up: search },
  { name: '0006-sums', up: sums },
  { name: '0007-passkeys', up: passkeys },
]

/** Any constant will do, so long as every node uses the same one. */
const ADVISORY_LOCK = 7_364_827_461

/**
 * Brings the schema up to date in one transaction and returns the names of the migrations that ran. Several nodes may
 * call it at once: on PostgreSQL they queue at an advisory lock, on SQLite at the write lock.
 *
 * @throws Error when the database was made by a newer Claviger
 */
export async function migrate(db: Kysely<unknown>, kind: DatabaseKind): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    if (kind === 'postgres') {
      // The other nodes' limits on statements bound what this one can wait for.
      await sql`SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`.execute(
        trx,
      )
      await sql`SELECT pg_advisory_xact_lock(${ADVISORY_LOCK}::BIGINT)`.execute(trx)
    }
    await sql`CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, at BIGINT NOT NULL)`.execute(trx)
    const rows = await sql<{ name: string }>`SELECT name FROM migrations`.execute(trx)
    const done = new Set(rows.rows.map((row) => row.name))
    const known = new Set(MIGRATIONS.map((migration) => migration.name))
    for (const name of done) {
      if (!known.has(name)) {
        throw new Error(
          `The database has the migration ${name}, which this version does not know: run a newer Claviger`,
        )
      }
    }
    const pending = MIGRATIONS.filter((migration) => !done.has(migration.name))
    for (const { name, up } of pending) {
      await up(trx, kind)
      await sql`INSERT INTO migrations (name, at) VALUES (${name}, ${Date.now()})`.execute(trx)
    }
    return pending.map((migration) => migration.name)
  })
}
