import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import pg from 'pg'
import { stringify } from 'yaml'
import { BATCHES } from '../../src/batches.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Deps, Secrets } from '../../src/deps.ts'
import { createDeps } from '../../src/infrastructure.ts'
import { createLog } from '../../src/lib/log.ts'
import { openPostgres } from '../../src/storage/postgres/open.ts'
import { openSqlite } from '../../src/storage/sqlite/open.ts'
import type { Store } from '../../src/storage/store.ts'
import { createDatabase, createMigratedDatabase, fillDirectory } from './templates.ts'

export const SILENT = createLog('silent')

export const SECRETS: Secrets = {
  peppers: [{ version: 1, key: Buffer.from('test-pepper-0123456789-abcdefghijklmn') }],
  sessionSecret: 'test-session-0123456789-abcdefghijkl',
  auditKey: Buffer.from('test-audit-0123456789-abcdefghijklmno'),
  sealingKeys: [{ version: 1, key: Buffer.from('test-sealing-0123456789-abcdefghijkl') }],
}

/** The thread of the product with a few batches more, for what the product's own cannot show. */
export const TEST_THREAD = new URL('./database-thread.ts', import.meta.url)

/** A database of one of the two kinds, and as many stores on it as a test wants. */
export interface TestDatabase {
  readonly postgres: boolean
  readonly dir: string
  /** The SQLite file. */
  readonly path: string
  /** The PostgreSQL URL. */
  readonly url: string
  /** Another store, i.e. what another process would have. Closed by `remove` at the latest. */
  open(more?: { url?: string; connections?: number }): Promise<Store>
  deps(store: Store): Promise<Deps>
  /** Runs SQL past the store, as somebody else would. */
  raw(sql: string): Promise<Record<string, unknown>[]>
  remove(): Promise<void>
}

/** @param isMigrated whether it has the schema of today, as the first store to open it would else make it */
export async function makeDatabase(postgres: boolean, isMigrated = false): Promise<TestDatabase> {
  const dir = mkdtempSync(join(tmpdir(), 'claviger-store-'))
  const path = join(dir, 'claviger.db')
  if (isMigrated && !postgres) await fillDirectory(dir)
  const made = postgres ? await (isMigrated ? createMigratedDatabase(dir) : createDatabase()) : undefined
  const url = made?.url ?? ''
  const file = join(dir, 'claviger.yaml')
  writeFileSync(file, stringify({ dataDir: dir }))
  const config = loadConfig(file, {})
  const stores = new Set<Store>()
  return {
    postgres,
    dir,
    path,
    url,
    open: async (more = {}) => {
      const store = postgres
        ? await openPostgres(more.url ?? url, more.connections ?? 10, BATCHES, SILENT)
        : await openSqlite(path, TEST_THREAD)
      const close = store.close.bind(store)
      stores.add(store)
      return Object.assign(store, {
        close: async () => {
          if (stores.delete(store)) await close()
        },
      })
    },
    deps: (store) => createDeps(config, SECRETS, store, SILENT),
    raw: (sql) => (postgres ? rawPostgres(url, sql) : rawSqlite(path, sql)),
    remove: async () => {
      await Promise.all([...stores].map((store) => store.close()))
      rmSync(dir, { recursive: true, force: true })
      await made?.drop()
    },
  }
}

async function rawPostgres(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function rawSqlite(path: string, sql: string): Promise<Record<string, unknown>[]> {
  const file = new SQLite(path, { timeout: 5000 })
  try {
    const statement = file.prepare(sql)
    if (statement.reader) return statement.all() as Record<string, unknown>[]
    statement.run()
    return []
  } finally {
    file.close()
  }
}
