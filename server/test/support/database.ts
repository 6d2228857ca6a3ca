import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import pg from 'pg'
import type { Installation } from './claviger.ts'

/** The installation's database as one sees it who got hold of it, past the product. */
export interface Database {
  query(sql: string): Promise<Record<string, unknown>[]>
  /** Every row of every table. */
  dump(): Promise<Record<string, Record<string, unknown>[]>>
  close(): Promise<void>
}

export async function openDatabase(installation: Installation): Promise<Database> {
  const url = installation.env.DATABASE_URL
  const database = url ? await openPostgres(url) : openSqlite(join(installation.dir, 'claviger.db'))
  return {
    ...database,
    async dump() {
      const rows: Record<string, Record<string, unknown>[]> = {}
      for (const table of await database.tables())
        rows[table] = await database.query(`SELECT * FROM "${table}"`)
      return rows
    },
  }
}

function openSqlite(path: string) {
  const handle = new SQLite(path, { timeout: 5000 })
  handle.defaultSafeIntegers(true)
  const query = async (sql: string) => {
    const statement = handle.prepare(sql)
    if (statement.reader) return statement.all() as Record<string, unknown>[]
    statement.run()
    return []
  }
  return {
    query,
    tables: async () =>
      (await query(`SELECT name FROM sqlite_master WHERE type = 'table'`)).map(({ name }) => String(name)),
    close: async () => {
      handle.close()
    },
  }
}

async function openPostgres(url: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const query = async (sql: string) => (await client.query(sql)).rows as Record<string, unknown>[]
  return {
    query,
    tables: async () =>
      (
        await query(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`)
      ).map(({ name }) => String(name)),
    close: () => client.end(),
  }
}

/** The bytes of every file in the data directory, write-ahead log included, by name. */
export function filesOf(installation: Installation): Record<string, Buffer> {
  if (!existsSync(installation.dir)) return {}
  const names = readdirSync(installation.dir, { recursive: true, withFileTypes: true })
  return Object.fromEntries(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name))]),
  )
}
