import {
  Kysely,
  type KyselyPlugin,
  PostgresDialect,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely'
import pg from 'pg'
import type { Log } from '../../lib/log.ts'
import type { BatchTable } from '../batch.ts'
import { migrate } from '../migrations/migrate.ts'
import { narrowRow } from '../rows.ts'
import type { Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import { commitBatch } from './batch.ts'
import { followEpoch } from './epoch.ts'

const INT8 = 20
const NUMERIC = 1700

/** Integers arrive as bigint, then all but amounts are narrowed: the same rule as on SQLite. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text') => {
    if (oid === INT8) return BigInt
    if (oid === NUMERIC) return (text: string) => (text.includes('.') ? Number(text) : BigInt(text))
    return pg.types.getTypeParser(oid, format)
  }) as pg.CustomTypesConfig['getTypeParser'],
}

class NarrowIntegers implements KyselyPlugin {
  transformQuery({ node }: { node: RootOperationNode }): RootOperationNode {
    return node
  }

  async transformResult({ result }: { result: QueryResult<UnknownRow> }): Promise<QueryResult<UnknownRow>> {
    for (const row of result.rows) narrowRow(row)
    return result
  }
}

/**
 * Connections give up rather than wait: a paused node must not hold a hot row, and a slow database must become a 503
 * while the caller still listens.
 */
const SESSION = [
  '-c lock_timeout=5s',
  '-c statement_timeout=30s',
  '-c idle_in_transaction_session_timeout=10s',
  '-c synchronous_commit=on',
].join(' ')

/**
 * Opens (and migrates) a PostgreSQL database. The URL may carry `options=-c search_path=…` to live in a schema.
 *
 * @param connections the size of this node's pool
 */
export async function openPostgres(
  url: string,
  connections: number,
  batches: BatchTable,
  log: Log,
): Promise<Store> {
  const own = new URL(url)
  const given = own.searchParams.get('options')
  own.searchParams.delete('options')
  const settings: pg.PoolConfig = {
    connectionString: own.href,
    options: given ? `${SESSION} ${given}` : SESSION,
    types: TYPES,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    application_name: 'claviger',
  }
  const pool = new pg.Pool({ ...settings, max: connections })
  // Without a listener an idle connection's end (a restart of the database) would end this process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection was lost'))
  let queries = 0
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new NarrowIntegers()],
    log: () => {
      queries++
    },
  })
  await migrate(db as unknown as Kysely<unknown>, 'postgres')
  const epoch = await followEpoch(settings, log)
  return {
    kind: 'postgres',
    db,
    commit: async <P, R>(name: string, payload: P) => {
      queries++
      return (await commitBatch(pool, batches, name, payload)) as R
    },
    epoch,
    queries: () => queries,
    clockOffsetMs: () => epoch.clockOffsetMs(),
    ping: async () => {
      await pool.query('SELECT 1')
    },
    backup: async () => {
      throw new Error('`claviger backup` copies the embedded database; use pg_dump for PostgreSQL')
    },
    close: async () => {
      await epoch.stop()
      await db.destroy()
    },
  }
}
