import type { Deps } from '../deps.ts'
import { longRead } from './long-read.ts'
import { namesOf } from './names.ts'
import {
  type Days,
  isLargePart,
  type SummaryGroup,
  sumByDay,
  sumByGroup,
  sumByGroupAndDay,
} from './summary.store.ts'
import type { UsageScope } from './usage-scope.ts'

/** Costs in nano-credits; durations in milliseconds, summed over the requests. */
export interface Sums {
  readonly requests: number
  readonly failed: number
  readonly input_tokens: number
  readonly cached_tokens: number
  readonly output_tokens: number
  readonly reasoning_tokens: number
  readonly duration: number
  readonly cost: bigint
}

export interface GroupSums extends Sums {
  /** Null: requests that name none. */
  readonly id: string | null
  readonly name: string
  readonly label: string | null
  readonly costByDay: readonly bigint[]
  readonly requestsByDay: readonly number[]
}

export interface UsageSummary extends Days {
  readonly group: SummaryGroup
  readonly totals: Sums
  /** Every day of the range, those without requests too. */
  readonly days: readonly (Sums & { readonly day: number })[]
  /** Those that spent most. */
  readonly groups: readonly GroupSums[]
  /** All others together; null when there are none. */
  readonly rest: (Sums & { readonly groups: number }) | null
}

const GROUPS_SHOWN = 10

const NONE: Sums = {
  requests: 0,
  failed: 0,
  input_tokens: 0,
  cached_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  duration: 0,
  cost: 0n,
}

/** Sums of usage by day and by group, exact as of the last commit. */
export async function summaryOf(
  deps: Deps,
  scope: UsageScope,
  { firstDay, lastDay }: Days,
  group: SummaryGroup,
): Promise<UsageSummary> {
  const days = { firstDay, lastDay }
  return longRead(deps.store, async (db) => {
    const asked = { kind: deps.store.kind, scope, days, group }
    const question = { ...asked, inOrder: await isLargePart(db, asked) }
    const byDay = new Map((await sumByDay(db, question)).map(({ day, ...row }) => [day, sumsOf(row)]))
    const rows = await sumByGroup(db, question, GROUPS_SHOWN)
    const subjects = rows.map(({ subject }) => subject)
    const parts = subjects.length === 0 ? [] : await sumByGroupAndDay(db, question, subjects)
    const part = new Map(parts.map((row) => [`${row.day} ${row.subject}`, row]))
    const nameOf = await namer(db, group, subjects)
    const range = Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index)
    const groups = rows.map(({ subject, groups: _, ...row }) => ({
      ...nameOf(subject),
      ...sumsOf(row),
      costByDay: range.map((day) => part.get(`${day} ${subject}`)?.cost_nanos ?? 0n),
      requestsByDay: range.map((day) => part.get(`${day} ${subject}`)?.requests ?? 0),
    }))
    const totals = [...byDay.values()].reduce((all, sums) => combine(all, sums, 1), NONE)
    const others = (rows[0]?.groups ?? 0) - rows.length
    return {
      firstDay,
      lastDay,
      group,
      totals,
      days: range.map((day) => ({ day, ...(byDay.get(day) ?? NONE) })),
      groups,
      rest:
        others > 0
          ? { groups: others, ...groups.reduce((left, sums) => combine(left, sums, -1), totals) }
          : null,
    }
  })
}

function sumsOf({
  duration_ms: duration,
  cost_nanos: cost,
  ...counts
}: Omit<Sums, 'duration' | 'cost'> & { readonly duration_ms: number; readonly cost_nanos: bigint }): Sums {
  return { ...counts, duration, cost }
}

function combine(a: Sums, b: Sums, sign: 1 | -1): Sums {
  return {
    requests: a.requests + sign * b.requests,
    failed: a.failed + sign * b.failed,
    input_tokens: a.input_tokens + sign * b.input_tokens,
    cached_tokens: a.cached_tokens + sign * b.cached_tokens,
    output_tokens: a.output_tokens + sign * b.output_tokens,
    reasoning_tokens: a.reasoning_tokens + sign * b.reasoning_tokens,
    duration: a.duration + sign * b.duration,
    cost: a.cost + BigInt(sign) * b.cost,
  }
}

const NO_NAME = {
  model: 'No model',
  key: 'No key',
  project: 'No project',
  end_user: 'No end user',
  user: 'Nobody',
}

async function namer(db: Deps['db'], group: SummaryGroup, subjects: readonly string[]) {
  const named = group === 'key' || group === 'user' || group === 'project'
  const names = named ? (await namesOf(db, { [group]: subjects }))[group] : () => undefined
  return (subject: string) => {
    if (subject === '') return { id: null, name: NO_NAME[group], label: null }
    const found = names(subject)
    return { id: subject, name: found?.name ?? subject, label: found?.label ?? null }
  }
}

export type { SummaryGroup } from './summary.store.ts'
