import { dayOf } from '../usage/usage-event.ts'
import type { LedgerFault } from './ledger-fault.ts'

type Counts<C extends string> = Readonly<Record<C, number>>

interface Day {
  readonly day: number
}

/**
 * Compares counts by UTC day with the requests that they count.
 */
export class DayBooks<C extends string> {
  readonly #what: LedgerFault['what']
  readonly #columns: readonly C[]
  readonly #firstDay: number
  readonly #due = new Map<string, Record<C, number>>()
  readonly #faults: LedgerFault[] = []

  /** @param firstDay the first UTC day of which retention has removed nothing; earlier ones cannot be compared */
  constructor(what: LedgerFault['what'], columns: readonly C[], firstDay: number) {
    this.#what = what
    this.#columns = columns
    this.#firstDay = firstDay
  }

  /** A request, in each of the rows that count it. */
  event({ started_at }: { readonly started_at: number }, names: readonly string[], counts: Counts<C>): void {
    const day = dayOf(started_at)
    if (day < this.#firstDay) return
    for (const name of names) {
      const due = this.#due.get(idOf(name, day)) ?? this.#none()
      for (const column of this.#columns) due[column] += counts[column]
      this.#due.set(idOf(name, day), due)
    }
  }

  /** After all events. */
  row(row: Day & Counts<C>, name: string): void {
    if (row.day < this.#firstDay) return
    const id = idOf(name, row.day)
    this.#compare(id, row, this.#due.get(id) ?? this.#none())
    this.#due.delete(id)
  }

  /** After all rows. */
  faults(): LedgerFault[] {
    for (const [id, due] of this.#due) this.#compare(id, this.#none(), due)
    return this.#faults
  }

  #none(): Record<C, number> {
    return Object.fromEntries(this.#columns.map((column) => [column, 0])) as Record<C, number>
  }

  #compare(id: string, is: Counts<C>, due: Counts<C>): void {
    if (this.#columns.every((column) => is[column] === due[column])) return
    const tell = (counts: Counts<C>) =>
      this.#columns.map((column) => `${column} ${counts[column]}`).join(', ')
    this.#faults.push({ what: this.#what, id, window: null, is: tell(is), shouldBe: tell(due) })
  }
}

function idOf(name: string, day: number): string {
  return `${name} day ${day}`
}
