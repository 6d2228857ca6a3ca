import { expect } from 'vitest'
import { LEDGER_BATCH } from '../../src/ledger/ledger-batch.ts'
import { packBatch, unpackResult } from '../../src/ledger/packed.ts'
import { DAY_MS } from '../../src/lib/window.ts'
import type { Store } from '../../src/storage/store.ts'
import { dayOf, type Touch, type UsageEvent } from '../../src/usage/usage-event.ts'

let made = 0

/** A usage row like any other; what a test looks at it names. */
export function usageRow(own: Partial<UsageEvent> = {}): UsageEvent {
  const now = Date.UTC(2026, 4, 20, 12)
  return {
    id: `req_${String(made++).padStart(8, '0')}`,
    started_at: now,
    finished_at: now + 5,
    organization_id: 'o',
    user_id: 'u',
    key_id: 'k',
    secret_id: 's',
    project_id: null,
    end_user: null,
    endpoint: 'responses',
    model: 'm',
    provider: 'p',
    provider_model: 'pm',
    streamed: 0,
    status: 200,
    outcome: 'completed',
    error_code: null,
    cost_basis: 'reported',
    input_tokens: 10,
    cached_tokens: 2,
    output_tokens: 5,
    reasoning_tokens: 1,
    cost_nanos: 7n,
    price_version: 'v',
    attempts: 1,
    first_byte_ms: 3,
    held_nanos: null,
    overrun_nanos: null,
    charges: null,
    units: 0,
    ...own,
  }
}

/** Commits rows as the ledger does; how many of them were new. */
export async function commitRows(
  store: Store,
  events: readonly UsageEvent[],
  touches: readonly Touch[] = [],
): Promise<number> {
  const charge = { credits: 0n, tokens: 0n, requests: 0n }
  const settlements = events.map((event) => ({ event, hold: undefined, charge }))
  const batch = {
    node: 'n',
    now: 0,
    sheet: 's',
    done: [],
    doubtful: [],
    settlements,
    sweeps: [],
    admissions: [],
    touches,
  }
  const result = unpackResult(await store.commit<string, string>(LEDGER_BATCH, packBatch(batch)), [])
  return 'written' in result ? result.written : 0
}

/** What the roll-ups must be, worked out anew from the rows that should have been counted, each once. */
export function expectedSums(events: readonly UsageEvent[]) {
  const days = new Map<string, Record<string, number | bigint | string>>()
  const keys = new Map<string, { key_id: string; requests: number; cost_nanos: bigint }>()
  const secrets = new Map<string, number>()
  for (const event of events) {
    const name = `${event.key_id}/${dayOf(event.started_at)}/${event.model}`
    const day = days.get(name) ?? {
      key_id: event.key_id,
      day: dayOf(event.started_at),
      model: event.model,
      requests: 0,
      input_tokens: 0,
      cached_tokens: 0,
      output_tokens: 0,
      reasoning_tokens: 0,
      cost_nanos: 0n,
    }
    days.set(name, {
      ...day,
      requests: Number(day.requests) + 1,
      input_tokens: Number(day.input_tokens) + event.input_tokens,
      cached_tokens: Number(day.cached_tokens) + event.cached_tokens,
      output_tokens: Number(day.output_tokens) + event.output_tokens,
      reasoning_tokens: Number(day.reasoning_tokens) + event.reasoning_tokens,
      cost_nanos: BigInt(day.cost_nanos as bigint) + event.cost_nanos,
    })
    const key = keys.get(event.key_id) ?? { key_id: event.key_id, requests: 0, cost_nanos: 0n }
    keys.set(event.key_id, {
      ...key,
      requests: key.requests + 1,
      cost_nanos: key.cost_nanos + event.cost_nanos,
    })
    secrets.set(event.secret_id, (secrets.get(event.secret_id) ?? 0) + 1)
  }
  return { days: [...days.values()], keys: [...keys.values()], secrets }
}

/** The columns of `key_usage` that `expectedPeriods` works out. */
export const KEY_PERIODS = [
  'key_id',
  'day',
  'day_nanos',
  'week',
  'week_nanos',
  'month',
  'month_nanos',
] as const

/** What each key used in the day, week and month of its newest row, worked out from the calendar. */
export function expectedPeriods(events: readonly UsageEvent[]) {
  const keys = Object.entries(Object.groupBy(events, ({ key_id }) => key_id))
  return keys.map(([key_id, own = []]) => {
    const day = dayOf(Math.max(...own.map(({ started_at }) => started_at)))
    const newest = new Date(day * DAY_MS)
    const week = day - ((newest.getUTCDay() + 6) % 7)
    const month = day - newest.getUTCDate() + 1
    const since = (first: number) =>
      own.reduce((sum, event) => (dayOf(event.started_at) >= first ? sum + event.cost_nanos : sum), 0n)
    const [day_nanos, week_nanos, month_nanos] = [since(day), since(week), since(month)]
    return { key_id, day, day_nanos, week, week_nanos, month, month_nanos }
  })
}

/** Rows in an order that depends on nothing but themselves. */
export function sorted(rows: readonly object[]): object[] {
  const name = (row: object) => {
    const { id, key_id, day, model } = row as Record<string, unknown>
    return [id, key_id, day, model].join(' ')
  }
  return rows
    .map((row) => [name(row), row] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)
}

/** The ledger holds exactly these rows, and every roll-up is their sum. */
export async function expectLedger({ db }: Store, events: readonly UsageEvent[]): Promise<void> {
  const rows = await db.selectFrom('usage_events').selectAll().execute()
  expect(sorted(rows)).toEqual(sorted(events))
  const expected = expectedSums(events)
  const days = await db
    .selectFrom('usage_days')
    .select(['key_id', 'day', 'model', 'requests', 'input_tokens', 'cached_tokens'])
    .select(['output_tokens', 'reasoning_tokens', 'cost_nanos'])
    .where('requests', '>', 0)
    .execute()
  expect(sorted(days)).toEqual(sorted(expected.days))
  const keys = await db
    .selectFrom('key_usage')
    .select(['key_id', 'requests', 'cost_nanos'])
    .where('requests', '>', 0)
    .execute()
  expect(sorted(keys)).toEqual(sorted(expected.keys))
  const periods = await db.selectFrom('key_usage').select(KEY_PERIODS).where('requests', '>', 0).execute()
  expect(sorted(periods)).toEqual(sorted(expectedPeriods(events)))
  const persons = await db.selectFrom('usage_user_days').selectAll().execute()
  expect(byKey(persons)).toEqual(personDays(events))
  const named = await db.selectFrom('usage_subject_days').selectAll().execute()
  expect(byKey(named)).toEqual(subjectDays(events))
}

/** What the rows of `usage_subject_days` must be, by their keys. */
export function subjectDays(events: readonly UsageEvent[]): Map<string, object> {
  return daysOf(events, ({ organization_id, user_id, project_id, end_user, started_at }) =>
    [project_id ? `project:${project_id}` : [], end_user ? `end_user:${end_user}` : []]
      .flat()
      .map((subject) => ({ organization_id, user_id, subject, day: dayOf(started_at) })),
  )
}

/** What the rows of `usage_user_days` must be, by their keys. */
export function personDays(events: readonly UsageEvent[]): Map<string, object> {
  return daysOf(events, ({ organization_id, user_id, model, started_at }) => [
    { organization_id, user_id, day: dayOf(started_at), model },
  ])
}

/** Rows of a table of sums by day, by their keys, which are all that is text and the day. */
export function byKey(rows: readonly object[]): Map<string, object> {
  const isKey = ([name, value]: [string, unknown]) => name === 'day' || typeof value === 'string'
  return new Map(rows.map((row) => [JSON.stringify(Object.entries(row).filter(isKey).sort()), row]))
}

function daysOf(events: readonly UsageEvent[], keysOf: (event: UsageEvent) => object[]): Map<string, object> {
  const all = events.flatMap((event) => keysOf(event).map((key) => ({ key, event })))
  const groups = Object.values(Object.groupBy(all, ({ key }) => JSON.stringify(key)))
  return byKey(groups.map((group = []) => ({ ...group[0]?.key, ...sumsOf(group.map(({ event }) => event)) })))
}

/** The sums of some rows, worked out anew. */
export function sumsOf(events: readonly UsageEvent[]) {
  const sum = (of: (event: UsageEvent) => number) => events.reduce((all, event) => all + of(event), 0)
  return {
    requests: events.length,
    failed: events.filter(({ outcome }) => outcome === 'failed').length,
    input_tokens: sum((event) => event.input_tokens),
    cached_tokens: sum((event) => event.cached_tokens),
    output_tokens: sum((event) => event.output_tokens),
    reasoning_tokens: sum((event) => event.reasoning_tokens),
    duration_ms: sum((event) => Math.max(0, event.finished_at - event.started_at)),
    units: sum((event) => event.units),
    cost_nanos: events.reduce((all, event) => all + event.cost_nanos, 0n),
  }
}
