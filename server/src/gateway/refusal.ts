import { AppError, type ErrorCode } from '../errors.ts'
import { larger } from '../lib/bigints.ts'
import { formatNanos } from '../lib/decimal.ts'
import type { Period } from '../lib/window.ts'
import { isBeyondLimit, type Part, type Refusal } from '../limits/decide.ts'
import { affordableOutput, type Demand } from '../limits/demand.ts'
import type { Quota, Unit } from '../limits/quota.ts'

/** How soon to ask again when only requests in flight stand in the way, in seconds. */
const HOLDS_RETRY_SECONDS = 1

const WINDOW_SECONDS: Readonly<Partial<Record<Period, number>>> = { minute: 60, day: 86_400, week: 604_800 }

/** What the caller can make smaller of a request that is larger than a whole limit. */
export interface Asked {
  readonly demand: Demand
  /** The name under which the client set the length of the answer; undefined: it set none. */
  readonly maximumField: string | undefined
}

/**
 * The answer to a request that a quota refused; it says which, what is left of it, and when to come back.
 *
 * @param asked absent where nothing of the request decides how much it takes but what it is
 */
export function refusalError(refusal: Refusal, nowMs: number, asked?: Asked): AppError {
  const { quota, left, resetsAt, blockedByHolds } = refusal
  // Of a budget that is spent that is to be said first, however small it was.
  if (isBeyondLimit(refusal) && (quota.unit !== 'credits' || left > 0n))
    return tooLarge(refusal, nowMs, asked)
  const wait = resetsAt === undefined ? undefined : Math.max(1, Math.ceil((resetsAt - nowMs) / 1000))
  const metadata = metadataOf(refusal)
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
  const smaller = asked && fittingMaximum(asked, quota.unit, left)
  const message = `${nameOf(quota)} is used up: this request needs ${metadata.needed}, ${metadata.remaining} left${untilText(resetsAt)}${smaller ? `. ${smaller}` : ''}`
  return new AppError('insufficient_quota', { ...told, message })
}

function metadataOf({ quota, left, needed, resetsAt, blockedByHolds }: Refusal) {
  return {
    limit_source: sourceOf(quota, blockedByHolds),
    subject: quota.subjectKind,
    unit: quota.unit,
    period: quota.period,
    limit: quota.amount === null ? null : amountText(quota, quota.amount),
    remaining: amountText(quota, left),
    needed: amountText(quota, needed),
    resets_at: resetsAt === undefined ? null : new Date(resetsAt).toISOString(),
  }
}

/** No wait helps, so none is named, and `openai` is told not to try: by itself it repeats every 429. */
function tooLarge(refusal: Refusal, nowMs: number, asked: Asked | undefined): AppError {
  const { quota, needed } = refusal
  const amount = quota.amount ?? 0n
  const { advice, param } = smallerThan(quota, amount, asked)
  const message = `This request is larger than a limit: it may take ${amountText(quota, needed)}, and ${nameOf(quota, 'the')} is ${amountText(quota, amount)} in all. ${advice}`
  const headers = { ...refusedHeaders(refusal, nowMs), 'x-should-retry': 'false' }
  return new AppError(codeOf(refusal), {
    metadata: metadataOf(refusal),
    headers,
    message,
    ...(param && { param }),
  })
}

function codeOf({ quota: { unit }, resetsAt }: Refusal): ErrorCode {
  if (unit === 'in_flight') return 'too_many_in_flight'
  return unit === 'credits' || resetsAt === undefined ? 'insufficient_quota' : 'rate_limit_exceeded'
}

/** What to ask for instead, and by which field. */
function smallerThan({ unit }: Quota, amount: bigint, asked: Asked | undefined) {
  if (!asked || unit === 'requests' || unit === 'in_flight') {
    return { advice: 'Waiting does not help; the limit must be raised.' }
  }
  const advice = fittingMaximum(asked, unit, amount)
  if (advice) return { advice, param: asked.maximumField }
  return { advice: 'Its input alone may take more than that: send less, or have the limit raised.' }
}

/** The length of an answer that an amount pays for beside the input; undefined where the client set none, or none fits. */
function fittingMaximum({ demand, maximumField }: Asked, unit: Unit, amount: bigint): string | undefined {
  const longest = affordableOutput(demand, unit, amount)
  return maximumField && longest >= 1 ? `Send ${maximumField} of ${longest} at the most.` : undefined
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

function nameOf({ amount, subjectKind, unit, period }: Quota, the: 'The' | 'the' = 'The'): string {
  if (amount === null) return `${the} balance`
  const subject = subjectKind.replace('_', ' ')
  return `${the} ${unit === 'credits' ? 'budget' : `${UNIT_NAMES[unit]} limit`} of this ${subject}${period === 'none' ? '' : ` per ${period}`}`
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
