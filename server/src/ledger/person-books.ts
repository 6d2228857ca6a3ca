import { dayOf } from '../usage/usage-event.ts'
import type { LedgerFault } from './ledger-fault.ts'

interface Sums {
  readonly requests: number
  readonly failed: number
}

interface Person {
  readonly organization_id: string
  readonly user_id: string
  readonly model: string
}

/** Compares the sums of persons by day and model with the requests that they sum. */
export class PersonBooks {
  readonly #due = new Map<string, { requests: number; failed: number }>()
  readonly #faults: LedgerFault[] = []
  readonly #firstDay: number

  /** @param firstDay the first UTC day of which retention has removed nothing; earlier ones cannot be compared */
  constructor(firstDay: number) {
    this.#firstDay = firstDay
  }

  event(event: Person & { readonly started_at: number; readonly outcome: string }): void {
    const day = dayOf(event.started_at)
    if (day < this.#firstDay) return
    const name = nameOf(event, day)
    const sums = this.#due.get(name) ?? { requests: 0, failed: 0 }
    sums.requests++
    if (event.outcome === 'failed') sums.failed++
    this.#due.set(name, sums)
  }

  /** After all events. */
  row(row: Person & Sums & { readonly day: number }): void {
    if (row.day < this.#firstDay) return
    const name = nameOf(row, row.day)
    this.#compare(name, row, this.#due.get(name) ?? { requests: 0, failed: 0 })
    this.#due.delete(name)
  }

  /** After all rows. */
  faults(): LedgerFault[] {
    for (const [name, due] of this.#due) this.#compare(name, { requests: 0, failed: 0 }, due)
    return this.#faults
  }

  #compare(id: string, is: Sums, due: Sums): void {
    if (is.requests === due.requests && is.failed === due.failed) return
    this.#faults.push({ what: 'usage_user_days', id, window: null, is: tell(is), shouldBe: tell(due) })
  }
}

function tell({ requests, failed }: Sums): string {
  return `requests ${requests}, failed ${failed}`
}

/** The key of a row, readable. */
function nameOf({ organization_id, user_id, model }: Person, day: number): string {
  return `${organization_id} ${user_id} day ${day} ${model}`
}
