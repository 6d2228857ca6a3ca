import { Ajv } from 'ajv'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import type { KeyVerifier } from '../keys/verify.ts'
import { orderedId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { authenticate } from './authenticate.ts'
import { renderError } from './render.ts'
import type { Context, Route, Surface } from './route.ts'
import { pathMatcher, surfaceOf } from './route-table.ts'
import { SECURITY_HEADERS, SocketClient } from './socket-client.ts'
import { toAppError } from './unknown-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    verified: VerifiedKey | undefined
    raised: AppError | undefined
  }
  interface FastifyContextConfig {
    route?: Route
  }
}

export interface HttpParts {
  readonly config: Config
  readonly log: Log
  readonly verifier: KeyVerifier
  /** Whether an unknown error says that the database cannot be asked. */
  readonly isStoreFailure: (error: unknown) => boolean
  /** Notes the use of a secret that leaves no usage row. */
  readonly touched: (key: VerifiedKey) => void
  readonly observed: (route: string, status: number, milliseconds: number) => void
}

/** Marks a scope whose routes are a plugin's (documents, static files): open, without rows of their own. */
export const PLUGIN_SCOPE = 'openPluginScope'

const MANAGEMENT_BODY_BYTES = 1_048_576
const CHECK_CONNECTIONS_MS = 2000
const HEADER_BYTES = 16_384

/**
 * The HTTP server over a route table. Fastify routes and checks; everything that decides is in the steps named here.
 *
 * @param prepare registers what must see the routes come, before them
 */
export async function createServer(
  parts: HttpParts,
  routes: readonly Route[],
  prepare: (app: FastifyInstance) => Promise<void>,
): Promise<FastifyInstance> {
  const { config } = parts
  const app = fastify({
    logger: false,
    genReqId: () => orderedId('req_', Date.now()),
    bodyLimit: MANAGEMENT_BODY_BYTES,
    requestTimeout: config.http.requestTimeoutMs,
    keepAliveTimeout: config.http.keepAliveTimeoutMs,
    http: {
      headersTimeout: Math.min(config.http.headersTimeoutMs, config.http.requestTimeoutMs - 1),
      // Without a short interval neither timeout cuts a slow sender in time.
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
      maxHeaderSize: HEADER_BYTES,
    },
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    clientErrorHandler: refuseSocket,
  })
  app.decorateRequest('verified', undefined)
  app.decorateRequest('raised', undefined)
  setParsers(app)
  setValidators(app)
  demandRows(app)
  await prepare(app)
  app.addHook('onRequest', async (request) => refuseAmbiguousHost(request))
  app.addHook('onSend', async (request, reply, payload) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id })
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
  app.addHook('onResponse', async (request, reply) => observe(parts, request, reply))
  const render = (error: AppError, surface: Surface, request: FastifyRequest, reply: FastifyReply) => {
    const { status, headers, body } = renderError(error, surface, request.id, config.brand)
    request.raised = error
    return reply
      .code(status)
      .headers(headers)
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(body)
  }
  app.setErrorHandler((error, request, reply) => {
    const known = toAppError(error, parts.isStoreFailure)
    if (known.status >= 500) logFailure(parts.log, known, request)
    return render(known, surfaceOf(request), request, reply)
  })
  const allowed = pathMatcher(routes)
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed(request.url)
    const error = methods
      ? new AppError('method_not_allowed', { headers: { allow: methods } })
      : new AppError('not_found')
    return render(error, surfaceOf(request), request, reply)
  })
  for (const route of routes) mount(app, route, parts)
  return app
}

/** Authenticates before the body is read, so that nobody without a key can make us read one. */
function mount(app: FastifyInstance, route: Route, parts: HttpParts): void {
  const { config } = parts
  app.route({
    method: route.method,
    url: route.path,
    config: { route },
    schema: schemaOf(route),
    ...(route.rawBody && { bodyLimit: config.http.bodyBytes, validatorCompiler: () => () => true }),
    onRequest: async (request) => {
      request.verified = await authenticate(
        { rawHeaders: request.raw.rawHeaders, url: request.url, address: request.ip },
        route.access,
        parts.verifier,
        config,
      )
    },
    handler: (request, reply) => run(route, request, reply, parts),
  })
}

async function run(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: HttpParts,
): Promise<unknown> {
  const client = new SocketClient(reply, parts.config.gateway.slowReaderMs)
  const context: Context = {
    requestId: request.id,
    address: request.ip,
    key: request.verified,
    body: request.body,
    query: request.query,
    params: request.params,
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    client,
  }
  try {
    const answer = await route.run(context)
    // A model request's own row says that the key was used.
    if (request.verified && !route.rawBody) parts.touched(request.verified)
    if (!answer) return reply
    return reply
      .code(answer.status ?? 200)
      .headers(answer.headers ?? {})
      .send(answer.body)
  } catch (error) {
    if (!client.begun) throw error
    logFailure(parts.log, toAppError(error, parts.isStoreFailure), request)
    client.destroy()
    return reply
  }
}

function schemaOf(route: Route): Record<string, unknown> {
  return {
    ...(route.body && { body: route.body }),
    ...(route.query && { querystring: route.query }),
    ...(route.params && { params: route.params }),
    // The gateway's answers are the providers' own; their schemas are documentation.
    ...(!route.rawBody && { response: route.replies }),
  }
}

function setParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.route?.rawBody) return done(null, body)
    // Clients send the header on requests without a body, too.
    if (body.length === 0) return done(null, undefined)
    try {
      done(null, JSON.parse(body.toString('utf8')))
    } catch {
      done(new AppError('invalid_json'))
    }
  })
}

/** Fastify's own Ajv turns null into 0 and drops what it does not know; a money field must do neither. */
function setValidators(app: FastifyInstance): void {
  const options = { allErrors: false, removeAdditional: false, useDefaults: true, strict: false } as const
  const strict = new Ajv({ ...options, coerceTypes: false })
  const text = new Ajv({ ...options, coerceTypes: true })
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : text).compile(schema as object),
  )
}

/** A route without a row in the table does not start the server. */
function demandRows(app: FastifyInstance): void {
  app.addHook('onRoute', function (options) {
    if (!options.config?.route && !this.hasDecorator(PLUGIN_SCOPE)) {
      throw new Error(`The route ${options.method} ${options.url} has no row in the route table`)
    }
  })
}

/** Node takes two Host lines and keeps the first, and takes anything for a host; a proxy may have taken the other. */
function refuseAmbiguousHost(request: FastifyRequest): void {
  const { rawHeaders } = request.raw
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2)
    if ((rawHeaders[i] as string).toLowerCase() === 'host') hosts++
  const host = request.headers.host
  if (hosts !== 1 || !host || !/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.test(host)) {
    throw new AppError('invalid_request', { message: 'Send exactly one valid Host header' })
  }
}

function observe(parts: HttpParts, request: FastifyRequest, reply: FastifyReply): void {
  const { log } = parts.config
  const path = request.routeOptions.config?.route?.path ?? 'unmatched'
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

function logFailure(log: Log, error: AppError, request: FastifyRequest): void {
  const cause = error.cause
  const reason =
    cause instanceof Error ? (cause.stack ?? cause.message) : cause === undefined ? undefined : String(cause)
  log.error({ request: request.id, code: error.code, reason }, 'request failed')
}

function refuseSocket(error: Error & { code?: string }, socket: import('node:net').Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'headers_too_large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'request_timeout'
        : 'invalid_request'
  const { status, headers, body } = renderError(
    new AppError(code),
    'openai',
    orderedId('req_', Date.now()),
    'Claviger',
  )
  const text = JSON.stringify(body)
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    'content-type': 'application/json; charset=utf-8',
  })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(
    `HTTP/1.1 ${status} Refused\r\n${head}content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
  )
}
