import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { formatNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import { parseTime } from '../../lib/time.ts'
import { DAY_MS } from '../../lib/window.ts'
import { listUsage } from '../../usage/list-usage.ts'
import { summarizeUsage, type UsageFilter, type UsageGroup } from '../../usage/usage.ts'
import { Sought } from '../dashboard/page.ts'
import { type Context, keyOf, type Route, route } from '../route.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

const FILTERS = {
  from: Type.Optional(
    Type.String({ description: 'ISO 8601 time; rows that started then or later', maxLength: 40 }),
  ),
  to: Type.Optional(Type.String({ description: 'ISO 8601 time; rows that started before', maxLength: 40 })),
  model: Type.Optional(Sought(128)),
  key: Type.Optional(Sought(64, 'The `hash` of a key')),
  end_user: Type.Optional(Sought(256)),
  project_id: Type.Optional(Sought(64)),
}

const PageQuery = Type.Object({
  page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }),
  per_page: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  ...FILTERS,
})

const SummaryQuery = Type.Object({
  group_by: Type.Enum(['model', 'end_user', 'key', 'project', 'day'], { default: 'model' }),
  ...FILTERS,
})

const COST = Type.String({ description: 'With the currency’s symbol, e.g. `$0.0100`' })

const Item = Type.Object({
  id: Type.String({ description: 'The request id' }),
  created_at: Type.String(),
  finished_at: Type.String(),
  model: Type.String(),
  endpoint: Type.String(),
  key: Type.String({ description: 'The `hash` of the key' }),
  end_user: Nullable(Type.String()),
  project_id: Nullable(Type.String()),
  provider: Nullable(Type.String()),
  status: Type.Integer(),
  outcome: Type.String(),
  error_code: Nullable(Type.String()),
  streamed: Type.Boolean(),
  input_tokens: Type.Integer(),
  cached_tokens: Type.Integer(),
  output_tokens: Type.Integer(),
  reasoning_tokens: Type.Integer(),
  units: Type.Integer({ description: 'Input and output tokens together; of a generation files or seconds' }),
  cost: COST,
  cost_credits: Type.String({ description: 'The same as a plain decimal, exact' }),
  cost_basis: Type.String({
    description:
      '`reported` by the provider, `counted` by rule, `held`: its node died over it and what was held is charged, `none`: nothing was used',
  }),
  attempts: Type.Integer(),
  first_byte_ms: Nullable(Type.Integer()),
})

const UsageList = Type.Object({
  data: Type.Object({
    items: Type.Array(Item),
    pagination: Type.Object({
      page: Type.Integer(),
      per_page: Type.Integer(),
      total: Type.Integer(),
      total_pages: Type.Integer(),
    }),
  }),
  error: Type.Null(),
})

const UsageSummary = Type.Object({
  data: Type.Array(
    Type.Object({
      model: Type.Optional(Nullable(Type.String())),
      end_user: Type.Optional(Nullable(Type.String())),
      key: Type.Optional(Nullable(Type.String())),
      project: Type.Optional(Nullable(Type.String())),
      day: Type.Optional(Nullable(Type.String())),
      total_units: Type.Integer(),
      total_cost: COST,
      total_cost_credits: Type.String(),
      request_count: Type.Integer(),
      input_tokens: Type.Integer(),
      cached_tokens: Type.Integer(),
      output_tokens: Type.Integer(),
      reasoning_tokens: Type.Integer(),
    }),
  ),
  error: Type.Null(),
})

/** Usage of the keys of the calling key's user in its organisation (EggAPI's two endpoints). */
export function usageRoutes(deps: Deps): Route[] {
  const cost = (nanos: bigint) =>
    `${deps.config.credits.symbol}${nanos === 0n ? '0.00' : formatNanos(nanos, 4)}`
  return [
    route({
      method: 'GET',
      path: '/v1/usage',
      surface: 'envelope',
      access: { key: 'usage:read' },
      tag: 'Usage',
      summary: 'List usage records, newest first',
      query: PageQuery,
      replies: { 200: UsageList },
      errors: ['invalid_request'],
      async run(context) {
        const { page, per_page } = context.query
        const { items, total } = await listUsage(deps, filterOf(context), { number: page, size: per_page })
        const data = {
          items: items.map((row) => ({
            id: row.id,
            created_at: new Date(row.started_at).toISOString(),
            finished_at: new Date(row.finished_at).toISOString(),
            model: row.model,
            endpoint: row.endpoint,
            key: row.key_id,
            end_user: row.end_user,
            project_id: row.project_id,
            provider: row.provider,
            status: row.status,
            outcome: row.outcome,
            error_code: row.error_code,
            streamed: row.streamed === 1,
            input_tokens: row.input_tokens,
            cached_tokens: row.cached_tokens,
            output_tokens: row.output_tokens,
            reasoning_tokens: row.reasoning_tokens,
            units: row.input_tokens + row.output_tokens + row.units,
            cost: cost(row.cost_nanos),
            cost_credits: formatNanos(row.cost_nanos),
            cost_basis: row.cost_basis,
            attempts: row.attempts,
            first_byte_ms: row.first_byte_ms,
          })),
          pagination: { page, per_page, total, total_pages: Math.ceil(total / per_page) },
        }
        return { body: { data, error: null } }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/usage/summary',
      surface: 'envelope',
      access: { key: 'usage:read' },
      tag: 'Usage',
      summary: 'Sums of usage, by model unless another grouping is asked for',
      query: SummaryQuery,
      replies: { 200: UsageSummary },
      errors: ['invalid_request'],
      async run(context) {
        const group = context.query.group_by as UsageGroup
        const sums = await summarizeUsage(deps, filterOf(context), group)
        const data = sums.map((sum) => ({
          [group]:
            group === 'day' ? new Date(Number(sum.subject) * DAY_MS).toISOString().slice(0, 10) : sum.subject,
          total_units: sum.input_tokens + sum.output_tokens + sum.units,
          total_cost: cost(sum.cost_nanos),
          total_cost_credits: formatNanos(sum.cost_nanos),
          request_count: Number(sum.requests),
          input_tokens: sum.input_tokens,
          cached_tokens: sum.cached_tokens,
          output_tokens: sum.output_tokens,
          reasoning_tokens: sum.reasoning_tokens,
        }))
        return { body: { data, error: null } }
      },
    }),
  ]
}

interface Filters {
  readonly from?: string
  readonly to?: string
  readonly model?: string
  readonly key?: string
  readonly end_user?: string
  readonly project_id?: string
}

function filterOf(context: Pick<Context<unknown, Filters>, 'key' | 'query'>): UsageFilter {
  const { key } = keyOf(context)
  const { from, to, model, key: keyId, end_user, project_id } = context.query
  return {
    organizationId: key.organizationId,
    userId: key.userId,
    ...(from !== undefined && { from: timeOf(from, 'from') }),
    ...(to !== undefined && { to: timeOf(to, 'to') }),
    ...(model !== undefined && { model }),
    ...(keyId !== undefined && { keyId }),
    ...(end_user !== undefined && { endUser: end_user }),
    ...(project_id !== undefined && { projectId: project_id }),
  }
}

function timeOf(text: string, param: string): number {
  const time = parseTime(text)
  if (time === undefined) {
    throw new AppError('invalid_request', {
      message: `${param} must be an ISO 8601 time with a zone, e.g. 2026-01-31T00:00:00Z`,
      param,
    })
  }
  return time
}
