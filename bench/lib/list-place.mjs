// A database that is filled in bulk, once, and then asked by a server whose caches and whose kernel's caches are empty.

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fill } from './list-data.mjs'
import { openCluster } from './list-postgres.mjs'
import { ADMINISTRATOR, openServer } from './list-server.mjs'
import { BUSIEST, idOf, LARGEST } from './list-world.mjs'

const require = createRequire(new URL('../../server/package.json', import.meta.url))
const MIGRATIONS = fileURLToPath(new URL('../../server/src/storage/migrations/', import.meta.url))
const BATCH = 500
const CONFIG = 'balance: { of: organization }\n'

/** Tells the kernel to forget what it holds of files; nobody may have them mapped. */
function forget(paths) {
  const script = `import os, sys
for path in sys.stdin.read().splitlines():
    handle = os.open(path, os.O_RDONLY)
    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(handle)`
  execFileSync('python3', ['-c', script], { input: paths.join('\n') })
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

const bytesOf = (paths) => paths.reduce((sum, path) => sum + statSync(path).size, 0)

/** What a filled database was filled by: another schema or size asks for another one. */
function fingerprint(size) {
  const hash = createHash('sha256').update(JSON.stringify(size))
  for (const name of readdirSync(MIGRATIONS).sort()) {
    if (/^\d+-[a-z]+\.ts$/.test(name)) hash.update(readFileSync(join(MIGRATIONS, name)))
  }
  return hash.digest('hex')
}

/**
 * A filled database, from the last run when it still fits.
 *
 * @param anySchema takes one that was filled under other migrations as well
 */
export async function openPlace(kind, folder, size, { binaries, anySchema }) {
  const file = join(folder, 'state.json')
  const wanted = fingerprint(size)
  const known = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
  const fits = known && (known.fingerprint === wanted || (anySchema && known.events === size.events))
  if (!fits) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const config = join(folder, 'claviger.yaml')
  writeFileSync(config, CONFIG)
  const cluster = kind === 'postgres' ? await openCluster(binaries, join(folder, 'cluster')) : undefined
  const database = join(folder, 'data', 'claviger.db')
  const installation = { config, dataDir: join(folder, 'data'), databaseUrl: cluster?.url }
  const place = {
    kind,
    installation,
    paths: () => (cluster ? filesIn(join(cluster.data, 'base')) : filesIn(join(folder, 'data'))),
    /** A server that has just started, over files of which the kernel holds nothing. */
    async cold() {
      if (cluster) {
        await cluster.stop()
        forget(place.paths())
        await cluster.start()
      } else forget(place.paths())
      return openServer(installation)
    },
    warm: async () => {
      await cluster?.start()
      return openServer(installation)
    },
    /** Who works while a request is answered. */
    pids: () => [process.pid, ...(cluster?.pids() ?? [])],
    close: async () => cluster?.stop(),
  }
  if (fits) return { ...place, state: known }
  const began = performance.now()
  const state = { ...(await make(place, cluster, database, size)), fingerprint: wanted, events: size.events }
  state.seconds = Math.round((performance.now() - began) / 1000)
  state.bytes = bytesOf(place.paths())
  writeFileSync(file, JSON.stringify(state))
  return { ...place, state }
}

async function make({ kind, installation }, cluster, database, size) {
  await cluster?.startToFill()
  // It makes the tables and the administrator.
  await (await openServer(installation)).stop()
  const began = performance.now()
  const note = (what) =>
    console.error(`${kind}: ${what} (${Math.round((performance.now() - began) / 1000)} s)`)
  const now = Date.now()
  const tool = cluster ? await onServer(cluster) : onFile(database)
  await tool.begin()
  await fill({ kind, note, ...tool }, { ...size, now })
  await tool.run(`INSERT INTO member (id, "organizationId", "userId", role, "createdAt")
    SELECT '${idOf('m', 'admin')}', '${LARGEST}', id, 'owner', '${new Date(now).toISOString()}'
    FROM "user" WHERE email = '${ADMINISTRATOR.email}'`)
  note('everything')
  await tool.end()
  note('housekeeping')
  await cluster?.start()
  const server = await openServer(installation)
  const key = await keyOfBusiest(await server.signIn())
  await server.stop()
  return { now, key }
}

/** A key of the user with most requests. */
async function keyOfBusiest(ask) {
  const made = await ask('/api/v1/keys', {
    name: 'Lists',
    permissions: ['usage:read', 'keys:read', 'inference'],
  })
  await ask(`/api/dashboard/keys/${made.data.hash}/transfer`, { userId: BUSIEST })
  return made.key
}

function onFile(path) {
  const SQLite = require('better-sqlite3')
  const handle = new SQLite(path)
  handle.pragma('synchronous = OFF')
  handle.pragma('cache_size = -5000000')
  handle.pragma('wal_autocheckpoint = 200000')
  let triggers = []
  return {
    run: async (sql) => void handle.exec(sql),
    insert: async (table, columns, rows) => {
      const add = handle.prepare(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      )
      handle.transaction(() => {
        for (const row of rows) add.run(row)
      })()
    },
    begin: async () => {
      // Those that keep the words to search by stay.
      triggers = handle
        .prepare(
          `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%!_words!_%' ESCAPE '!'`,
        )
        .all()
      for (const { name } of triggers) handle.exec(`DROP TRIGGER "${name}"`)
      handle.pragma('locking_mode = EXCLUSIVE')
      handle.pragma('journal_mode = DELETE')
      handle.pragma('journal_mode = OFF')
    },
    end: async () => {
      for (const { sql } of triggers) handle.exec(sql)
      handle.pragma('locking_mode = NORMAL')
      handle.pragma('journal_mode = WAL')
      handle.pragma('wal_checkpoint(TRUNCATE)')
      handle.close()
    },
  }
}

async function onServer(cluster) {
  const pg = require('pg')
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  const run = async (sql) => (await client.query(sql)).rows
  return {
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
    begin: async () => {
      await run(`SET session_replication_role = replica`)
      await run(`SET work_mem = '1GB'`)
    },
    end: async () => {
      // As the server's own housekeeping leaves it.
      await run('VACUUM ANALYZE')
      await run('CHECKPOINT')
      await client.end()
    },
  }
}
