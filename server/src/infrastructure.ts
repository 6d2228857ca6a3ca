import { join } from 'node:path'
import { BATCHES } from './batches.ts'
import type { Config } from './config/config.ts'
import type { Deps, Secrets } from './deps.ts'
import { checkPeppers } from './keys/pepper.ts'
import type { Log } from './lib/log.ts'
import { checkSealing } from './providers/sealing.ts'
import type { Store } from './storage/store.ts'

const SQLITE_FILE = 'claviger.db'

/** Opens the database that the configuration names, and brings its schema up to date. */
export async function openStore(config: Config, log: Log): Promise<Store> {
  if (config.databaseUrl) {
    const { openPostgres } = await import('./storage/postgres/open.ts')
    return openPostgres(config.databaseUrl, config.databaseConnections, BATCHES, log)
  }
  const { openSqlite } = await import('./storage/sqlite/open.ts')
  return openSqlite(join(config.dataDir, SQLITE_FILE), new URL('./database-thread.ts', import.meta.url))
}

/** The infrastructure over an opened database; a pepper or a sealing key that does not belong to it is refused. */
export async function createDeps(config: Config, secrets: Secrets, store: Store, log: Log): Promise<Deps> {
  const deps: Deps = {
    config,
    secrets,
    store,
    db: store.db,
    log,
    now: () => Date.now() + store.clockOffsetMs(),
    afterCommit: (work) => work(),
  }
  await checkPeppers(deps)
  await checkSealing(deps)
  return deps
}
