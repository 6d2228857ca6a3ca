import { AppError } from '../errors.ts'
import { larger } from '../lib/bigints.ts'
import { formatNanos } from '../lib/decimal.ts'
import type { Period } from '../lib/window.ts'
import type { Part, Refusal } from '../limits/decide.ts'
import type { Quota } from '../limits/quota.ts'

/** How soon to ask again when only requests in flight stand in the way, in seconds. */
const HOLDS_RETRY_SECONDS = 1

const WINDOW_SECONDS: Readonly<Partial<Record<Period, number>>> = { minute: 60, day: 86_400, week: 604_800 }

/** The answer to a request that a quota refused; it says which, what is left of it, and when to come back. */
export function refusalError(refusal: Refusal, nowMs: number): AppError {
  const { quota, left, needed, resetsAt, blockedByHolds } = refusal
  const wait = resetsAt === undefined ? undefined : Math.max(1, Math.ceil((resetsAt - nowMs) / 1000))
  const metadata = {
    limit_source: sourceOf(quota, blockedByHolds),
    subject: quota.subjectKind,
    unit: quota.unit,
    period: quota.period,
    limit: quota.amount === null ? null : amountText(quota, quota.amount),
    remaining: amountText(quota, left),
    needed: amountText(quota, needed),
    resets_at: resetsAt === undefined ? null : new Date(resetsAt).toISOString(),
  }
  const told = { metadata, headers: refusedHeaders(refusal, nowMs) }
  const blocked = blockedByHolds && quota.unit !== 'requests'
  if (quota.unit === 'in_flight' || (blocked && quota.unit === 'tokens')) {
    const message = `${nameOf(quota)} is taken by requests in flight; retry when one of them has ended`
    return new AppError('too_many_in_flight', { ...told, message, retryAfterSeconds: HOLDS_RETRY_SECONDS })
  }
  if (quota.unit !== 'credits') {
    const message = `${nameOf(quota)} is used up: ${metadata.needed} needed, ${metadata.remaining} left${untilText(resetsAt)}`
    if (wait === undefined) return new AppError('insufficient_quota', { ...told, message })
    return new AppError('rate_limit_exceeded', { ...told, message, retryAfterSeconds: wait })
  }
  if (blocked) {
    const message = `${nameOf(quota)} is held by requests in flight; retry when one of them has ended`
    return new AppError('budget_in_flight', { ...told, message, retryAfterSeconds: HOLDS_RETRY_SECONDS })
  }
  const message = `${nameOf(quota)} is used up: this request needs ${metadata.needed}, ${metadata.remaining} left${untilText(resetsAt)}`
  return new AppError('insufficient_quota', { ...told, message })
}

/** OpenRouter's `metadata.limit_source`, by which its clients tell a key's cap from an empty account; money's only. */
function sourceOf({ amount, subjectKind, unit }: Quota, blockedByHolds: boolean): string {
  if (unit !== 'credits') return `${subjectKind}_limit`
  if (blockedByHolds) return 'openrouter_in_flight_budget'
  if (amount === null) return 'openrouter_credits'
  return subjectKind === 'key' ? 'openrouter_key_limit' : `${subjectKind}_limit`
}

const UNIT_NAMES = {
  credits: 'credit',
  requests: 'request',
  tokens: 'token',
  in_flight: 'concurrency',
} as const

function nameOf({ amount, subjectKind, unit, period }: Quota): string {
  if (amount === null) return 'The balance'
  const subject = subjectKind.replace('_', ' ')
  return `The ${unit === 'credits' ? 'budget' : `${UNIT_NAMES[unit]} limit`} of this ${subject}${period === 'none' ? '' : ` per ${period}`}`
}

function untilText(resetsAt: number | undefined): string {
  return resetsAt === undefined ? '' : `, until ${new Date(resetsAt).toISOString()}`
}

function amountText({ unit }: Quota, amount: bigint): string {
  return unit === 'credits' ? formatNanos(amount) : amount.toString()
}

interface RateState {
  readonly quota: Quota
  readonly left: bigint
  readonly resetsAt: number | undefined
}

/**
 * The state of the rates that a request was counted in: EUrouter's `X-RateLimit-*` for the one with the fewest requests
 * left (`Reset` in Unix seconds), and all of them in the fields of draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateHeaders(states: readonly (RateState | Part)[], nowMs: number): Record<string, string> {
  const rates = states.filter(({ quota }) => isRate(quota))
  if (rates.length === 0) return {}
  const tightest = rates.reduce((least, state) => (state.left < least.left ? state : least))
  const seconds = ({ resetsAt = nowMs }: RateState) => Math.max(0, Math.ceil((resetsAt - nowMs) / 1000))
  return {
    'x-ratelimit-limit': `${tightest.quota.amount}`,
    'x-ratelimit-remaining': `${larger(tightest.left, 0n)}`,
    'x-ratelimit-reset': String(Math.ceil((tightest.resetsAt ?? nowMs) / 1000)),
    'ratelimit-policy': rates.map(({ quota }) => policyOf(quota)).join(', '),
    ratelimit: rates
      .map((state) => `"${policyName(state.quota)}";r=${larger(state.left, 0n)};t=${seconds(state)}`)
      .join(', '),
  }
}

function refusedHeaders({ quota, left, resetsAt }: Refusal, nowMs: number): Record<string, string> {
  return rateHeaders([{ quota, left, resetsAt }], nowMs)
}

/** Requests over a time; a budget of money is nobody's business but its owner's. */
function isRate({ unit, period }: Quota): boolean {
  return unit === 'requests' && period !== 'none'
}

function policyName({ subjectKind, period }: Quota): string {
  return `${subjectKind}-${period}`
}

function policyOf(quota: Quota): string {
  const window = WINDOW_SECONDS[quota.period]
  return `"${policyName(quota)}";q=${quota.amount}${window ? `;w=${window}` : ''}`
}
