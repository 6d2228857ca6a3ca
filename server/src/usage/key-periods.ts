import { DAY_MS, windowStart } from '../lib/window.ts'
import { dayOf } from './usage-event.ts'

/** What `key_usage` sums of a key besides its whole life, each in the column of its name and the one with `_nanos`. */
export const KEY_PERIODS = ['day', 'week', 'month'] as const

/** The first UTC day (days since the epoch) of each: of a day that day, of a week its Monday. */
export type PeriodStarts = Readonly<Record<(typeof KEY_PERIODS)[number], number>>

/** The periods in which a UTC day lies. */
export function periodsOf(day: number): PeriodStarts {
  const startOf = (period: 'week' | 'month') => dayOf(windowStart(period, day * DAY_MS))
  return { day, week: startOf('week'), month: startOf('month') }
}

/** No request is older; a key that had none yet has nothing in these. */
const FIRST = periodsOf(0)

/**
 * What a key used in the newest day, week and month in which it had a request; nano-credits. A later period takes the
 * place of the one before, and what belongs to an earlier one is no longer in any of these sums.
 */
export class PeriodSums {
  starts: PeriodStarts = FIRST
  #nanos = { day: 0n, week: 0n, month: 0n }

  get nanos(): Readonly<Record<(typeof KEY_PERIODS)[number], bigint>> {
    return this.#nanos
  }

  add(starts: PeriodStarts, nanos: bigint): void {
    for (const period of KEY_PERIODS) {
      if (starts[period] > this.starts[period]) this.#nanos[period] = nanos
      else if (starts[period] === this.starts[period]) this.#nanos[period] += nanos
    }
    // A later day lies in no earlier week or month.
    if (starts.day > this.starts.day) this.starts = starts
  }
}
