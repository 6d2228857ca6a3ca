import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely } from 'kysely'
import { AppError } from '../../errors.ts'
import { migrate } from '../migrations/migrate.ts'
import type { Store } from '../store.ts'
import type { Tables } from '../tables.ts'
import { openFile } from './connection.ts'
import { sqliteDialect } from './dialect.ts'
import { ThreadClient } from './thread-client.ts'

/**
 * Opens (and makes, and migrates) the embedded database.
 *
 * @param path the database file
 * @param threadEntry the module that the database threads run; it knows the batches
 */
export async function openSqlite(path: string, threadEntry: URL): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const writer = new ThreadClient(threadEntry, { path, readonly: false })
  try {
    await migrate(new Kysely<unknown>({ dialect: sqliteDialect(writer, writer) }), 'sqlite')
  } catch (error) {
    await writer.close().catch(() => {})
    throw error
  }
  const reader = new ThreadClient(threadEntry, { path, readonly: true })
  const db = new Kysely<Tables>({ dialect: sqliteDialect(writer, reader) })
  const main = openFile(path, true)
  // It reads one row; a map of the file would be taken down after every commit of others, which costs the other core.
  main.pragma('mmap_size = 0')
  const epochRow = main.prepare('SELECT value FROM epoch WHERE id = 1').pluck()
  let epochReads = 0
  // One read serves the requests of one turn of the event loop: what the kernel had ready when the turn began was sent
  // before any change that this read could miss was acknowledged to anybody.
  let known: number | undefined
  const forget = (): void => {
    known = undefined
  }
  return {
    kind: 'sqlite',
    db,
    commit: async <P, R>(name: string, payload: P) =>
      (await writer.send<{ result: R }>({ op: 'batch', tx: 0, name, payload })).result,
    snapshot: (work) => readSnapshot(new ThreadClient(threadEntry, { path, readonly: true }), work),
    epoch: {
      current() {
        if (known !== undefined) return known
        epochReads++
        try {
          known = epochRow.get() as number
        } catch (cause) {
          throw new AppError('store_unavailable', { cause })
        }
        setImmediate(forget)
        return known
      },
      // What this process has just committed holds at once, in whatever turn it did.
      refresh: async () => forget(),
    },
    queries: () => writer.queries + reader.queries + epochReads,
    clockOffsetMs: () => 0,
    ping: async () => {
      await writer.run(0, 'SELECT 1', [])
    },
    backup: async (target) => {
      await reader.send({ op: 'backup', tx: 0, path: target })
    },
    close: async () => {
      main.close()
      await reader.close()
      await writer.close()
    },
  }
}

/** In a read transaction, which in write-ahead mode neither waits for a writer nor makes one wait. */
async function readSnapshot<T>(reader: ThreadClient, work: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  try {
    const db = new Kysely<Tables>({ dialect: sqliteDialect(reader, reader) })
    return await db.transaction().execute(work)
  } finally {
    await reader.close()
  }
}
