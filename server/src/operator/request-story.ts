import type { QuotaShare, RequestStory } from '../ledger/explain-request.ts'
import { formatNanos } from '../lib/decimal.ts'
import { table } from './open.ts'

/** Names for the ids in a story; undefined for what has been removed since. */
export interface People {
  readonly keyName: string | undefined
  readonly keyLabel: string | undefined
  readonly email: string | undefined
}

/** How the cost of a request is known, in a sentence. */
const BASIS = {
  reported: 'the provider said how many tokens it used',
  counted: 'the provider did not say, so the tokens were counted here',
  held: 'its node died over it, so it was charged what was held; `refund` gives that back',
  none: 'nothing was sent to a provider, or the provider refused it',
} as const

const time = (at: number): string => new Date(at).toISOString()
const credits = (nanos: bigint): string => `${formatNanos(nanos)} credits`
const amount = (unit: string, value: bigint): string => (unit === 'credits' ? formatNanos(value) : `${value}`)

/** For programs: amounts are decimals, of credits where the unit is credits. */
export function viewStory(story: RequestStory, people: People) {
  const common = {
    id: story.id,
    state: story.state,
    key: story.key_id,
    key_name: people.keyName ?? null,
    user: people.email ?? story.user_id,
    organization_id: story.organization_id,
    project_id: story.project_id,
    end_user: story.end_user,
    model: story.model,
    endpoint: story.endpoint,
    started_at: time(story.started_at),
    price_version: story.price_version,
    quotas: story.quotas.map(viewShare),
    refunds: story.refunds.map((refund) => ({
      at: time(refund.at),
      counter: refund.counter,
      credits: formatNanos(refund.amount),
      note: refund.note,
      by: refund.by,
    })),
  }
  if (story.state === 'under way') {
    const { node, nodeAlive, sent, placedAt } = story
    return { ...common, node, node_alive: nodeAlive, sent, placed_at: time(placedAt) }
  }
  const optional = (nanos: bigint | null) => (nanos === null ? null : formatNanos(nanos))
  return {
    ...common,
    finished_at: time(story.finished_at),
    status: story.status,
    outcome: story.outcome,
    error_code: story.error_code,
    provider: story.provider,
    provider_model: story.provider_model,
    attempts: story.attempts,
    input_tokens: story.input_tokens,
    output_tokens: story.output_tokens,
    cost: formatNanos(story.cost_nanos),
    cost_basis: story.cost_basis,
    cost_basis_means: BASIS[story.cost_basis],
    held: optional(story.held_nanos),
    overrun: optional(story.overrun_nanos),
  }
}

function viewShare({ counter, unit, window, held, charged, now }: QuotaShare) {
  return {
    counter,
    unit,
    window: window === 0 ? null : time(window),
    held: amount(unit, held),
    charged: charged === undefined ? null : amount(unit, charged),
    now: now
      ? {
          window: now.window === 0 ? null : time(now.window),
          spent: amount(unit, now.spent),
          held: amount(unit, now.held),
          granted: amount(unit, now.granted),
        }
      : null,
  }
}

/** For people. */
export function storyLines(story: RequestStory, people: People): string[] {
  const { key_id, project_id, end_user, model, endpoint, streamed, price_version } = story
  const key = people.keyName === undefined ? 'a key that is gone' : `“${people.keyName}” (${people.keyLabel})`
  return [
    story.id,
    line('who', `${people.email ?? story.user_id} by ${key}, ${key_id}`),
    ...(project_id == null ? [] : [line('project', project_id)]),
    ...(end_user == null ? [] : [line('end user', end_user)]),
    line('came', `${time(story.started_at)}, ${endpoint} for ${model}${streamed ? ', streamed' : ''}`),
    ...(story.state === 'settled' ? settledLines(story) : underWayLines(story)),
    line('prices', price_version ?? 'none'),
    ...quotaLines(story.quotas),
    ...story.refunds.map(({ at, counter, amount, note, by }) =>
      line(
        'refund',
        `${time(at)}, ${credits(amount)} to ${counter} by ${by}${note === null ? '' : `: ${note}`}`,
      ),
    ),
  ]
}

function settledLines(story: Extract<RequestStory, { state: 'settled' }>): string[] {
  const { status, outcome, error_code, attempts, provider, provider_model, overrun_nanos } = story
  const error = error_code === null ? '' : ` (${error_code})`
  const at = provider === null ? '' : `, at ${provider}/${provider_model}`
  return [
    line('ended', `${time(story.finished_at)}, ${outcome} with ${status}${error}, attempts ${attempts}${at}`),
    line('tokens', `${story.input_tokens} in (${story.cached_tokens} cached), ${story.output_tokens} out`),
    line('cost', `${credits(story.cost_nanos)}, ${story.cost_basis}: ${BASIS[story.cost_basis]}`),
    ...(story.held_nanos === null ? [] : [line('held', `${credits(story.held_nanos)} before it was sent`)]),
    ...(overrun_nanos === null || overrun_nanos === 0n
      ? []
      : [line('overrun', `${credits(overrun_nanos)} beyond what was held; nobody was charged that`)]),
  ]
}

function underWayLines(story: Extract<RequestStory, { state: 'under way' }>): string[] {
  const sent = story.sent ? 'it may have reached a provider' : 'it has not been sent to a provider'
  const node = story.nodeAlive
    ? `node ${story.node} answers for it`
    : `node ${story.node} is gone: any node that runs closes it within 30 s, ${story.sent ? 'charged as held' : 'at no charge'}`
  return [line('state', `under way, held since ${time(story.placedAt)}; ${sent}; ${node}`)]
}

function quotaLines(quotas: readonly QuotaShare[]): string[] {
  if (quotas.length === 0) return [line('quotas', 'none applied')]
  const rows = quotas.map(({ counter, unit, window, held, charged, now }) => [
    counter,
    window === 0 ? 'always' : time(window),
    amount(unit, held),
    charged === undefined ? '-' : amount(unit, charged),
    now === undefined ? 'no counter' : counterNow(unit, window, now),
  ])
  return ['', table(['COUNTER', 'WINDOW', 'HELD', 'CHARGED', 'THE COUNTER NOW'], rows), '']
}

function counterNow(unit: string, window: number, now: NonNullable<QuotaShare['now']>): string {
  const granted = now.granted === 0n ? '' : `, granted ${amount(unit, now.granted)}`
  const later = now.window === window ? '' : ` in the window from ${time(now.window)}`
  return `spent ${amount(unit, now.spent)}, held ${amount(unit, now.held)}${granted}${later}`
}

const line = (what: string, text: string): string => `  ${what.padEnd(10)}${text}`
