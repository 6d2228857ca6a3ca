import { smaller } from '../lib/bigints.ts'
import { current } from '../limits/decide.ts'
import { type Counter, readCounter, type Unit } from '../limits/quota.ts'
import type { BatchRow, SqlValue } from '../storage/batch.ts'
import type { Share } from './entry.ts'

/** The counters of one batch, as they were read and locked, and as its requests leave them. */
export class Counters {
  readonly #counters = new Map<string, Counter>()
  readonly #changed = new Set<string>()

  constructor(rows: readonly BatchRow[]) {
    for (const row of rows) {
      this.#counters.set(row.id as string, {
        windowStart: row.window_start as number,
        spent: row.spent_amount as bigint,
        held: row.held_amount as bigint,
        granted: row.granted_amount as bigint,
      })
    }
  }

  get(id: string): Counter | undefined {
    return this.#counters.get(id)
  }

  missing(ids: readonly string[]): string[] {
    return [...new Set(ids)].filter((id) => !this.#counters.has(id))
  }

  /** Takes the parts of an admitted request. */
  hold(parts: readonly Share[]): void {
    for (const { counter, windowStart, amount } of parts) {
      const before = this.#counters.get(counter)
      const opened = current(before, { period: readCounter(counter).period }, windowStart)
      this.#set(counter, { ...opened, held: opened.held + amount })
    }
  }

  /**
   * Gives back what was held and takes what is charged, never more than was held. A window that is over keeps its
   * charge on the request's row alone.
   *
   * @returns the row's `charges`
   */
  settle(parts: readonly Share[], chargeOf: (unit: Unit, held: bigint) => bigint): string {
    const charges = parts.map(({ counter, windowStart, unit, amount }) => {
      const asked = chargeOf(unit, amount)
      const charged = smaller(asked, amount)
      const now = this.#counters.get(counter)
      if (now && now.windowStart === windowStart) {
        this.#set(counter, { ...now, held: now.held - amount, spent: now.spent + charged })
      }
      return [counter, windowStart, amount.toString(), charged.toString()]
    })
    return JSON.stringify(charges)
  }

  /** Rows to write, in the order of their ids. */
  changedRows(): SqlValue[][] {
    return [...this.#changed].sort().map((id) => {
      const { windowStart, spent, held, granted } = this.#counters.get(id) as Counter
      return [id, windowStart, spent, held, granted]
    })
  }

  #set(id: string, counter: Counter): void {
    this.#counters.set(id, counter)
    this.#changed.add(id)
  }
}
