import { KEY_PERIODS, PeriodSums, periodsOf } from '../usage/key-periods.ts'
import { dayOf } from '../usage/usage-event.ts'
import { addEvent, COUNTS, differenceOf, type EventRow, none, type Sums } from './event-sums.ts'
import type { LedgerFault } from './ledger-fault.ts'

interface UsedRow {
  readonly key_id: string
  readonly model: string
  readonly project_id: string | null
  readonly end_user: string | null
}

interface DayRow extends UsedRow, Readonly<Record<keyof Sums, number | bigint>> {
  readonly day: number
  readonly cost_nanos: bigint
}

/** Of a row of `key_usage`, in this order. */
const KEY_SUMS = [
  'requests',
  'cost_nanos',
  ...KEY_PERIODS.flatMap((period) => [period, `${period}_nanos`] as const),
] as const

type KeySums = Readonly<Record<(typeof KEY_SUMS)[number], number | bigint>>

interface KeyBook {
  requests: bigint
  cost: bigint
  readonly recent: PeriodSums
}

/**
 * Compares the sums with what they sum: days with events, keys with days. What it remembers grows with the number of
 * sums, not of requests.
 */
export class UsageBooks {
  readonly #days = new Map<string, Sums>()
  readonly #keys = new Map<string, KeyBook>()
  readonly #faults: LedgerFault[] = []
  readonly #firstDay: number

  /** @param firstDay the first UTC day of which retention has removed nothing; earlier ones cannot be compared */
  constructor(firstDay: number) {
    this.#firstDay = firstDay
  }

  event(event: EventRow & UsedRow): void {
    const day = dayOf(event.started_at)
    if (day < this.#firstDay) return
    const name = nameOf({ ...event, day })
    let sums = this.#days.get(name)
    if (!sums) {
      sums = none()
      this.#days.set(name, sums)
    }
    addEvent(sums, event)
  }

  /** After all events. */
  day(row: DayRow): void {
    const key = this.#keys.get(row.key_id) ?? unused()
    key.requests += BigInt(row.requests)
    key.cost += row.cost_nanos
    key.recent.add(periodsOf(row.day), row.cost_nanos)
    this.#keys.set(row.key_id, key)
    if (row.day < this.#firstDay) return
    const name = nameOf(row)
    this.#compareDay(name, row, this.#days.get(name) ?? none())
    this.#days.delete(name)
  }

  /** After all days. */
  key(row: KeySums & { readonly key_id: string }): void {
    const due = sumsOf(this.#keys.get(row.key_id) ?? unused())
    this.#keys.delete(row.key_id)
    this.#compare('key_usage', row.key_id, KEY_SUMS, row, due)
  }

  faults(): LedgerFault[] {
    for (const [name, due] of this.#days) this.#compareDay(name, none(), due)
    for (const [id, { requests, cost }] of this.#keys) {
      this.#fault('key_usage', id, 'missing', `requests ${requests}, cost_nanos ${cost}`)
    }
    return this.#faults
  }

  #compareDay(name: string, row: Record<keyof Sums, number | bigint>, due: Sums): void {
    this.#compare('usage_days', name, COUNTS, row, due)
  }

  #compare<C extends string>(
    what: LedgerFault['what'],
    id: string,
    columns: readonly C[],
    row: Readonly<Record<C, number | bigint>>,
    due: Readonly<Record<C, number | bigint>>,
  ): void {
    const difference = differenceOf(columns, row, due)
    if (difference) this.#fault(what, id, difference.is, difference.shouldBe)
  }

  #fault(what: LedgerFault['what'], id: string, is: string, shouldBe: string): void {
    this.#faults.push({ what, id, window: null, is, shouldBe })
  }
}

function unused(): KeyBook {
  return { requests: 0n, cost: 0n, recent: new PeriodSums() }
}

function sumsOf({ requests, cost, recent: { starts, nanos } }: KeyBook): KeySums {
  const [day_nanos, week_nanos, month_nanos] = [nanos.day, nanos.week, nanos.month]
  return { requests, cost_nanos: cost, ...starts, day_nanos, week_nanos, month_nanos }
}

/** The key of a row of `usage_days`, readable. */
function nameOf(row: Pick<DayRow, 'key_id' | 'day' | 'model' | 'project_id' | 'end_user'>): string {
  return JSON.stringify([row.key_id, row.day, row.model, row.project_id ?? '', row.end_user ?? ''])
}
