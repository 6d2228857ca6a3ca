import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SignedIn } from '../auth/signed-in.ts'
import type { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import { orderedId } from '../lib/ids.ts'
import { ASK_AGAIN_MS, authenticate } from './authenticate.ts'
import { clientAddress } from './client-address.ts'
import { inviteBody } from './expect.ts'
import type { HttpParts } from './parts.ts'
import { ambiguousHost, readBody } from './raw-request.ts'
import { renderError } from './render.ts'
import { logFailure, observe } from './request-log.ts'
import type { Route } from './route.ts'
import { SECURITY_HEADERS, SocketClient } from './socket-client.ts'
import { toAppError } from './unknown-error.ts'

/**
 * Serves the routes that take their bodies as bytes, the model requests, on Node's own request and answer: the
 * framework's objects, hooks and parsers would be a good part of what such a request costs.
 */
export class RawRoutes {
  readonly #parts: HttpParts
  readonly #byPath: ReadonlyMap<string, Route>
  #closing = false

  constructor(parts: HttpParts, routes: readonly Route[]) {
    this.#parts = parts
    this.#byPath = new Map(routes.filter((route) => route.rawBody).map((route) => [route.path, route]))
  }

  /** The route of a request that spells its path as the table does; any other spelling is the framework's to read. */
  find({ method, url = '' }: IncomingMessage): Route | undefined {
    const query = url.indexOf('?')
    const route = this.#byPath.get(query < 0 ? url : url.slice(0, query))
    return route?.method === method ? route : undefined
  }

  /** From now on every answer is its connection's last. */
  close(): void {
    this.#closing = true
  }

  /** Answers the request, whatever happens. */
  serve(route: Route, request: IncomingMessage, response: ServerResponse): void {
    if (this.#closing) response.shouldKeepAlive = false
    const exchange = new Exchange(route, request, response, this.#parts)
    let told = false
    const over = (): void => {
      if (told) return
      told = true
      observe(this.#parts, exchange, response.statusCode)
    }
    response.on('finish', over)
    response.on('error', over)
    this.#answer(exchange).catch((error: unknown) => this.#fail(exchange, error))
  }

  /** Authenticates before the body is read, so that nobody without a key can make us read one. */
  async #answer(exchange: Exchange): Promise<void> {
    const { route, request, response, id, address } = exchange
    const { config, verifier, auth } = this.#parts
    const fault = ambiguousHost(request)
    if (fault) throw fault
    const { method } = route
    const credentials = { method, rawHeaders: request.rawHeaders, url: request.url as string, address }
    const identify = async () => {
      const { key, session } = await authenticate(credentials, route.access, verifier, config, auth)
      exchange.key = key
      exchange.session = session
    }
    await identify()
    inviteBody(response)
    const body = await readBody(request, config.http.bodyBytes)
    // A body comes as slowly as its sender likes, and the right to ask or a limit may have changed meanwhile.
    if (exchange.milliseconds > ASK_AGAIN_MS) await identify()
    exchange.client = new SocketClient(response, config.gateway.slowReaderMs)
    await route.run({
      requestId: id,
      address,
      key: exchange.key,
      session: exchange.session,
      body,
      query: undefined,
      params: undefined,
      header: (name) => headerOf(request, name),
      client: exchange.client,
    })
  }

  #fail(exchange: Exchange, cause: unknown): void {
    const { response, route, id, client } = exchange
    const error = toAppError(cause, this.#parts.isStoreFailure)
    if (client?.begun) {
      logFailure(this.#parts.log, error, id)
      client.destroy()
      return
    }
    if (error.status >= 500) logFailure(this.#parts.log, error, id)
    exchange.raised = error
    const { status, headers, body } = renderError(error, route.surface, id, this.#parts.config.brand)
    const text = Buffer.from(JSON.stringify(body))
    response.writeHead(status, {
      ...SECURITY_HEADERS,
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': text.length,
    })
    response.end(text)
  }
}

/** One request and what has become known of it. */
class Exchange {
  readonly route: Route
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly id = orderedId('req_', Date.now())
  readonly address: string
  readonly startedAt = performance.now()
  key: VerifiedKey | undefined
  session: SignedIn | undefined
  client: SocketClient | undefined
  raised: AppError | undefined

  constructor(route: Route, request: IncomingMessage, response: ServerResponse, { config }: HttpParts) {
    this.route = route
    this.request = request
    this.response = response
    this.address = clientAddress(request, config.trustedProxies)
  }

  get method(): string {
    return this.route.method
  }

  get path(): string {
    return this.route.path
  }

  get milliseconds(): number {
    return performance.now() - this.startedAt
  }
}

/** One header of a request; repeated ones that Node keeps apart are joined. */
export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
