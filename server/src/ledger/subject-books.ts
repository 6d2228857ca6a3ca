import { subjectsOf } from '../usage/subject-days.ts'
import { dayOf } from '../usage/usage-event.ts'
import type { LedgerFault } from './ledger-fault.ts'

interface Owner {
  readonly organization_id: string
  readonly user_id: string
}

/** Compares the sums of projects and end users by day with the requests that they sum. */
export class SubjectBooks {
  readonly #due = new Map<string, number>()
  readonly #faults: LedgerFault[] = []
  readonly #firstDay: number

  /** @param firstDay the first UTC day of which retention has removed nothing; earlier ones cannot be compared */
  constructor(firstDay: number) {
    this.#firstDay = firstDay
  }

  event(event: Owner & Parameters<typeof subjectsOf>[0] & { readonly started_at: number }): void {
    const day = dayOf(event.started_at)
    if (day < this.#firstDay) return
    for (const subject of subjectsOf(event)) {
      const name = nameOf(event, subject, day)
      this.#due.set(name, (this.#due.get(name) ?? 0) + 1)
    }
  }

  /** After all events. */
  row(row: Owner & { readonly subject: string; readonly day: number; readonly requests: number }): void {
    if (row.day < this.#firstDay) return
    const name = nameOf(row, row.subject, row.day)
    this.#compare(name, row.requests, this.#due.get(name) ?? 0)
    this.#due.delete(name)
  }

  /** After all rows. */
  faults(): LedgerFault[] {
    for (const [name, due] of this.#due) this.#compare(name, 0, due)
    return this.#faults
  }

  #compare(id: string, is: number, due: number): void {
    if (is === due) return
    const [tells, shouldBe] = [`requests ${is}`, `requests ${due}`]
    this.#faults.push({ what: 'usage_subject_days', id, window: null, is: tells, shouldBe })
  }
}

/** The key of a row, readable. */
function nameOf({ organization_id, user_id }: Owner, subject: string, day: number): string {
  return `${organization_id} ${user_id} day ${day} ${subject}`
}
