import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppError } from '../errors.ts'
import type { Log } from '../lib/log.ts'
import type { HttpParts } from './parts.ts'

/** Counts an answered request, and logs it where the configuration asks for it. */
export function observe(parts: HttpParts, request: FastifyRequest, reply: FastifyReply): void {
  const { log } = parts.config
  const path = request.row?.path ?? request.routeOptions.config?.route?.path ?? 'unmatched'
  const status = reply.raw.statusCode
  parts.observed(`${request.method} ${path}`, status, reply.elapsedTime)
  if (log.requests === 'none' || (log.requests === 'errors' && status < 400)) return
  parts.log.info(
    {
      request: request.id,
      method: request.method,
      route: path,
      status,
      ms: Math.round(reply.elapsedTime),
      address: request.ip,
      ...(request.verified && { key: request.verified.key.id }),
      ...(request.raised && { code: request.raised.code }),
    },
    'request',
  )
}

/** The reason of a failure, which the client is not told. */
export function logFailure(log: Log, error: AppError, request: FastifyRequest): void {
  const cause = error.cause
  const reason =
    cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? undefined : String(cause)
  log.error({ request: request.id, code: error.code, reason }, 'request failed')
}
