import { connect } from 'node:net'
import { type Dispatcher, Pool } from 'undici'
import type { ProviderConfig } from '../../config/config.ts'
import type {
  Provider,
  ProviderCredential,
  UpstreamCall,
  UpstreamEvents,
  UpstreamFailure,
  UpstreamRequest,
} from '../provider.ts'
import { Credentials, isRefusal, type Ready } from './credentials.ts'

/** A shorter header's value, such as a version, is no credential; a shorter credential would take words out of texts. */
const HEADER_SHORTEST = 12
const CREDENTIAL_SHORTEST = 4

/**
 * Any OpenAI-compatible server. One pool of connections per provider; undici destroys the socket of an answer that was
 * aborted or did not end cleanly, so it cannot hand a leftover to the next tenant.
 *
 * @param stored credentials that are not in the configuration
 */
export function createOpenAiProvider(
  config: ProviderConfig,
  stored: readonly ProviderCredential[] = [],
): Provider {
  const base = new URL(config.baseUrl as string)
  const prefix = base.pathname.replace(/\/+$/, '')
  const pool = new Pool(base.origin, {
    connections: config.connections,
    connect: { timeout: config.connectTimeoutMs },
    headersTimeout: config.headersTimeoutMs,
    bodyTimeout: config.idleTimeoutMs,
    pipelining: 1,
  })
  const known = config.apiKey ? [{ id: 'file', name: 'apiKey', text: config.apiKey }, ...stored] : stored
  const credentials = new Credentials(config, known)
  const texts = [
    ...known.map(({ text }) => text).filter(({ length }) => length >= CREDENTIAL_SHORTEST),
    ...Object.values(config.headers ?? {}).filter(({ length }) => length >= HEADER_SHORTEST),
    ...addressesOf(base),
  ]
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
      const path = prefix + request.path
      const dispatch = (ready: Ready, exchange: Exchange): void => {
        const own = request.streamed ? ready.streamHeaders : ready.jsonHeaders
        const headers = request.headers ? { ...own, ...request.headers } : own
        const body = request.method === 'GET' ? null : request.body
        pool.dispatch({ path, method: request.method ?? 'POST', headers, body }, exchange)
      }
      const exchange = new Exchange(events, heard, credentials, dispatch)
      exchange.begin()
      return exchange
    },
    hideCredentials: (text) => texts.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text),
    resting: () => credentials.resting(),
    close: () => pool.destroy(),
  }
}

/** How a text may name where it lies, the longest first; a bare name without a dot or a port may be any word. */
function addressesOf({ origin, host, hostname }: URL): string[] {
  return [origin, host, hostname].filter((text) => /[.:]/.test(text))
}

/** A provider that answered so lately can still be reached. */
const HEARD_MS = 30_000

/** A provider that announces an answer so often has none. */
const ANNOUNCED_MOST = 20

class Exchange implements Dispatcher.DispatchHandler, UpstreamCall {
  readonly #events: UpstreamEvents
  readonly #heard: () => void
  readonly #credentials: Credentials
  readonly #dispatch: (ready: Ready, exchange: Exchange) => void
  #ready: Ready | undefined
  #controller: Dispatcher.DispatchController | undefined
  #aborted = false
  #begun = false
  #announced = 0
  /** The tries that were given up for another credential; nothing of them counts any more. */
  #refused: Set<Dispatcher.DispatchController> | undefined

  constructor(
    events: UpstreamEvents,
    heard: () => void,
    credentials: Credentials,
    dispatch: (ready: Ready, exchange: Exchange) => void,
  ) {
    this.#events = events
    this.#heard = heard
    this.#credentials = credentials
    this.#dispatch = dispatch
  }

  get begun(): boolean {
    return this.#begun
  }

  begin(ready = this.#credentials.next()): void {
    this.#ready = ready
    this.#dispatch(ready, this)
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
    // It waited for a connection until now; whoever has left meanwhile is not sent.
    if (this.#aborted) controller.abort(new Error('aborted'))
    else this.#begun = true
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#heard()
    if (this.#aborted) return
    if (status >= 200) {
      if (isRefusal(status) && this.#fallOver(controller, headers['retry-after'])) return
      this.#events.headers(status, headers)
      return
    }
    // 1xx answers announce the real one. Each starts undici's clock anew, so an endless row of them is cut here.
    if (++this.#announced < ANNOUNCED_MOST) return
    this.abort()
    this.#events.error({ kind: 'broken', message: 'the provider announces an answer and sends none' })
  }

  /** The refusal of a credential is answered with the next one, as long as there is one that does not rest. */
  #fallOver(refused: Dispatcher.DispatchController, retryAfter: string | string[] | undefined): boolean {
    this.#credentials.refused(this.#ready as Ready, retryAfter)
    this.#refused ??= new Set()
    this.#refused.add(refused)
    const next = this.#refused.size < this.#credentials.size ? this.#credentials.rested() : undefined
    if (!next) {
      this.#refused.delete(refused)
      return false
    }
    this.#controller = undefined
    // What was refused was not worked on, and the next try may wait once more.
    this.#begun = false
    refused.abort(new Error('refused'))
    this.begin(next)
    return true
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver(controller)) this.#events.data(chunk)
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (!this.#isOver(controller)) this.#events.end()
  }

  onResponseError(controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (!this.#isOver(controller)) this.#events.error(describe(error))
  }

  #isOver(controller: Dispatcher.DispatchController | undefined): boolean {
    return this.#aborted || Boolean(controller && this.#refused?.has(controller))
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
