import type { Kysely } from 'kysely'
import type { Config } from './config/config.ts'
import { AppError } from './errors.ts'
import type { Log } from './lib/log.ts'
import type { Store } from './storage/store.ts'
import type { Tables } from './storage/tables.ts'

/** The infrastructure that actions use; nothing of the domain is in here, so an import list tells what a file does. */
export interface Deps {
  readonly config: Config
  readonly store: Store
  /** The database, or inside `transact` the transaction. */
  readonly db: Kysely<Tables>
  readonly log: Log
  /** Milliseconds since the epoch by the database's clock. */
  readonly now: () => number
  /** Work for after the commit (publishing, never SQL); outside a transaction it runs at once. */
  readonly afterCommit: (work: () => void) => void
  /** Peppers, session secret, audit key and sealing keys. */
  readonly secrets: Secrets
}

export interface Secrets {
  /** Newest first. `version` is stored beside each digest. */
  readonly peppers: readonly { readonly version: number; readonly key: Buffer }[]
  /** Signs cookies and links, and encrypts the second factors. */
  readonly sessionSecret: string
  readonly auditKey: Buffer
  /** Newest first; none: no credential can be kept in the database. `version` stands in each sealed text. */
  readonly sealingKeys: readonly { readonly version: number; readonly key: Buffer }[]
}

/**
 * Runs `work` with a copy of the dependencies whose `db` is one transaction: code inside cannot reach outside of it by
 * mistake, and a nested call joins. No network inside: on SQLite the transaction holds the only writer.
 */
export async function transact<T>(deps: Deps, work: (deps: Deps) => Promise<T>): Promise<T> {
  if (deps.db.isTransaction) return work(deps)
  const queued: (() => void)[] = []
  const result = await deps.db
    .transaction()
    .execute((db) => work({ ...deps, db, afterCommit: (job) => queued.push(job) }))
  await deps.store.epoch.refresh()
  for (const job of queued) job()
  return result
}

/**
 * How long a request waits for the database to say what it must know; who has a key asks twice at most. A network that
 * swallows packets says nothing for long, and an answer that is older than the bound of revocation must let nobody in.
 */
const ANSWER_MS = 2500

/** @throws AppError `store_unavailable` when the answer takes too long; it is left to come for those who ask later */
export async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new AppError('store_unavailable', { cause: 'the database is silent' }))
    // After a stall of this process the answer may wait to be read, which comes after timers and before immediates.
    timer = setTimeout(() => setImmediate(giveUp), ANSWER_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
