import { Socket } from 'node:net'
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
 * Longer than any statement may take: a database that says nothing for so long will not say anything any more, because
 * its machine or the network is gone. Without a limit such a connection would be waited on for a quarter of an hour.
 */
const SILENCE_MS = 35_000

function timedSocket(): Socket {
  const socket = new Socket()
  return socket.setTimeout(SILENCE_MS, () =>
    socket.destroy(new Error('Connection terminated: the database is silent')),
  )
}

/** On a connection of its own, which may wait for another node's migration for as long as that takes. */
async function migrateFirst(settings: pg.PoolConfig): Promise<void> {
  const pool = new pg.Pool({ ...settings, max: 1 })
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db, 'postgres')
  } finally {
    await db.destroy()
  }
}

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
    // What a group commit sends need not wait for the answers before it; everybody else waits for each answer.
    pipeline: true,
  }
  await migrateFirst(settings)
  const pool = new pg.Pool({ ...settings, max: connections, stream: timedSocket })
  // Without a listener the end of a connection (a restart of the database) would end this process. The pool listens to
  // idle ones only; one that is in use when it ends needs its own.
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost'))
  })
  let queries = 0
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new NarrowIntegers()],
    log: () => {
      queries++
    },
  })
  const epoch = await followEpoch(settings, log)
  return {
    kind: 'postgres',
    db,
    commit: async <P, R>(name: string, payload: P) => {
      queries++
      return (await commitBatch(pool, batches, name, payload)) as R
    },
    snapshot: (work) =>
      db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
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
      // Kysely leaves a pool alone that it never used.
      if (!pool.ended) await pool.end()
    },
  }
}
