import type { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import type { Log } from '../lib/log.ts'
import type { HttpParts } from './parts.ts'

/** What is told of a request once it is answered. */
export interface Answered {
  readonly id: string
  readonly method: string
  /** The route's path, never the address that was asked for. */
  readonly path: string
  readonly milliseconds: number
  readonly address: string
  readonly key: VerifiedKey | undefined
  readonly raised: AppError | undefined
}

/** Counts an answered request, and logs it where the configuration asks for it. */
export function observe(parts: HttpParts, request: Answered, status: number): void {
  const { log } = parts.config
  const { id, method, path, milliseconds, key, raised } = request
  parts.observed(`${method} ${path}`, status, milliseconds)
  if (log.requests === 'none' || (log.requests === 'errors' && status < 400)) return
  parts.log.info(
    {
      request: id,
      method,
      route: path,
      status,
      ms: Math.round(milliseconds),
      address: request.address,
      ...(key && { key: key.key.id }),
      ...(raised && { code: raised.code }),
    },
    'request',
  )
}

/** The reason of a failure, which the client is not told. */
export function logFailure(log: Log, error: AppError, requestId: string): void {
  const cause = error.cause
  const reason =
    cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? undefined : String(cause)
  log.error({ request: requestId, code: error.code, reason }, 'request failed')
}
