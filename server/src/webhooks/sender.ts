import type { Deps } from '../deps.ts'
import type { OutboundClient } from '../outbound/client.ts'
import { attempt } from './attempt.ts'
import { claimDeliveries, type DeliveryRow, dueDestinations, updateClaimed } from './deliveries.store.ts'
import { onDue } from './due.ts'
import { recordOutcome } from './record-outcome.ts'

const LOOK_MS = 1000
const PAUSE_MS = 10
/** Longer than an attempt takes with what is written before and after it. */
const LEASE_MS = 20_000
/** How long attempts may go on when the server stops. */
const LAST_MS = 3000
/** A destination that asked to be left alone is, on this node, for so long at most. */
const REST_MOST_MS = 3_600_000
const REMEMBERED_MOST = 10_000

/** What is known of a destination here. */
interface Health {
  failures: number
  restUntil: number
}

/**
 * Delivers what is due. Every node has one; each claims what it sends for as long as an attempt may take, so that what a
 * dead node leaves is sent by another. A destination has few places at once, and one that failed has one, out of half
 * of all: what is slow or down waits for itself alone.
 */
export class WebhookSender {
  readonly #deps: Deps
  readonly #client: OutboundClient
  readonly #running = new Map<string, number>()
  readonly #health = new Map<string, Health>()
  readonly #work = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  /** Statements that no request asked for, so far. */
  statements = 0
  #looking = false
  #again = false
  #stopped = false

  constructor(deps: Deps, client: OutboundClient) {
    this.#deps = deps
    this.#client = client
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), LOOK_MS).unref()
    onDue(this.#deps.store, () => void this.#look())
    void this.#look()
  }

  /** Claims no more, lets attempts end for a moment, and gives back what was not sent. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    const late = setTimeout(() => this.#stopping.abort(), LAST_MS)
    while (this.#looking || this.#work.size > 0) {
      await Promise.all([...this.#work, new Promise((next) => setImmediate(next))])
    }
    clearTimeout(late)
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#stopped) {
      this.#again = true
      return
    }
    this.#looking = true
    try {
      do {
        this.#again = false
        await this.#claim()
        // What ends meanwhile is looked after together.
        if (this.#again) await new Promise((next) => setTimeout(next, PAUSE_MS))
      } while (this.#again && !this.#stopped)
    } catch (error) {
      this.#deps.log.warn(
        { error: (error as Error).message },
        'webhooks could not be read; they are looked for again',
      )
    } finally {
      this.#looking = false
    }
  }

  async #claim(): Promise<void> {
    const { db, store, now } = this.#deps
    this.statements++
    const due = await dueDestinations(db, now())
    for (const { destination } of due) {
      const limit = this.#placesFor(destination)
      if (limit <= 0 || this.#stopped) continue
      const at = now()
      const claim = { destination, now: at, leaseUntil: at + LEASE_MS, limit }
      this.statements++
      for (const delivery of await claimDeliveries(db, store.kind, claim)) this.#begin(delivery)
    }
  }

  #placesFor(destination: string): number {
    const { concurrency, perDestination } = this.#deps.config.webhooks
    const health = this.#health.get(destination)
    const own = this.#running.get(destination) ?? 0
    if (!health) return Math.min(perDestination - own, concurrency - this.#work.size)
    if (health.restUntil > this.#deps.now()) return 0
    return Math.min(1 - own, Math.ceil(concurrency / 2) - this.#work.size)
  }

  #begin(delivery: DeliveryRow): void {
    const { destination } = delivery
    this.#running.set(destination, (this.#running.get(destination) ?? 0) + 1)
    const work = this.#deliver(delivery)
      .catch((error) => {
        const { message } = error as Error
        this.#deps.log.warn({ delivery: delivery.id, error: message }, 'a webhook is left to a later attempt')
      })
      .finally(() => {
        this.#work.delete(work)
        const left = (this.#running.get(destination) ?? 1) - 1
        if (left > 0) this.#running.set(destination, left)
        else this.#running.delete(destination)
        void this.#look()
      })
    this.#work.add(work)
  }

  async #deliver(delivery: DeliveryRow): Promise<void> {
    const startedAt = this.#deps.now()
    const outcome = await attempt(this.#deps, this.#client, delivery, this.#stopping.signal)
    if (!outcome.delivered && this.#stopping.signal.aborted) {
      await updateClaimed(this.#deps.db, delivery, { next_at: this.#deps.now() })
      return
    }
    if (outcome.sent) this.#note(delivery.destination, outcome.delivered, outcome.waitMs)
    await recordOutcome(this.#deps, delivery, outcome, startedAt)
  }

  #note(destination: string, delivered: boolean, waitMs: number): void {
    if (delivered) {
      this.#health.delete(destination)
      return
    }
    const health = this.#health.get(destination) ?? { failures: 0, restUntil: 0 }
    if (this.#health.size >= REMEMBERED_MOST) this.#health.clear()
    health.failures++
    if (waitMs > 0) health.restUntil = this.#deps.now() + Math.min(waitMs, REST_MOST_MS)
    this.#health.set(destination, health)
  }
}
