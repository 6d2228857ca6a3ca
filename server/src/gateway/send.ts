import { AppError } from '../errors.ts'
import type { Route } from '../providers/catalogue.ts'
import type { UpstreamRequest } from '../providers/provider.ts'
import { type AnswerHead, Attempt, AttemptError } from './attempt.ts'
import type { Choice } from './choose.ts'
import type { Client } from './client.ts'
import type { ModelRequest } from './model-request.ts'
import { upstreamRequest } from './upstream-body.ts'
import { failureOf, mayFallBack, refusalOf } from './upstream-error.ts'

export interface Sent {
  readonly attempt: Attempt
  readonly head: AnswerHead
  readonly route: Route
  /** How many routes were tried, this one included. */
  readonly attempts: number
}

/** No route gave an answer; what the row must say of it stands beside the public error. */
export class SendError extends Error {
  readonly error: AppError
  readonly route: Route | undefined
  readonly attempts: number
  /** Whether a provider may have got the request. */
  readonly reached: boolean
  /** The client left before there was an answer. */
  readonly aborted: boolean
  /** A provider was at work then. */
  readonly worked: boolean

  constructor(
    error: AppError,
    route: Route | undefined,
    attempts: number,
    reached: boolean,
    left: { readonly aborted: boolean; readonly worked: boolean } = { aborted: false, worked: false },
  ) {
    super(error.message, { cause: error })
    this.error = error
    this.route = route
    this.attempts = attempts
    this.reached = reached
    this.aborted = left.aborted
    this.worked = left.worked
  }
}

/** What an admission allows. */
export interface SendLimits {
  /** The longest answer, in tokens, that was paid for. */
  readonly outputTokens: number
  /**
   * Asked when a provider can be connected to, and before it is sent a byte: notes durably that the request may be
   * out. False when it may not be sent any more. Absent: it is noted already.
   */
  readonly mayReach: (() => Promise<boolean>) | undefined
}

const REFUSAL_BYTES_MOST = 1_048_576

/**
 * Sends the request to the first route that gives an answer. Another route is tried on 401, 403, 408, 429, 5xx and network
 * errors, and only here, where the client has not been sent a byte.
 *
 * @throws SendError
 */
export async function send(
  request: ModelRequest,
  { routes }: Choice,
  client: Client,
  now: () => number,
  limits?: SendLimits,
): Promise<Sent> {
  let last: AppError | undefined
  let mayReach = limits?.mayReach
  let reached = false
  let attempts = 0
  let tried: Route | undefined
  const handed: Handed = { over: false }
  for (const route of routes) {
    const upstream = prepare(request, route, attempts, limits)
    if (upstream instanceof AppError) {
      last = upstream
      continue
    }
    if (client.gone) throw abandoned(tried, attempts, reached, false)
    attempts++
    tried = route
    let worked = true
    let attempt: Attempt | undefined
    try {
      if (mayReach) {
        await connectable(route)
        if (!(await mayReach())) throw new SendError(new AppError('store_unavailable'), route, 0, false)
        mayReach = undefined
        if (client.gone) throw abandoned(route, attempts, reached, false)
      }
      attempt = begin(route, upstream, client, handed)
      const head = await attempt.head
      reached = true
      if (head.status >= 200 && head.status < 300) {
        if (client.gone) throw abandoned(route, attempts, reached, worked)
        handed.over = true
        return { attempt, head, route, attempts }
      }
      worked = false
      const text = (await attempt.readStart(REFUSAL_BYTES_MOST)).toString('utf8')
      if (client.gone) throw new AttemptError('aborted', 'aborted')
      last = refusalOf(head, route.provider.hideCredentials(text))
      if (!mayFallBack(head.status)) {
        // A refusal of the request itself says that the route is well.
        route.health.succeeded()
        break
      }
    } catch (error) {
      if (error instanceof SendError) throw error
      if (error instanceof AppError) throw new SendError(error, route, attempts, reached)
      // What waited in our own pool, or was not even begun, no provider has seen.
      const begun = attempt?.begun ?? false
      if (begun && !(error instanceof AttemptError && error.kind === 'connect')) reached = true
      if (client.gone) throw abandoned(route, attempts, reached, worked && begun)
      // Not one of the network's failures but our own: it must leave a row, too.
      if (!(error instanceof AttemptError)) throw internal(error, route, attempts, reached)
      last = failureOf(error)
    }
    route.health.failed(now())
  }
  throw new SendError(last ?? new AppError('upstream_unavailable'), tried, attempts, reached)
}

interface Handed {
  over: boolean
}

/** Ends with its client, until it is handed over: whoever takes the body knows what becomes of it then. */
function begin({ provider }: Route, request: UpstreamRequest, client: Client, handed: Handed): Attempt {
  const attempt = new Attempt(provider, request)
  client.onGone(() => {
    if (!handed.over) attempt.abort()
  })
  return attempt
}

function abandoned(route: Route | undefined, attempts: number, reached: boolean, worked: boolean): SendError {
  const error = new AppError('upstream_error', { cause: 'the client left' })
  return new SendError(error, route, attempts, reached, { aborted: true, worked })
}

function internal(cause: unknown, route: Route, attempts: number, reached: boolean): SendError {
  return new SendError(new AppError('internal_error', { cause }), route, attempts, reached)
}

/** A route that cannot serve the request is passed over; if none can, its reason is the answer. */
function prepare(request: ModelRequest, route: Route, attempts: number, limits: SendLimits | undefined) {
  try {
    return upstreamRequest(request, route, limits?.outputTokens)
  } catch (error) {
    if (error instanceof AppError) return error
    throw internal(error, route, attempts, attempts > 0)
  }
}

/** @throws AttemptError `connect` */
async function connectable({ provider }: Route): Promise<void> {
  const failure = await provider.connect()
  if (failure) throw new AttemptError(failure.kind, failure.message)
}
