import type { Static } from 'typebox'
import { formatNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import { DAY_MS } from '../../lib/window.ts'
import type { ListedUsage, NamedThing } from '../../usage/explore.ts'
import type { Sums, UsageSummary } from '../../usage/summary.ts'
import { Nullable, NullableText, Sought } from './page.ts'

/** What every question about usage can be narrowed to. */
export const SUBJECTS = {
  model: Type.Optional(Sought(128)),
  key: Type.Optional(Sought(128, 'The `hash` of a key')),
  project: Type.Optional(Sought(64, 'The id of a project')),
  end_user: Type.Optional(Sought(256)),
  user: Type.Optional(Sought(64, 'The id of a member; members see themselves only')),
}

/** Whole UTC days, as sums are kept. */
export const DAYS = {
  from: Type.Optional(
    Type.String({
      description: 'First UTC day, e.g. 2026-01-31; 29 days before the last unless set',
      maxLength: 10,
    }),
  ),
  to: Type.Optional(Type.String({ description: 'Last UTC day; today unless set', maxLength: 10 })),
}

export const GROUPS = ['model', 'key', 'project', 'end_user', 'user'] as const

const Credits = Type.String({ description: 'Credits as a plain decimal, exact' })
const Milliseconds = Nullable(Type.Integer({ description: 'Milliseconds; null without any request' }))

const SUMS = {
  requests: Type.Integer(),
  failed: Type.Integer(),
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  spend: Credits,
  mean_latency_ms: Milliseconds,
}

const Summed = Type.Object(SUMS)

const Group = Type.Object({
  id: Type.Union([Type.String(), Type.Null()], { description: 'null: requests that name none' }),
  name: Type.String({ description: 'What to show: the name of the key, project or user; else the id' }),
  label: Type.Union([Type.String(), Type.Null()], {
    description: 'Of a key its visible part, of a user the e-mail address',
  }),
  ...SUMS,
  spend_by_day: Type.Array(Credits, { description: 'One for each of `days`' }),
  requests_by_day: Type.Array(Type.Integer(), { description: 'One for each of `days`' }),
})

export const Summary = Type.Object({
  from: Type.String({ description: 'First UTC day' }),
  to: Type.String({ description: 'Last UTC day, included' }),
  group: Type.String(),
  totals: Summed,
  days: Type.Array(Type.Object({ day: Type.String(), ...SUMS }), {
    description: 'Every day of the range, those without requests too',
  }),
  groups: Type.Array(Group, { description: 'The ten that spent most' }),
  rest: Type.Union([Type.Object({ groups: Type.Integer(), ...SUMS }), Type.Null()], {
    description: 'All others together; null when there are none',
  }),
})

export const Latency = Type.Object({
  requests: Type.Integer({ description: 'How many of the newest completed requests were looked at' }),
  p50_ms: Milliseconds,
  p95_ms: Milliseconds,
  first_byte_p50_ms: Milliseconds,
  first_byte_p95_ms: Milliseconds,
})

const KeyName = Type.Object({
  hash: Type.String(),
  name: NullableText,
  label: NullableText,
})

export const UsageItem = Type.Object({
  id: Type.String({ description: 'The request id' }),
  created_at: Type.String(),
  duration_ms: Type.Integer(),
  first_byte_ms: Nullable(Type.Integer()),
  endpoint: Type.String(),
  model: Type.String(),
  provider: NullableText,
  provider_model: NullableText,
  key: KeyName,
  user: Type.Object({ id: Type.String(), name: NullableText, email: NullableText }),
  project: Nullable(Type.Object({ id: Type.String(), name: NullableText })),
  end_user: NullableText,
  streamed: Type.Boolean(),
  status: Type.Integer({ description: 'The status that the client was answered with' }),
  outcome: Type.Enum(['completed', 'incomplete', 'failed', 'aborted']),
  error_code: NullableText,
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  units: Type.Integer({ description: 'Files or seconds of a generation' }),
  cost: Credits,
  cost_basis: Type.Enum(['reported', 'counted', 'held', 'none']),
  attempts: Type.Integer(),
})

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

function sumsOf(sums: Sums): Static<typeof Summed> {
  const { cost, duration, ...counts } = sums
  return {
    ...counts,
    spend: formatNanos(cost),
    mean_latency_ms: sums.requests === 0 ? null : Math.round(duration / sums.requests),
  }
}

export function summaryObject(summary: UsageSummary): Static<typeof Summary> {
  const { firstDay, lastDay, group, totals, days, groups, rest } = summary
  return {
    from: dayText(firstDay),
    to: dayText(lastDay),
    group,
    totals: sumsOf(totals),
    days: days.map(({ day, ...sums }) => ({ day: dayText(day), ...sumsOf(sums) })),
    groups: groups.map(({ id, name, label, costByDay, requestsByDay, ...sums }) => ({
      id,
      name,
      label,
      ...sumsOf(sums),
      spend_by_day: costByDay.map((cost) => formatNanos(cost)),
      requests_by_day: [...requestsByDay],
    })),
    rest: rest && { groups: rest.groups, ...sumsOf(rest) },
  }
}

function named(thing: NamedThing | undefined) {
  return { name: thing?.name ?? null, label: thing?.label ?? null }
}

export function usageItem({ row, key, user, project }: ListedUsage): Static<typeof UsageItem> {
  return {
    id: row.id,
    created_at: new Date(row.started_at).toISOString(),
    duration_ms: Math.max(0, row.finished_at - row.started_at),
    first_byte_ms: row.first_byte_ms,
    endpoint: row.endpoint,
    model: row.model,
    provider: row.provider,
    provider_model: row.provider_model,
    key: { hash: row.key_id, ...named(key) },
    user: { id: row.user_id, name: user?.name ?? null, email: user?.label ?? null },
    project: row.project_id === null ? null : { id: row.project_id, name: project?.name ?? null },
    end_user: row.end_user,
    streamed: row.streamed === 1,
    status: row.status,
    outcome: row.outcome,
    error_code: row.error_code,
    input_tokens: row.input_tokens,
    cached_tokens: row.cached_tokens,
    output_tokens: row.output_tokens,
    reasoning_tokens: row.reasoning_tokens,
    units: row.units,
    cost: formatNanos(row.cost_nanos),
    cost_basis: row.cost_basis,
    attempts: row.attempts,
  }
}
