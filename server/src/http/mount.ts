import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { authenticate } from './authenticate.ts'
import type { HttpParts } from './parts.ts'
import { logFailure } from './request-log.ts'
import type { Context, Route } from './route.ts'
import { SocketClient } from './socket-client.ts'
import { toAppError } from './unknown-error.ts'

/** Authenticates before the body is read, so that nobody without a key can make us read one. */
export function mount(app: FastifyInstance, route: Route, parts: HttpParts): void {
  const { config } = parts
  app.route({
    method: route.method,
    url: route.path,
    config: { route },
    schema: schemaOf(route),
    ...(route.rawBody && { bodyLimit: config.http.bodyBytes }),
    // Callbacks, since the framework's own handling of promises is a good part of what a request costs.
    onRequest: (request, _, done) => {
      request.row = route
      const credentials = { rawHeaders: request.raw.rawHeaders, url: request.url, address: request.ip }
      authenticate(credentials, route.access, parts.verifier, config).then((verified) => {
        request.verified = verified
        done()
      }, done)
    },
    handler: (request, reply) => {
      run(route, request, reply, parts).catch((error: unknown) => reply.send(error))
    },
  })
}

async function run(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: HttpParts,
): Promise<void> {
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
    if (!answer) return
    void reply
      .code(answer.status ?? 200)
      .headers(answer.headers ?? {})
      .send(answer.body)
  } catch (error) {
    if (!client.begun) throw error
    logFailure(parts.log, toAppError(error, parts.isStoreFailure), request)
    client.destroy()
  }
}

function schemaOf(route: Route): Record<string, unknown> {
  // The gateway reads its bodies itself, and its answers are the providers' own; their schemas are documentation.
  if (route.rawBody) return {}
  return {
    ...(route.body && { body: route.body }),
    ...(route.query && { querystring: route.query }),
    ...(route.params && { params: route.params }),
    response: route.replies,
  }
}
