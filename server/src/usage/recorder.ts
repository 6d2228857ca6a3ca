import type { Log } from '../lib/log.ts'
import type { Store } from '../storage/store.ts'
import type { Touch, UsageBatch, UsageEvent } from './usage-event.ts'

/** The name under which the batch is registered with the database threads. */
export const USAGE_BATCH = 'usage'

/** Rows per commit, at most: bounds the time one commit takes. */
const BATCH_MOST = 500
/** `last_used` may lag by a second (DESIGN section 4), so uses without a row wait for company. */
const TOUCH_MS = 500
/** How long rows are kept and offered again while the database cannot be asked. */
const RETRY_MS = 250
const TRIES_MOST = 20

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
  #waiting: Waiting[] = []
  #touches = new Map<string, Touch>()
  #running: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
  }

  /** @throws Error when the row could not be written after many tries; the answer must then not be completed */
  record(event: UsageEvent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ event, resolve, reject })
      this.#start()
    })
  }

  /** Notes that a secret was used for something that has no usage row. */
  touch(touch: Touch): void {
    this.#touches.set(touch.secretId, touch)
    this.#timer ??= setTimeout(() => this.#start(), TOUCH_MS).unref()
  }

  /** Resolves when all that was recorded so far is durable. */
  async flush(): Promise<void> {
    this.#start()
    while (this.#running) await this.#running
  }

  #start(): void {
    if (this.#running) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#running = this.#drain().finally(() => {
      this.#running = undefined
    })
  }

  async #drain(): Promise<void> {
    // A turn of the loop lets the requests that end in the same turn share the first commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0 || this.#touches.size > 0) {
      const taken = this.#waiting.splice(0, BATCH_MOST)
      const touches = [...this.#touches.values()]
      this.#touches.clear()
      try {
        await this.#commit({ events: taken.map(({ event }) => event), touches })
        for (const { resolve } of taken) resolve()
      } catch (error) {
        for (const { reject } of taken) reject(error as Error)
      }
    }
  }

  /** The rows' ids make a commit repeatable, so one whose outcome is unknown is simply done again. */
  async #commit(batch: UsageBatch): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#store.commit(USAGE_BATCH, batch)
        return
      } catch (error) {
        this.#log.error(
          { error: (error as Error).message, rows: batch.events.length, tries },
          'usage could not be committed',
        )
        if (tries >= TRIES_MOST) throw error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }
}
