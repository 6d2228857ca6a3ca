import { dayOf } from '../usage/usage-event.ts'
import { addEvent, COUNTS, differenceOf, type EventRow, none, type Sums } from './event-sums.ts'
import type { LedgerFault } from './ledger-fault.ts'

type Row = Readonly<Record<keyof Sums, number | bigint>>

interface DayRow extends Row {
  readonly day: number
}

/**
 * Compares sums by UTC day with the requests that they sum.
 */
export class DayBooks {
  readonly #what: LedgerFault['what']
  readonly #firstDay: number
  readonly #due = new Map<string, Sums>()
  readonly #faults: LedgerFault[] = []

  /** @param firstDay the first UTC day of which retention has removed nothing; earlier ones cannot be compared */
  constructor(what: LedgerFault['what'], firstDay: number) {
    this.#what = what
    this.#firstDay = firstDay
  }

  /** A request, in each of the rows that sum it. */
  event(event: EventRow, names: readonly string[]): void {
    const day = dayOf(event.started_at)
    if (day < this.#firstDay) return
    for (const name of names) {
      const due = this.#due.get(idOf(name, day)) ?? none()
      addEvent(due, event)
      this.#due.set(idOf(name, day), due)
    }
  }

  /** After all events. */
  row(row: DayRow, name: string): void {
    if (row.day < this.#firstDay) return
    const id = idOf(name, row.day)
    this.#compare(id, row, this.#due.get(id) ?? none())
    this.#due.delete(id)
  }

  /** After all rows. */
  faults(): LedgerFault[] {
    for (const [id, due] of this.#due) this.#compare(id, none(), due)
    return this.#faults
  }

  #compare(id: string, row: Row, due: Sums): void {
    const difference = differenceOf(COUNTS, row, due)
    if (difference) this.#faults.push({ what: this.#what, id, window: null, ...difference })
  }
}

function idOf(name: string, day: number): string {
  return `${name} day ${day}`
}
