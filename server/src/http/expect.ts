import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

const waiting = new WeakSet<ServerResponse>()

/**
 * Holds back the `100 Continue` that Node would write at once (RFC 9110 §10.1.1), so that a client which asks first is
 * told whether its key is good before it sends its body. One that is refused unasked gets its answer, and Node closes
 * the connection after it, since nobody knows whether a body follows.
 */
export function holdInvitations(app: FastifyInstance): void {
  app.server.on('checkContinue', (request, response: ServerResponse) => {
    waiting.add(response)
    app.server.emit('request', request, response)
  })
  app.addHook('onRequest', (request, reply, done) => {
    // The framework reads the body of a request that it has no route for, and answers then.
    if (request.is404) inviteBody(reply.raw)
    done()
  })
}

/** Tells a client that waits for it to send its body. */
export function inviteBody(response: ServerResponse): void {
  if (waiting.delete(response)) response.writeContinue()
}
