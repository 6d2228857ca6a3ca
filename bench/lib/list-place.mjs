// A database to fill in bulk and then to ask as the server does, after its caches were dropped.

import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const source = new URL('../../server/src/', import.meta.url)
const load = (path) => import(new URL(path, source).href)
const require = createRequire(new URL('../../server/package.json', import.meta.url))
const BATCH = 500

/** With its threads and connections begun, as a server that runs has them. */
async function depsOver(store) {
  await store.db.selectFrom('epoch').selectAll().execute()
  return { store, db: store.db, now: Date.now, config: {}, log: {} }
}

/** Tells the kernel to forget the pages of files that nobody has mapped. */
function forget(paths) {
  for (const path of paths) {
    try {
      execFileSync('dd', [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], {
        stdio: 'ignore',
      })
    } catch {
      // Not everywhere; then the first look is as cold as reopening makes it.
    }
  }
}

/** Smaller ones are catalogues, of which there are a thousand. */
const LARGE = 1_000_000
const largeIn = (folder) => filesIn(folder).filter((path) => statSync(path).size > LARGE)

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const TICK_MS = 10

/** Processor time of PostgreSQL's processes so far; those that have ended with it. */
function cpuOf(data) {
  const postmaster = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[1] === postmaster) ticks += Number(fields[11]) + Number(fields[12])
      if (pid === postmaster) ticks += Number(fields[13]) + Number(fields[14])
    } catch {
      // It has ended meanwhile.
    }
  }
  return ticks * TICK_MS
}

function ownCpu() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const bytesOf = (paths) => paths.reduce((sum, path) => sum + statSync(path).size, 0)

export async function openPlace(kind, folder, url) {
  return kind === 'sqlite' ? openFile(folder) : openServer(url)
}

async function openFile(folder) {
  const { openSqlite } = await load('storage/sqlite/open.ts')
  const path = join(folder, 'claviger.db')
  const open = () => openSqlite(path, new URL('database-thread.ts', source))
  await (await open()).close()
  const SQLite = require('better-sqlite3')
  const handle = new SQLite(path)
  handle.pragma('synchronous = OFF')
  handle.pragma('cache_size = -1000000')
  for (const { name } of handle.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).all()) {
    handle.exec(`DROP TRIGGER ${name}`)
  }
  let store
  return {
    kind: 'sqlite',
    cpuMs: ownCpu,
    run: async (sql) => void handle.exec(sql),
    insert: async (table, columns, rows) => {
      const add = handle.prepare(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      handle.transaction(() => {
        for (const row of rows) add.run(row)
      })()
    },
    settle: async () => {
      handle.pragma('wal_checkpoint(TRUNCATE)')
      handle.close()
    },
    bytes: async () => bytesOf(filesIn(folder)),
    reopen: async () => {
      await store?.close()
      forget([path])
      store = await open()
      return depsOver(store)
    },
    close: async () => store?.close(),
  }
}

async function openServer(url) {
  const [{ openPostgres }, { BATCHES }, { createLog }] = await Promise.all([
    load('storage/postgres/open.ts'),
    load('batches.ts'),
    load('lib/log.ts'),
  ])
  const open = () => openPostgres(url, 10, BATCHES, createLog('silent'))
  await (await open()).close()
  const pg = require('pg')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const run = async (sql) => (await client.query(sql)).rows
  await run(`SET session_replication_role = replica`)
  await run(`SET maintenance_work_mem = '1GB'`)
  await run(`SET work_mem = '512MB'`)
  const [{ data_directory: data }] = await run('SHOW data_directory')
  let store
  return {
    kind: 'postgres',
    cpuMs: () => ownCpu() + cpuOf(data),
    run,
    insert: async (table, columns, rows) => {
      for (let start = 0; start < rows.length; start += BATCH) {
        const part = rows.slice(start, start + BATCH)
        const values = part.map(
          (row, at) => `(${row.map((_, n) => `$${at * row.length + n + 1}`).join(', ')})`,
        )
        await client.query(
          `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values.join(', ')}`,
          part.flat(),
        )
      }
    },
    settle: async () => {
      // As the server's own housekeeping leaves it.
      await run('VACUUM ANALYZE')
      await run('CHECKPOINT')
      await client.end()
    },
    bytes: async () => bytesOf(filesIn(join(data, 'base'))),
    reopen: async () => {
      await store?.close()
      forget(largeIn(join(data, 'base')))
      store = await open()
      return depsOver(store)
    },
    close: async () => store?.close(),
  }
}
