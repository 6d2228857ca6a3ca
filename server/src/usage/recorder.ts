import type { Log } from '../lib/log.ts'
import type { Store } from '../storage/store.ts'
import { packBatch, type Touch, type UsageBatch, type UsageEvent } from './usage-event.ts'

/** The name under which the batch is registered with the database threads. */
export const USAGE_BATCH = 'usage'

/** Rows per commit, at most: bounds the time one commit takes. */
const BATCH_MOST = 500
/** With this many requests under way, rows come close together and a commit waits for company. */
const BUSY_REQUESTS = 8
const GATHER_ROWS = 64
const GATHER_MS = 8
/** `last_used` may lag by a second (DESIGN section 4), so uses without a row wait for company. */
const TOUCH_MS = 500
/** How long rows are kept and offered again while the database cannot be asked. */
const RETRY_MS = 250
const RETRY_FOR_MS = 15_000
/** How long the last requests of a process may take to bring their rows once their connections are cut. */
const LAST_ROWS_MS = 2000
/** How often a row is offered that the database refuses for its own sake. */
const REFUSALS_MOST = 3

interface Waiting {
  readonly event: UsageEvent
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * Makes usage rows durable by group commit: while one commit is under way the next rows gather, so that the price of a
 * commit is shared by all requests that end meanwhile. `record` resolves when its row cannot be lost any more.
 */
export class UsageRecorder {
  readonly #store: Store
  readonly #log: Log
  readonly #isStoreFailure: (error: unknown) => boolean
  #waiting: Waiting[] = []
  #touches = new Map<string, Touch>()
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #underWay = 0
  #gathered: (() => void) | undefined

  /** @param isStoreFailure whether an error says that the database could not be asked */
  constructor(store: Store, log: Log, isStoreFailure: (error: unknown) => boolean) {
    this.#store = store
    this.#log = log
    this.#isStoreFailure = isStoreFailure
  }

  /** A request has begun that will end in a row; how many there are says what a commit may wait for. */
  entered(): void {
    this.#underWay++
  }

  /** It is over, with or without a row. */
  left(): void {
    this.#underWay--
  }

  /** @throws Error when the row could not be written after many tries; the answer must then not be completed */
  record(event: UsageEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject })
      if (this.#gathered && this.#isGathered()) this.#gathered()
      this.#start()
    })
  }

  /** Notes that a secret was used for something that has no usage row. */
  touch(touch: Touch): void {
    this.#touches.set(touch.secretId, touch)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#start()
    }, TOUCH_MS).unref()
  }

  /**
   * Resolves when all that was recorded so far is durable, and the rows of requests that have just been cut and are
   * still on their way here, too.
   */
  async flush(): Promise<void> {
    const until = performance.now() + LAST_ROWS_MS
    while (this.#underWay > 0 && performance.now() < until) await new Promise((next) => setTimeout(next, 10))
    this.#start()
    while (this.#running) await this.#running
  }

  #start(): void {
    if (this.#running) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#running = this.#drain().finally(() => {
      this.#running = undefined
      // What came between the last look and this moment found us still running.
      if (this.#waiting.length > 0 || (this.#touches.size > 0 && !this.#timer)) this.#start()
    })
  }

  async #drain(): Promise<void> {
    // A turn of the loop lets the requests that end in the same turn share the first commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0 || this.#touches.size > 0) {
      if (!this.#isGathered()) await this.#gather()
      const taken = this.#waiting.splice(0, BATCH_MOST)
      const touches = [...this.#touches.values()]
      this.#touches.clear()
      await this.#write(taken, touches)
    }
  }

  /** Nobody is worth waiting for: few requests are under way, or those that are wait here already. */
  #isGathered(): boolean {
    return this.#underWay < BUSY_REQUESTS || this.#waiting.length >= Math.min(GATHER_ROWS, this.#underWay)
  }

  /** Under load a commit a few milliseconds later serves many more rows for the same price. */
  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#gathered?.(), GATHER_MS)
      this.#gathered = () => {
        clearTimeout(timer)
        this.#gathered = undefined
        resolve()
      }
    })
  }

  async #write(rows: readonly Waiting[], touches: readonly Touch[]): Promise<void> {
    try {
      await this.#commit({ events: rows.map(({ event }) => event), touches })
      for (const { resolve } of rows) resolve()
    } catch (error) {
      if (rows.length > 1 && !this.#isStoreFailure(error)) {
        // One row that the database refuses must not take its neighbours with it.
        const half = rows.length >> 1
        await this.#write(rows.slice(0, half), touches)
        await this.#write(rows.slice(half), [])
      } else for (const { reject } of rows) reject(error as Error)
    }
  }

  /** The rows' ids make a commit repeatable, so one whose outcome is unknown is simply done again. */
  async #commit(batch: UsageBatch): Promise<void> {
    const packed = packBatch(batch)
    const giveUpAt = performance.now() + RETRY_FOR_MS
    for (let tries = 1; ; tries++) {
      try {
        await this.#store.commit(USAGE_BATCH, packed)
        return
      } catch (error) {
        this.#log.error(
          { error: (error as Error).message, rows: batch.events.length, tries },
          'usage could not be committed',
        )
        const again = this.#isStoreFailure(error)
          ? performance.now() < giveUpAt
          : batch.events.length <= 1 && tries < REFUSALS_MOST
        if (!again) throw error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
}
