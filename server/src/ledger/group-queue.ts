/** Entries per commit, at most: bounds the time one commit takes. */
const BATCH_MOST = 500
/** With this many requests under way, entries come close together and a commit waits for company. */
const BUSY_REQUESTS = 8
const GATHER_ENTRIES = 64
const GATHER_MS = 8

/** While one batch is being written, so many entries are worth a second one beside it. */
const BESIDE_ENTRIES = 128

/** Gathers entries while batches are being written, and hands them over as the next. */
export class GroupQueue<T> {
  readonly #write: (entries: readonly T[]) => Promise<void>
  readonly #lanes: number
  #waiting: T[] = []
  #running: Promise<void> | undefined
  #writing = 0
  /** Looks again whether the next batch may go. */
  #look: (() => void) | undefined
  #asked = false
  /** How many requests are under way; set by the owner. */
  underWay = 0

  /**
   * @param write must not reject: entries answer for themselves
   * @param lanes how many batches may be written at a time
   */
  constructor(write: (entries: readonly T[]) => Promise<void>, lanes = 1) {
    this.#write = write
    this.#lanes = lanes
  }

  push(entry: T): void {
    this.#waiting.push(entry)
    this.#look?.()
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
    while (this.#asked || this.#writing > 0) {
      await this.#until(() => this.#hasRoom())
      if (!this.#asked) continue
      // Under load a commit a few milliseconds later serves many more entries for the same price.
      await this.#until(() => this.#isGathered(), GATHER_MS)
      const taken = this.#waiting.splice(0, BATCH_MOST)
      this.#asked = this.#waiting.length > 0
      this.#writing++
      void this.#write(taken).finally(() => {
        this.#writing--
        this.#look?.()
      })
    }
  }

  #hasRoom(): boolean {
    if (this.#writing === 0) return true
    return this.#writing < this.#lanes && this.#waiting.length >= BESIDE_ENTRIES
  }

  /** Nobody is worth waiting for: few requests are under way, or those that are wait here already. */
  #isGathered(): boolean {
    return this.underWay < BUSY_REQUESTS || this.#waiting.length >= Math.min(GATHER_ENTRIES, this.underWay)
  }

  /** Waits until something is so, looked at whenever an entry comes or a batch ends; a few milliseconds at most, if given. */
  #until(isTime: () => boolean, mostMs?: number): Promise<void> | undefined {
    if (isTime()) return undefined
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer)
        this.#look = undefined
        resolve()
      }
      const timer = mostMs === undefined ? undefined : setTimeout(go, mostMs)
      this.#look = () => {
        if (isTime()) go()
      }
    })
  }
}
