import { AppError } from '../errors.ts'
import type { Route } from '../providers/catalogue.ts'
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
  /** The client left while a provider was at work. */
  readonly aborted: boolean

  constructor(error: AppError, route: Route | undefined, attempts: number, aborted: boolean) {
    super(error.message, { cause: error })
    this.error = error
    this.route = route
    this.attempts = attempts
    this.aborted = aborted
  }
}

const REFUSAL_BYTES_MOST = 65_536

/**
 * Sends the request to the first route that gives an answer. Another route is tried on 408, 429, 5xx and network
 * errors, and only here, where the client has not been sent a byte.
 *
 * @throws SendError
 */
export async function send(
  request: ModelRequest,
  { routes }: Choice,
  client: Client,
  now: () => number,
): Promise<Sent> {
  let last = new AppError('upstream_unavailable')
  let attempts = 0
  let tried: Route | undefined
  for (const route of routes) {
    const upstream = prepare(request, route, attempts)
    if (upstream instanceof AppError) {
      last = upstream
      continue
    }
    attempts++
    tried = route
    const attempt = new Attempt(route.provider, upstream)
    client.onGone(() => attempt.abort())
    try {
      const head = await attempt.head
      if (head.status >= 200 && head.status < 300) return { attempt, head, route, attempts }
      last = refusalOf(head, await attempt.readAll(REFUSAL_BYTES_MOST))
      if (!mayFallBack(head.status)) {
        // A refusal of the request itself says that the route is well.
        route.health.succeeded()
        break
      }
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error
      if (client.gone)
        throw new SendError(
          new AppError('upstream_error', { cause: 'the client left' }),
          route,
          attempts,
          true,
        )
      last = failureOf(error)
    }
    route.health.failed(now())
  }
  throw new SendError(last, tried, attempts, false)
}

/** A route that cannot serve the request is passed over; if none can, its reason is the answer. */
function prepare(request: ModelRequest, route: Route, attempts: number) {
  try {
    return upstreamRequest(request, route)
  } catch (error) {
    if (error instanceof AppError) return error
    throw new SendError(new AppError('internal_error', { cause: error }), route, attempts, false)
  }
}
