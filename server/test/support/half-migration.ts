/**
 * Brings a SQLite file up to date and stops for ever after as many statements as it is told, with its transaction open:
 * a process to kill in the middle of a migration. Says `half` when it has stopped, and `whole` when it was not stopped.
 */
import { writeSync } from 'node:fs'
import { Kysely } from 'kysely'
import { migrate } from '../../src/storage/migrations/migrate.ts'
import { sqliteDialect } from '../../src/storage/sqlite/dialect.ts'
import { ThreadClient } from '../../src/storage/sqlite/thread-client.ts'

const [path = '', stopAfter] = process.argv.slice(2)
const entry = new URL('./database-thread.ts', import.meta.url)
const writer = new ThreadClient(entry, { path, readonly: false })
let statements = 0
const db = new Kysely<unknown>({
  dialect: sqliteDialect(writer, writer),
  log: () => {
    statements++
    if (statements < Number(stopAfter)) return
    writeSync(1, 'half\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
await migrate(db, 'sqlite')
writeSync(1, `whole ${statements}\n`)
await writer.close()
