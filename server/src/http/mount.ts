import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ASK_AGAIN_MS, authenticate } from './authenticate.ts'
import { clientAddress } from './client-address.ts'
import { inviteBody } from './expect.ts'
import type { HttpParts } from './parts.ts'
import { headerOf, type RawRoutes } from './raw-routes.ts'
import type { Context, Route } from './route.ts'

/** Authenticates before the body is read, so that nobody without a key can make us read one. */
export function mount(app: FastifyInstance, route: Route, parts: HttpParts): void {
  const { config, verifier, auth } = parts
  const identify = async (request: FastifyRequest): Promise<void> => {
    const { raw, url } = request
    const address = clientAddress(raw, config.trustedProxies)
    const credentials = { method: route.method, rawHeaders: raw.rawHeaders, url, address }
    const { key, session } = await authenticate(credentials, route.access, verifier, config, auth)
    request.verified = key
    request.signedIn = session
  }
  app.route({
    method: route.method,
    url: route.path,
    config: { route },
    schema: schemaOf(route),
    // Callbacks, since the framework's own handling of promises is a good part of what a request costs.
    onRequest: (request, reply, done) => {
      request.row = route
      identify(request).then(() => {
        inviteBody(reply.raw)
        done()
      }, done)
    },
    // A body comes as slowly as its sender likes, and the right to ask may have gone meanwhile.
    preValidation: (request, reply, done) => {
      if (reply.elapsedTime > ASK_AGAIN_MS) identify(request).then(() => done(), done)
      else done()
    },
    handler: (request, reply) => {
      run(route, request, reply, parts).catch((error: unknown) => reply.send(error))
    },
  })
}

/** A route of bytes, for requests that spell its path in another way, and for the documents made from the table. */
export function mountRaw(app: FastifyInstance, route: Route, raw: RawRoutes): void {
  app.route({
    method: route.method,
    url: route.path,
    config: { route },
    // The gateway reads its bodies itself, and its answers are the providers' own; their schemas are documentation.
    schema: {},
    onRequest: (request, reply) => {
      request.row = route
      reply.hijack()
      raw.serve(route, request.raw, reply.raw)
    },
    handler: () => {},
  })
}

async function run(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: HttpParts,
): Promise<void> {
  const context: Context = {
    requestId: request.id,
    address: clientAddress(request.raw, parts.config.trustedProxies),
    key: request.verified,
    session: request.signedIn,
    body: request.body,
    query: request.query,
    params: request.params,
    header: (name) => headerOf(request.raw, name),
    client: undefined,
  }
  const answer = await route.run(context)
  if (request.verified) parts.touched(request.verified)
  if (!answer) throw new Error(`${route.method} ${route.path} has no answer`)
  if (answer.cookies) reply.header('set-cookie', [...answer.cookies])
  void reply
    .code(answer.status ?? 200)
    .headers(answer.headers ?? {})
    .send(answer.body)
}

function schemaOf(route: Route): Record<string, unknown> {
  return {
    ...(route.body && { body: route.body }),
    ...(route.query && { querystring: route.query }),
    ...(route.params && { params: route.params }),
    response: route.replies,
  }
}
