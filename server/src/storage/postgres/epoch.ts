import pg from 'pg'
import { AppError } from '../../errors.ts'
import type { Log } from '../../lib/log.ts'
import type { EpochSource } from '../store.ts'

/** How often the epoch is asked for whatever the notifications say. */
const POLL_MS = 500
/** For how long an answer stands. A node that could not ask for longer stops answering from its cache (503). */
const LEASE_MS = 4000
/** An answer that takes longer than this says too little about now. */
const ANSWER_MS = 2000
/** Clocks this close count as equal. */
const JITTER_MS = 100

export interface FollowedEpoch extends EpochSource {
  clockOffsetMs(): number
  stop(): Promise<void>
}

/**
 * Follows the epoch of a shared PostgreSQL on a connection of its own: LISTEN for speed, polling as the guarantee.
 * LISTEN does not pass transaction pooling, so behind PgBouncer only the polling is left.
 */
class EpochFollower implements FollowedEpoch {
  readonly #settings: pg.ClientConfig
  readonly #log: Log
  #client: pg.Client | undefined
  #value = 0
  /** Monotonic time at which the last confirmed question was asked. */
  #confirmedAt = Number.NEGATIVE_INFINITY
  #offsetMs = 0
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> | undefined
  #following: Promise<void> | undefined
  #stopped = false

  constructor(settings: pg.ClientConfig, log: Log) {
    this.#settings = settings
    this.#log = log
  }

  current(): number {
    if (performance.now() - this.#confirmedAt > LEASE_MS) throw new AppError('store_unavailable')
    return this.#value
  }

  clockOffsetMs(): number {
    return Math.abs(this.#offsetMs) > JITTER_MS ? this.#offsetMs : 0
  }

  refresh(): Promise<void> {
    // An answer under way may be older than this call, so it does not count.
    if (this.#asking) {
      this.#following ??= this.#asking.then(() => this.refresh())
      return this.#following
    }
    this.#following = undefined
    this.#asking = this.#ask()
      .catch((error: Error) => this.#lose(error))
      .finally(() => {
        this.#asking = undefined
        this.#schedule()
      })
    return this.#asking
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#stopped) return
    this.#timer = setTimeout(() => void this.refresh(), POLL_MS)
    this.#timer.unref()
  }

  async #ask(): Promise<void> {
    const client = await this.#connected()
    const askedAt = performance.now()
    const sentAt = Date.now()
    const { rows } = await client.query(
      `SELECT value, (extract(epoch FROM clock_timestamp()) * 1000)::FLOAT8 AS now FROM epoch`,
    )
    const row = rows[0] as { value: bigint; now: number } | undefined
    if (!row) throw new Error('The epoch row is missing')
    this.#value = Math.max(this.#value, Number(row.value))
    this.#confirmedAt = askedAt
    // The database's clock was read between the two; what fits is kept, since a slow answer says little.
    const [least, most] = [row.now - Date.now(), row.now - sentAt]
    this.#offsetMs = Math.round(Math.min(Math.max(this.#offsetMs, least), most))
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client
    const client = new pg.Client({ ...this.#settings, query_timeout: ANSWER_MS })
    // An earlier connection may end long after its successor has taken over.
    client.on('error', (error) => {
      if (this.#client === client) this.#lose(error)
    })
    client.on('notification', () => void this.refresh())
    try {
      await client.connect()
      const { rows } = await client.query(`SELECT 'claviger_' || current_schema() AS channel`)
      await client.query(`LISTEN ${client.escapeIdentifier(String(rows[0].channel))}`)
    } catch (error) {
      client.end().catch(() => {})
      throw error
    }
    this.#client = client
    return client
  }

  #lose(error: Error): void {
    if (!this.#stopped) this.#log.warn({ error: error.message }, 'the epoch cannot be followed at present')
    const client = this.#client
    this.#client = undefined
    client?.end().catch(() => {})
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    await this.#asking
    await this.#client?.end().catch(() => {})
  }
}

export async function followEpoch(settings: pg.ClientConfig, log: Log): Promise<FollowedEpoch> {
  const follower = new EpochFollower(settings, log)
  await follower.refresh()
  return follower
}
