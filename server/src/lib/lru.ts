/**
 * A map that holds at most `capacity` entries and drops the one that was not read for longest. A Map iterates in the
 * order of insertion, so re-inserting on a read is all the bookkeeping there is.
 */
export class LruMap<K, V> {
  readonly #entries = new Map<K, V>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    // Re-inserting on every read costs more than it saves while nothing is ever dropped.
    if (this.#entries.size * 2 > this.#capacity) {
      this.#entries.delete(key)
      this.#entries.set(key, value)
    }
    return value
  }

  /** Returns the entry that had to leave, if one had. */
  set(key: K, value: V): V | undefined {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#capacity) return undefined
    const oldest = this.#entries.entries().next().value
    if (!oldest) return undefined
    this.#entries.delete(oldest[0])
    return oldest[1]
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }

  clear(): void {
    this.#entries.clear()
  }
}
