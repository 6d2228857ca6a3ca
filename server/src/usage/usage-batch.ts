import type { BatchRow, BatchStatement, SqlValue } from '../storage/batch.ts'
import { KEY_PERIODS, PeriodSums, periodsOf } from './key-periods.ts'
import { subjectsOf } from './subject-days.ts'
import { dayOf, type Touch, USAGE_COLUMNS, type UsageEvent, valuesOf } from './usage-event.ts'

/** Of every table of sums by day. */
const SUMS = [
  'requests',
  'failed',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'duration_ms',
  'units',
  'cost_nanos',
] as const

function add(table: string, sums: readonly string[]): string {
  return sums.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', ')
}

/** How a table of sums by day grows. */
function sumTable(table: string, key: readonly string[], rest: readonly string[] = []) {
  return {
    head: `INSERT INTO ${table} (${[...key, ...rest, ...SUMS].join(', ')}) VALUES`,
    tail: `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${add(table, SUMS)}`,
  }
}

const DAYS = sumTable(
  'usage_days',
  ['key_id', 'day', 'model', 'project_id', 'end_user'],
  ['organization_id', 'user_id'],
)
const USER_DAYS = sumTable('usage_user_days', ['organization_id', 'user_id', 'day', 'model'])
const SUBJECT_DAYS = sumTable('usage_subject_days', ['organization_id', 'user_id', 'subject', 'day'])

function later(table: string): string {
  return `last_used_at = CASE WHEN excluded.last_used_at > ${table}.last_used_at THEN excluded.last_used_at ELSE ${table}.last_used_at END`
}

/** The rule of `PeriodSums`, between the row that is there and the one of the batch. */
const NEWEST_PERIODS = KEY_PERIODS.map((period) => {
  const [now, is, sum] = [`excluded.${period}`, `key_usage.${period}`, `${period}_nanos`]
  return `${period} = CASE WHEN ${now} > ${is} THEN ${now} ELSE ${is} END,
    ${sum} = CASE WHEN ${now} > ${is} THEN excluded.${sum} WHEN ${now} = ${is} THEN key_usage.${sum} + excluded.${sum}
      ELSE key_usage.${sum} END`
}).join(', ')

/** Sorted by key, so that two nodes lock the rows of one batch in the same order. */
function sorted<T>(sums: ReadonlyMap<string, T>): T[] {
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}

function gather<T>(sums: Map<string, T>, key: string, empty: () => T): T {
  let sum = sums.get(key)
  if (sum === undefined) {
    sum = empty()
    sums.set(key, sum)
  }
  return sum
}

type Steps<T> = Generator<BatchStatement, T, BatchRow[]>

/** Writes the rows. @returns those that were new, each once */
export function* insertEvents(events: readonly UsageEvent[]): Steps<UsageEvent[]> {
  const inserted = yield {
    head: `INSERT INTO usage_events (${USAGE_COLUMNS.join(', ')}) VALUES`,
    tail: 'ON CONFLICT (id) DO NOTHING',
    written: { column: 'id', place: 0 },
    rows: events.map(valuesOf),
  }
  const news = new Set(inserted.map((row) => row.id))
  // `delete`, so that a row that is there twice in one batch counts once, too.
  return events.filter((event) => news.delete(event.id))
}

/**
 * Adds to the sums what is new, so that a batch that runs a second time (after a connection was lost while it
 * committed) counts nothing twice.
 *
 * @param counted the rows that were new
 */
export function* addToSums(counted: readonly UsageEvent[], touches: readonly Touch[]): Steps<void> {
  yield { ...DAYS, rows: daySums(counted) }
  yield { ...USER_DAYS, rows: userDaySums(counted) }
  yield { ...SUBJECT_DAYS, rows: subjectDaySums(counted) }
  yield {
    head: 'INSERT INTO key_usage (key_id, requests, cost_nanos, last_used_at, day, day_nanos, week, week_nanos, month, month_nanos) VALUES',
    tail: `ON CONFLICT (key_id) DO UPDATE SET ${add('key_usage', ['requests', 'cost_nanos'])}, ${later('key_usage')}, ${NEWEST_PERIODS}`,
    rows: keySums(counted, touches),
  }
  yield {
    head: 'INSERT INTO secret_usage (secret_id, use_count, last_used_at) VALUES',
    tail: `ON CONFLICT (secret_id) DO UPDATE SET ${add('secret_usage', ['use_count'])}, ${later('secret_usage')}`,
    rows: secretSums(counted, touches),
  }
}

type Names = readonly SqlValue[]

/**
 * What the rows of a table of sums have to grow by.
 *
 * @param keysOf the rows that count a request
 * @param restOf what else such a row says when its first request makes it
 */
function sumsBy(
  events: readonly UsageEvent[],
  keysOf: (event: UsageEvent, day: number) => readonly Names[],
  restOf: (event: UsageEvent) => Names = () => [],
): SqlValue[][] {
  const sums = new Map<string, { names: Names; counts: number[]; cost: bigint }>()
  for (const event of events) {
    const added = countsOf(event)
    // The day on which it was admitted, as the quotas count it.
    for (const key of keysOf(event, dayOf(event.started_at))) {
      const sum = gather(sums, JSON.stringify(key), () => ({
        names: [...key, ...restOf(event)],
        counts: added.map(() => 0),
        cost: 0n,
      }))
      sum.counts = sum.counts.map((count, index) => count + (added[index] as number))
      sum.cost += event.cost_nanos
    }
  }
  return sorted(sums).map(({ names, counts, cost }) => [...names, ...counts, cost])
}

/** One request, in the order of `SUMS`, without its cost. */
function countsOf(event: UsageEvent): number[] {
  const { input_tokens, cached_tokens, output_tokens, reasoning_tokens, units } = event
  const failed = event.outcome === 'failed' ? 1 : 0
  const duration = Math.max(0, event.finished_at - event.started_at)
  return [1, failed, input_tokens, cached_tokens, output_tokens, reasoning_tokens, duration, units]
}

function daySums(events: readonly UsageEvent[]): SqlValue[][] {
  return sumsBy(
    events,
    (event, day) => [[event.key_id, day, event.model, event.project_id ?? '', event.end_user ?? '']],
    (event) => [event.organization_id, event.user_id],
  )
}

function userDaySums(events: readonly UsageEvent[]): SqlValue[][] {
  return sumsBy(events, (event, day) => [[event.organization_id, event.user_id, day, event.model]])
}

function subjectDaySums(events: readonly UsageEvent[]): SqlValue[][] {
  return sumsBy(events, (event, day) =>
    subjectsOf(event).map((subject) => [event.organization_id, event.user_id, subject, day]),
  )
}

function keySums(events: readonly UsageEvent[], touches: readonly Touch[]): SqlValue[][] {
  const sums = new Map<
    string,
    { keyId: string; requests: number; cost: bigint; last: number; recent: PeriodSums }
  >()
  const of = (keyId: string) =>
    gather(sums, keyId, () => ({ keyId, requests: 0, cost: 0n, last: 0, recent: new PeriodSums() }))
  let periods = periodsOf(0)
  for (const event of events) {
    const sum = of(event.key_id)
    sum.requests++
    sum.cost += event.cost_nanos
    sum.last = Math.max(sum.last, event.finished_at)
    const day = dayOf(event.started_at)
    // Nearly all of a batch are of one day.
    if (day !== periods.day) periods = periodsOf(day)
    sum.recent.add(periods, event.cost_nanos)
  }
  for (const touch of touches) {
    const sum = of(touch.keyId)
    sum.last = Math.max(sum.last, touch.at)
  }
  return sorted(sums).map(({ keyId, requests, cost, last, recent: { starts, nanos } }) => [
    keyId,
    requests,
    cost,
    last,
    ...KEY_PERIODS.flatMap((period) => [starts[period], nanos[period]]),
  ])
}

function secretSums(events: readonly UsageEvent[], touches: readonly Touch[]): SqlValue[][] {
  const sums = new Map<string, { secretId: string; uses: number; last: number }>()
  const use = (secretId: string, at: number) => {
    const sum = gather(sums, secretId, () => ({ secretId, uses: 0, last: 0 }))
    sum.uses++
    sum.last = Math.max(sum.last, at)
  }
  // A person at the playground has none.
  for (const event of events) if (event.secret_id !== '') use(event.secret_id, event.finished_at)
  for (const touch of touches) use(touch.secretId, touch.at)
  return sorted(sums).map(({ secretId, uses, last }) => [secretId, uses, last])
}
