import { connect } from 'node:net'
import { type Dispatcher, Pool } from 'undici'
import type { ProviderConfig } from '../../config/config.ts'
import type { Provider, UpstreamCall, UpstreamEvents, UpstreamFailure, UpstreamRequest } from '../provider.ts'

/** A shorter header's value, such as a version, is no credential. */
const CREDENTIAL_SHORTEST = 12

/**
 * Any OpenAI-compatible server. One pool of connections per provider; undici destroys the socket of an answer that was
 * aborted or did not end cleanly, so it cannot hand a leftover to the next tenant.
 */
export function createOpenAiProvider(config: ProviderConfig): Provider {
  const base = new URL(config.baseUrl as string)
  const prefix = base.pathname.replace(/\/+$/, '')
  const pool = new Pool(base.origin, {
    connections: config.connections,
    connect: { timeout: config.connectTimeoutMs },
    headersTimeout: config.headersTimeoutMs,
    bodyTimeout: config.idleTimeoutMs,
    pipelining: 1,
  })
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'claviger',
    ...(config.apiKey && { authorization: `Bearer ${config.apiKey}` }),
    // Header names know no case, the properties of an object do.
    ...Object.fromEntries(
      Object.entries(config.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  }
  const credentials = [config.apiKey, ...Object.values(config.headers ?? {})].filter(
    (value): value is string => value !== undefined && value.length >= CREDENTIAL_SHORTEST,
  )
  const streamHeaders = { ...headers, accept: 'text/event-stream' }
  const jsonHeaders = { ...headers, accept: 'application/json' }
  let heardAt = Number.NEGATIVE_INFINITY
  const heard = (): void => {
    heardAt = performance.now()
  }
  return {
    id: config.id,
    supports: config.supports,
    wasHeard: () => performance.now() - heardAt < HEARD_MS,
    connect: () => tryConnection(base, config.connectTimeoutMs),
    send(request: UpstreamRequest, events: UpstreamEvents): UpstreamCall {
      const exchange = new Exchange(events, heard)
      const options: Dispatcher.DispatchOptions = {
        path: prefix + request.path,
        method: 'POST',
        headers: request.streamed ? streamHeaders : jsonHeaders,
        body: request.body,
      }
      pool.dispatch(options, exchange)
      return exchange
    },
    hideCredentials: (text) =>
      credentials.reduce((hidden, credential) => hidden.replaceAll(credential, '***'), text),
    close: () => pool.destroy(),
  }
}

/** A provider that answered so lately can still be reached. */
const HEARD_MS = 30_000

/** A provider that announces an answer so often has none. */
const ANNOUNCED_MOST = 20

class Exchange implements Dispatcher.DispatchHandler, UpstreamCall {
  readonly #events: UpstreamEvents
  readonly #heard: () => void
  #controller: Dispatcher.DispatchController | undefined
  #aborted = false
  #announced = 0

  constructor(events: UpstreamEvents, heard: () => void) {
    this.#events = events
    this.#heard = heard
  }

  abort(): void {
    this.#aborted = true
    this.#controller?.abort(new Error('aborted'))
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    this.#controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) controller.abort(new Error('aborted'))
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#heard()
    if (this.#aborted) return
    if (status >= 200) {
      this.#events.headers(status, headers)
      return
    }
    // 1xx answers announce the real one. Each starts undici's clock anew, so an endless row of them is cut here.
    if (++this.#announced < ANNOUNCED_MOST) return
    this.abort()
    this.#events.error({ kind: 'broken', message: 'the provider announces an answer and sends none' })
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#aborted) this.#events.data(chunk)
  }

  onResponseEnd(): void {
    if (!this.#aborted) this.#events.end()
  }

  onResponseError(_: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.#aborted) this.#events.error(describe(error))
  }
}

const NOT_CONNECTED = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

function describe(error: Error & { code?: string }): UpstreamFailure {
  const code = error.code ?? ''
  const message = `${code} ${error.message}`.trim()
  if (NOT_CONNECTED.has(code)) return { kind: 'connect', message }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT')
    return { kind: 'timeout', message }
  return { kind: 'broken', message }
}

/** Opens a connection and closes it again, without a byte. */
function tryConnection(url: URL, timeoutMs: number): Promise<UpstreamFailure | undefined> {
  return new Promise((resolve) => {
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port, timeout: timeoutMs })
    const end = (failure?: UpstreamFailure): void => {
      socket.destroy()
      resolve(failure)
    }
    socket.once('connect', () => end())
    socket.once('timeout', () =>
      end({ kind: 'connect', message: 'the provider cannot be connected to in time' }),
    )
    socket.once('error', (error) => end({ kind: 'connect', message: error.message }))
  })
}
