import { dayOf } from '../usage/usage-event.ts'
import type { LedgerFault } from './ledger-fault.ts'

interface EventRow {
  readonly started_at: number
  readonly key_id: string
  readonly model: string
  readonly project_id: string | null
  readonly end_user: string | null
  readonly outcome: string
  readonly input_tokens: number
  readonly cached_tokens: number
  readonly output_tokens: number
  readonly reasoning_tokens: number
  readonly units: number
  readonly cost_nanos: bigint
}

interface DayRow extends Omit<EventRow, 'started_at' | 'outcome'> {
  readonly day: number
  readonly requests: number
  readonly failed: number
}

interface KeyRow {
  readonly key_id: string
  readonly requests: number
  readonly cost_nanos: bigint
}

/** Not the durations: they are no amounts, and days from before they were summed have none. */
const COUNTS = [
  'requests',
  'failed',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'units',
  'cost_nanos',
] as const

type Sums = Record<(typeof COUNTS)[number], bigint>

/**
 * Compares the sums with what they sum: days with events, keys with days. What it remembers grows with the number of
 * sums, not of requests.
 */
export class UsageBooks {
  readonly #days = new Map<string, Sums>()
  readonly #keys = new Map<string, { requests: bigint; cost: bigint }>()
  readonly #faults: LedgerFault[] = []
  readonly #firstDay: number

  /** @param firstDay the first UTC day of which retention has removed nothing; earlier ones cannot be compared */
  constructor(firstDay: number) {
    this.#firstDay = firstDay
  }

  event(event: EventRow): void {
    const day = dayOf(event.started_at)
    if (day < this.#firstDay) return
    const name = nameOf({ ...event, day })
    let sums = this.#days.get(name)
    if (!sums) {
      sums = none()
      this.#days.set(name, sums)
    }
    sums.requests += 1n
    if (event.outcome === 'failed') sums.failed += 1n
    sums.input_tokens += BigInt(event.input_tokens)
    sums.cached_tokens += BigInt(event.cached_tokens)
    sums.output_tokens += BigInt(event.output_tokens)
    sums.reasoning_tokens += BigInt(event.reasoning_tokens)
    sums.units += BigInt(event.units)
    sums.cost_nanos += event.cost_nanos
  }

  /** After all events. */
  day(row: DayRow): void {
    const key = this.#keys.get(row.key_id) ?? { requests: 0n, cost: 0n }
    key.requests += BigInt(row.requests)
    key.cost += row.cost_nanos
    this.#keys.set(row.key_id, key)
    if (row.day < this.#firstDay) return
    const name = nameOf(row)
    this.#compareDay(name, row, this.#days.get(name) ?? none())
    this.#days.delete(name)
  }

  /** After all days. */
  key({ key_id, requests, cost_nanos }: KeyRow): void {
    const { requests: due, cost } = this.#keys.get(key_id) ?? { requests: 0n, cost: 0n }
    this.#keys.delete(key_id)
    if (BigInt(requests) === due && cost_nanos === cost) return
    const is = `requests ${requests}, cost_nanos ${cost_nanos}`
    this.#fault('key_usage', key_id, is, `requests ${due}, cost_nanos ${cost}`)
  }

  faults(): LedgerFault[] {
    for (const [name, due] of this.#days) this.#compareDay(name, none(), due)
    for (const [id, { requests, cost }] of this.#keys) {
      this.#fault('key_usage', id, 'missing', `requests ${requests}, cost_nanos ${cost}`)
    }
    return this.#faults
  }

  #compareDay(name: string, row: Record<keyof Sums, number | bigint>, due: Sums): void {
    const wrong = COUNTS.filter((column) => BigInt(row[column]) !== due[column])
    if (wrong.length === 0) return
    const tell = (sums: Record<keyof Sums, number | bigint>) =>
      wrong.map((column) => `${column} ${sums[column]}`).join(', ')
    this.#fault('usage_days', name, tell(row), tell(due))
  }

  #fault(what: LedgerFault['what'], id: string, is: string, shouldBe: string): void {
    this.#faults.push({ what, id, window: null, is, shouldBe })
  }
}

function none(): Sums {
  return {
    requests: 0n,
    failed: 0n,
    input_tokens: 0n,
    cached_tokens: 0n,
    output_tokens: 0n,
    reasoning_tokens: 0n,
    units: 0n,
    cost_nanos: 0n,
  }
}

/** The key of a row of `usage_days`, readable. */
function nameOf(row: Pick<DayRow, 'key_id' | 'day' | 'model' | 'project_id' | 'end_user'>): string {
  return JSON.stringify([row.key_id, row.day, row.model, row.project_id ?? '', row.end_user ?? ''])
}
