import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors.ts'
import { orderedId } from '../lib/ids.ts'
import { keepTickShape } from '../lib/tick-shape.ts'
import { mountAuth } from './auth-door.ts'
import { clientAddress } from './client-address.ts'
import { setCompilers } from './compilers.ts'
import { holdInvitations } from './expect.ts'
import { isDeeperThan } from './json-depth.ts'
import { mount, mountRaw } from './mount.ts'
import type { HttpParts } from './parts.ts'
import { ambiguousHost } from './raw-request.ts'
import { RawRoutes } from './raw-routes.ts'
import { renderError } from './render.ts'
import { type Answered, logFailure, observe } from './request-log.ts'
import type { Route, Surface } from './route.ts'
import { pathMatcher, surfaceOf } from './route-table.ts'
import { SECURITY_HEADERS } from './socket-client.ts'
import { toAppError } from './unknown-error.ts'

/** Marks a scope whose routes are a plugin's (documents, static files): open, without rows of their own. */
export const PLUGIN_SCOPE = 'openPluginScope'
/** Names what answers somebody who typed an address that nothing has. */
export const LOST_PAGE = 'lostPage'

const MANAGEMENT_BODY_BYTES = 1_048_576
const CHECK_CONNECTIONS_MS = 2000
const HEADER_BYTES = 16_384
/** Our own bodies need a handful of levels; metadata is free. */
const JSON_DEPTH_MOST = 64

/**
 * The HTTP server over a route table. Fastify routes and checks, but for the routes of bytes; everything that decides is
 * in the steps named here.
 *
 * @param prepare registers what must see the routes come, before them
 */
export async function createServer(
  parts: HttpParts,
  routes: readonly Route[],
  prepare: (app: FastifyInstance) => Promise<void>,
): Promise<FastifyInstance> {
  const { config } = parts
  keepTickShape()
  const render = (error: AppError, surface: Surface, request: FastifyRequest, reply: FastifyReply) => {
    const { status, headers, body } = renderError(error, surface, request.id, config.brand)
    request.raised = error
    return reply
      .code(status)
      .headers({ ...SECURITY_HEADERS, ...headers })
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(body)
  }
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
      // Node's own refusal has neither a body nor a request id; ours is in `ambiguousHost`.
      requireHostHeader: false,
    },
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // Fastify's own 503 is not in the catalogue; what still arrives while we drain is served.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    clientErrorHandler: refuseSocket,
    // An address that cannot be decoded fails before there is a route, and past all hooks.
    frameworkErrors: (cause, request, reply) =>
      void render(new AppError('invalid_request', { cause }), surfaceOf(request), request, reply),
  })
  app.decorateRequest('row', undefined)
  app.decorateRequest('verified', undefined)
  app.decorateRequest('signedIn', undefined)
  app.decorateRequest('raised', undefined)
  setParsers(app)
  setCompilers(app)
  demandRows(app)
  await prepare(app)
  // With a callback, since a promise for every hook of every request is a good part of what a request costs.
  app.addHook('onRequest', (request, _, done) => done(ambiguousHost(request.raw)))
  app.addHook('onSend', async (request, reply, payload) => {
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id })
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
  app.addHook('onResponse', (request, reply, done) => {
    if (!request.row?.rawBody) observe(parts, answered(request, reply, config), reply.raw.statusCode)
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const known = toAppError(error, parts.isStoreFailure)
    if (known.status >= 500) logFailure(parts.log, known, request.id)
    return render(known, surfaceOf(request), request, reply)
  })
  const allowed = pathMatcher(routes)
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed(request.url)
    const page = !methods && surfaceOf(request) === 'system' && lostPage(app, request)
    if (page) return page(request, reply.code(404))
    const error = methods
      ? new AppError('method_not_allowed', { headers: { allow: methods } })
      : new AppError('not_found')
    return render(error, surfaceOf(request), request, reply)
  })
  mountAll(app, routes, parts)
  return app
}

/** The page for a person at a browser; a program keeps its JSON. */
function lostPage(app: FastifyInstance, { method, headers }: FastifyRequest) {
  if (method !== 'GET' || !/\btext\/html\b/.test(headers.accept ?? '') || !app.hasDecorator(LOST_PAGE)) return
  return app.getDecorator<(request: FastifyRequest, reply: FastifyReply) => FastifyReply>(LOST_PAGE)
}

/** Mounts the routes, and lets those of bytes look at a request before the framework does. */
function mountAll(app: FastifyInstance, routes: readonly Route[], parts: HttpParts): void {
  const raw = new RawRoutes(parts, routes)
  for (const route of routes) {
    if (route.rawBody) mountRaw(app, route, raw)
    else if (route.signIn) mountAuth(app, route, route.signIn, parts)
    else mount(app, route, parts)
  }
  app.addHook('preClose', (done) => {
    raw.close()
    done()
  })
  app.server.removeAllListeners('request')
  app.server.on('request', (request, response) => {
    const route = raw.find(request)
    if (route) raw.serve(route, request, response)
    else app.routing(request, response)
  })
}

function answered(request: FastifyRequest, reply: FastifyReply, config: Config): Answered {
  return {
    id: request.id,
    method: request.method,
    path: request.row?.path ?? request.routeOptions.config?.route?.path ?? 'unmatched',
    milliseconds: reply.elapsedTime,
    address: clientAddress(request.raw, config.trustedProxies),
    key: request.verified,
    raised: request.raised,
  }
}

function setParsers(app: FastifyInstance): void {
  holdInvitations(app)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => {
    // Clients send the header on requests without a body, too.
    if (body.length === 0) return done(null, undefined)
    if (isDeeperThan(body as Buffer, JSON_DEPTH_MOST))
      return done(new AppError('invalid_json', { message: 'The body is nested too deeply' }))
    try {
      done(null, JSON.parse(body.toString('utf8')))
    } catch {
      done(new AppError('invalid_json'))
    }
  })
}

/** A route without a row in the table does not start the server. */
function demandRows(app: FastifyInstance): void {
  app.addHook('onRoute', function (options) {
    if (!options.config?.route && !this.hasDecorator(PLUGIN_SCOPE)) {
      throw new Error(`The route ${options.method} ${options.url} has no row in the route table`)
    }
  })
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
