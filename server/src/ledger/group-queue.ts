/** Entries per commit, at most: bounds the time one commit takes. */
const BATCH_MOST = 500
/** With this many requests under way, entries come close together and a commit waits for company. */
const BUSY_REQUESTS = 8
const GATHER_ENTRIES = 64
const GATHER_MS = 8

/** Gathers entries while one batch is being written, and hands them over as the next. */
export class GroupQueue<T> {
  readonly #write: (entries: readonly T[]) => Promise<void>
  #waiting: T[] = []
  #running: Promise<void> | undefined
  #gathered: (() => void) | undefined
  #asked = false
  /** How many requests are under way; set by the owner. */
  underWay = 0

  /** @param write must not reject: entries answer for themselves */
  constructor(write: (entries: readonly T[]) => Promise<void>) {
    this.#write = write
  }

  push(entry: T): void {
    this.#waiting.push(entry)
    if (this.#gathered && this.#isGathered()) this.#gathered()
    this.start()
  }

  waiting(): readonly T[] {
    return this.#waiting
  }

  /** Writes a batch soon, even an empty one. */
  start(): void {
    this.#asked = true
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined
      // What came between the last look and this moment found us still running.
      if (this.#asked) this.start()
    })
  }

  /** Resolves when nothing waits and nothing is being written. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #drain(): Promise<void> {
    // A turn of the loop lets the requests of the same turn share the first commit.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#asked) {
      if (!this.#isGathered()) await this.#gather()
      const taken = this.#waiting.splice(0, BATCH_MOST)
      this.#asked = this.#waiting.length > 0
      await this.#write(taken)
    }
  }

  /** Nobody is worth waiting for: few requests are under way, or those that are wait here already. */
  #isGathered(): boolean {
    return this.underWay < BUSY_REQUESTS || this.#waiting.length >= Math.min(GATHER_ENTRIES, this.underWay)
  }

  /** Under load a commit a few milliseconds later serves many more entries for the same price. */
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
}
