import type { Deps } from '../deps.ts'
import { LruMap } from '../lib/lru.ts'
import type { OutboundClient } from '../outbound/client.ts'
import { attempt, type Outcome } from './attempt.ts'
import { claimDeliveries, type DeliveryRow, dueDestinations, updateClaimed } from './deliveries.store.ts'
import { onDue } from './due.ts'
import { organizationOf } from './event.ts'
import { recordOutcome } from './record-outcome.ts'

const LOOK_MS = 1000
const PAUSE_MS = 10
/** How often the destinations are read where not all that something is due for fit into the list. */
const FILL_MS = 900
/** A receiver that takes longer is treated like one that is down, whatever it answers. */
const SLOW_MS = 2000
/** Longer than an attempt takes with what is written before and after it. */
const LEASE_MS = 20_000
/** How long attempts may go on when the server stops. */
const LAST_MS = 3000
/** A destination that asked to be left alone is, on this node, for so long at most. */
const REST_MOST_MS = 3_600_000
const REMEMBERED_MOST = 10_000
/** Which part of all places an organisation can have. */
const SHARE = 1 / 4

/** What is known here of a destination that failed or was slow. */
interface Health {
  readonly restUntil: number
}

/**
 * Delivers what is due. Every node has one; each claims what it sends for as long as an attempt may take, so that what a
 * dead node leaves is sent by another. A destination has few places at once, and an organisation a quarter of all; a
 * destination that failed or was slow has one, out of the half of these: what is slow or down waits for itself alone.
 */
export class WebhookSender {
  readonly #deps: Deps
  readonly #client: OutboundClient
  /** How many are under way, by destination and by organisation. */
  readonly #running = new Map<string, number>()
  readonly #health = new LruMap<string, Health>(REMEMBERED_MOST)
  /** Where something may be due, and where that was said since it was last looked for. */
  #due = new Set<string>()
  readonly #woken = new Set<string>()
  /** Whether nothing was due elsewhere when it was filled; when that was; and where the next filling goes on. */
  #whole = true
  #filledAt = 0
  #after = ''
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
    onDue(this.#deps.store, (destinations, isAsked) => {
      for (const destination of destinations) {
        this.#woken.add(destination)
        if (isAsked) this.#health.delete(destination)
      }
      void this.#look()
    })
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
    const { concurrency } = this.#deps.config.webhooks
    await this.#fill()
    for (const destination of [...this.#due]) {
      if (this.#stopped || this.#work.size >= concurrency) return
      const limit = this.#placesFor(destination)
      if (limit <= 0) continue
      const at = now()
      const claim = { destination, now: at, leaseUntil: at + LEASE_MS, limit }
      const claimed = await claimDeliveries(db, store.kind, claim)
      this.statements++
      // Where there may be more, it waits behind the others.
      this.#due.delete(destination)
      if (claimed.length === limit) this.#due.add(destination)
      for (const delivery of claimed) this.#begin(delivery)
    }
  }

  /** Reads where something is due; where that is more than one look finds, the list lasts for a while. */
  async #fill(): Promise<void> {
    const isFresh = performance.now() - this.#filledAt < FILL_MS
    const woken = [...this.#woken]
    this.#woken.clear()
    if (!this.#whole && this.#due.size > 0 && isFresh) {
      for (const destination of woken) this.#due.add(destination)
      return
    }
    const { destinations, whole, after } = await dueDestinations(this.#deps.db, this.#deps.now(), this.#after)
    this.statements++
    this.#due = new Set(whole ? destinations : [...destinations, ...woken])
    this.#whole = whole
    this.#after = after
    this.#filledAt = performance.now()
  }

  #placesFor(destination: string): number {
    const { concurrency, perDestination } = this.#deps.config.webhooks
    const health = this.#health.get(destination)
    const own = this.#running.get(destination) ?? 0
    const shared = this.#running.get(organizationOf(destination)) ?? 0
    const left = (part: number, used: number) => Math.ceil(concurrency * part) - used
    if (!health) return Math.min(perDestination - own, left(SHARE, shared), left(1, this.#work.size))
    if (health.restUntil > this.#deps.now()) return 0
    return Math.min(1 - own, left(SHARE / 2, shared), left(1 / 2, this.#work.size))
  }

  #count(destination: string, change: 1 | -1): void {
    for (const name of [destination, organizationOf(destination)]) {
      const count = (this.#running.get(name) ?? 0) + change
      if (count > 0) this.#running.set(name, count)
      else this.#running.delete(name)
    }
  }

  #begin(delivery: DeliveryRow): void {
    const { destination } = delivery
    this.#count(destination, 1)
    const work = this.#deliver(delivery)
      .catch((error) => {
        const { message } = error as Error
        this.#deps.log.warn({ delivery: delivery.id, error: message }, 'a webhook is left to a later attempt')
      })
      .finally(() => {
        this.#work.delete(work)
        this.#count(destination, -1)
        void this.#look()
      })
    this.#work.add(work)
  }

  async #deliver(delivery: DeliveryRow): Promise<void> {
    const startedAt = this.#deps.now()
    const { outcome, isSlow } = await this.#try(delivery)
    if (!outcome.delivered && this.#stopping.signal.aborted) {
      await updateClaimed(this.#deps.db, delivery, { next_at: this.#deps.now() })
      return
    }
    if (outcome.delivered && !isSlow) this.#health.delete(delivery.destination)
    else if (outcome.sent) this.#noteUnwell(delivery.destination, outcome.waitMs)
    await recordOutcome(this.#deps, delivery, outcome, startedAt)
  }

  /** Says that a receiver is slow as soon as it is, so that no more places go to it meanwhile. */
  async #try(delivery: DeliveryRow): Promise<{ readonly outcome: Outcome; readonly isSlow: boolean }> {
    let isSlow = false
    const slow = setTimeout(() => {
      isSlow = true
      this.#noteUnwell(delivery.destination, 0)
    }, SLOW_MS)
    try {
      const outcome = await attempt(this.#deps, this.#client, delivery, this.#stopping.signal)
      return { outcome, isSlow }
    } finally {
      clearTimeout(slow)
    }
  }

  #noteUnwell(destination: string, waitMs: number): void {
    const restUntil = waitMs > 0 ? this.#deps.now() + Math.min(waitMs, REST_MOST_MS) : 0
    this.#health.set(destination, {
      restUntil: Math.max(restUntil, this.#health.get(destination)?.restUntil ?? 0),
    })
  }
}
