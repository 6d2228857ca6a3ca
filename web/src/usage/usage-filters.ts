import { type Days, dayText, lastDays } from '../overview/period.ts'
import { useFilters } from '../parts/use-filters.ts'

/** As they stand in the address. `days` is a count, `own` (with `from` and `to`) or nothing. */
export interface Filters {
  readonly days?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly model?: string | undefined
  readonly key?: string | undefined
  readonly project?: string | undefined
  readonly user?: string | undefined
  readonly end_user?: string | undefined
  readonly outcome?: string | undefined
  /** The request whose details are open. */
  readonly request?: string | undefined
}

export const OUTCOMES = ['completed', 'incomplete', 'failed', 'aborted'] as const
export const USUAL_DAYS = '30'
export const OWN_DAYS = 'own'

const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d\d-\d\d$/

export function useUsageFilters() {
  const [filters, setFilters] = useFilters<keyof Filters>()
  return { filters, setFilters, ...questionsOf(filters) }
}

export type SetFilters = ReturnType<typeof useUsageFilters>['setFilters']

/** What the server is asked: rows by time, sums by whole days, both of the same days in UTC. */
function questionsOf(filters: Filters) {
  const { model, key, project, user, end_user } = filters
  const subjects = { model, key, project, user, end_user }
  const days = daysOf(filters)
  const outcome = OUTCOMES.find((known) => known === filters.outcome)
  const times = { from: days.from, to: dayText(Date.parse(days.to) + DAY_MS) }
  return { days, rowsQuery: { ...times, ...subjects, outcome }, sumsQuery: { ...days, ...subjects } }
}

function daysOf({ days, from, to }: Filters): Days {
  if (days !== OWN_DAYS) return lastDays(Math.min(Math.max(1, Number(days) || Number(USUAL_DAYS)), 730))
  const usual = lastDays(Number(USUAL_DAYS))
  const last = to && DAY.test(to) ? to : usual.to
  const first = from && DAY.test(from) ? from : usual.from
  return first <= last ? { from: first, to: last } : { from: last, to: last }
}

/** How many filters narrow the list, the time apart. */
export function countOf({ model, key, project, user, end_user, outcome }: Filters): number {
  return [model, key, project, user, end_user, outcome].filter(Boolean).length
}
