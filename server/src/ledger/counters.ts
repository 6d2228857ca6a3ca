import { smaller } from '../lib/bigints.ts'
import { inWindow } from '../limits/decide.ts'
import type { Counter, Unit } from '../limits/quota.ts'
import type { BatchRow, SqlValue } from '../storage/batch.ts'
import type { Share } from './entry.ts'

/** A share and what of it is charged. */
export interface ChargedShare extends Share {
  readonly charged: bigint
}

/** What is charged of the parts of a hold: never more than was held. */
export function charge(
  parts: readonly Share[],
  chargeOf: (unit: Unit, held: bigint) => bigint,
): ChargedShare[] {
  return parts.map((share) => ({
    ...share,
    charged: smaller(chargeOf(share.unit, share.amount), share.amount),
  }))
}

/** What a usage row says of them. */
export function writeCharges(shares: readonly ChargedShare[]): string {
  return JSON.stringify(
    shares.map(({ counter, windowStart, amount, charged }) => [
      counter,
      windowStart,
      amount.toString(),
      charged.toString(),
    ]),
  )
}

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
      const opened = inWindow(this.#counters.get(counter), windowStart)
      this.#set(counter, { ...opened, held: opened.held + amount })
    }
  }

  /** Gives back what was held and takes what is charged. A window that is over keeps its charge on the request's row alone. */
  settle(shares: readonly ChargedShare[]): void {
    for (const { counter, windowStart, amount, charged } of shares) {
      const now = this.#counters.get(counter)
      if (now?.windowStart !== windowStart) continue
      this.#set(counter, { ...now, held: now.held - amount, spent: now.spent + charged })
    }
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
