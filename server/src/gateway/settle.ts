import type { AppError } from '../errors.ts'
import type { Charge, Hold } from '../ledger/entry.ts'
import { heldNanos } from '../ledger/lost-event.ts'
import type { Route } from '../providers/catalogue.ts'
import { costOf, NO_TOKENS, type Price, type Tokens } from '../usage/price.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import type { ModelRequest } from './model-request.ts'
import { countTokens } from './usage-reader.ts'

/** How a request ended, as far as its row is concerned. */
export interface Ending {
  readonly outcome: UsageEvent['outcome']
  readonly status: number
  readonly error?: AppError
  readonly route: Route | undefined
  readonly attempts: number
  /** Whether a provider may have got the request. */
  readonly reached: boolean
  readonly firstByteAt?: number
  /** What the provider reported; undefined when it reported nothing. */
  readonly reported: Tokens | undefined
  /** What it reported before its answer was over: the output is that at least. */
  readonly early?: Tokens | undefined
  /** Bytes of text that were passed on, where nothing was reported; undefined when no provider did any work. */
  readonly textBytes: number | undefined
}

export interface Priced {
  readonly id: string
  readonly contextWindow: number
  /** Absent: the model has no price and costs nothing. */
  readonly price: Price | undefined
}

/**
 * The usage row of a request that has ended: reported tokens where there are any, else counted ones, else none. It is
 * charged no more than was held; what a provider reports beyond that is an overrun.
 */
export function usageEvent(
  request: ModelRequest,
  model: Priced,
  ending: Ending,
  finishedAt: number,
  hold?: Hold,
): UsageEvent {
  const { tokens, basis } = tokensOf(request, model, ending)
  const cost = model.price ? costOf(model.price, tokens) : 0n
  const held = hold ? heldNanos(hold) : null
  const charged = held !== null && held < cost ? held : cost
  const { caller } = request
  return {
    id: request.requestId,
    started_at: request.startedAt,
    finished_at: finishedAt,
    organization_id: caller.organizationId,
    user_id: caller.userId,
    key_id: caller.id,
    secret_id: caller.secretId,
    project_id: request.projectId,
    end_user: request.endUserId,
    endpoint: request.endpoint,
    model: model.id,
    provider: ending.route?.provider.id ?? null,
    provider_model: ending.route?.model ?? null,
    streamed: request.streamed ? 1 : 0,
    status: ending.status,
    outcome: ending.outcome,
    error_code: ending.error?.code ?? null,
    cost_basis: basis,
    input_tokens: tokens.input,
    cached_tokens: tokens.cached,
    output_tokens: tokens.output,
    reasoning_tokens: tokens.reasoning,
    cost_nanos: charged,
    price_version: model.price?.version ?? null,
    attempts: ending.attempts,
    first_byte_ms:
      ending.firstByteAt === undefined ? null : Math.max(0, ending.firstByteAt - request.startedAt),
    held_nanos: held,
    overrun_nanos: cost > charged ? cost - charged : null,
    charges: null,
    units: 0,
  }
}

/** What a request takes of its quotas; one that reached no provider takes nothing. */
export function chargeOf(event: UsageEvent, { reached }: Ending): Charge {
  return {
    credits: event.cost_nanos,
    tokens: BigInt(event.input_tokens + event.output_tokens),
    requests: reached ? 1n : 0n,
  }
}

function tokensOf(
  request: ModelRequest,
  model: Priced,
  ending: Ending,
): { tokens: Tokens; basis: UsageEvent['cost_basis'] } {
  if (ending.reported) return { tokens: ending.reported, basis: 'reported' }
  if (ending.textBytes === undefined) return { tokens: NO_TOKENS, basis: 'none' }
  const counted = countTokens(request.body.length, ending.textBytes, model.contextWindow)
  const { early } = ending
  const tokens = early ? { ...early, output: Math.max(early.output, counted.output) } : counted
  return { tokens, basis: 'counted' }
}
