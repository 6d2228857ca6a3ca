import { setMaxListeners } from 'node:events'
import { buildConnector, Client } from 'undici'
import { type OutboundConfig, readUrl } from './check-url.ts'
import { OutboundFailed, OutboundRefused } from './outbound-error.ts'
import { NameResolver, type ResolvedAddress } from './resolve.ts'

export interface OutboundRequest {
  readonly url: string | URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer | string
  /** For all of it: the name, the connection, the answer to its end. */
  readonly timeoutMs: number
  /** More of the answer is not read. */
  readonly maxBytes: number
  /** Ends it early. */
  readonly signal?: AbortSignal
}

export interface OutboundAnswer {
  /** 200–299 or 400–599. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As it came; nothing is decompressed. */
  readonly body: Buffer
  /** Whether the answer was longer than `maxBytes`. */
  readonly truncated: boolean
}

const HEADER_BYTES = 16_384
/** An answer that only announces itself never comes. */
const INTERIM_MOST = 8
const TLS_FAULT = /^(ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_SSL_)/

/**
 * The one way to an address that a user can influence. The URL and every address behind its name are checked at each
 * request; the connection goes to one of those very addresses and is used once; redirects are not followed, proxies of
 * the environment not used; header, answer and time are bounded; TLS is verified.
 */
export class OutboundClient {
  readonly #config: OutboundConfig
  readonly #resolver: NameResolver
  readonly #closing = new AbortController()

  constructor(config: OutboundConfig) {
    this.#config = config
    this.#resolver = new NameResolver(config)
    setMaxListeners(0, this.#closing.signal)
  }

  /** @throws OutboundRefused, OutboundFailed */
  async request(request: OutboundRequest): Promise<OutboundAnswer> {
    const url = readUrl(this.#config, String(request.url))
    if (typeof url === 'string') throw new OutboundRefused('url', `the URL ${url}`)
    const signals = [this.#closing.signal, AbortSignal.timeout(request.timeoutMs)]
    if (request.signal) signals.push(request.signal)
    const signal = AbortSignal.any(signals)
    try {
      const addresses = await orAborted(signal, this.#resolver.addressesOf(url))
      return await exchange(url, addresses, request, signal)
    } catch (error) {
      throw describe(error, signal)
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#resolver.close()
  }
}

async function exchange(
  url: URL,
  addresses: readonly ResolvedAddress[],
  request: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const client = new Client(url.origin, {
    connect: connectorTo(addresses),
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: request.timeoutMs,
    bodyTimeout: request.timeoutMs,
    pipelining: 0,
  })
  let interim = 0
  const tooMany = new AbortController()
  try {
    const { statusCode, headers, body } = await client.request({
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: { 'user-agent': 'claviger', 'accept-encoding': 'identity', ...request.headers },
      ...(request.body !== undefined && { body: request.body }),
      signal: AbortSignal.any([signal, tooMany.signal]),
      onInfo: () => {
        if (++interim > INTERIM_MOST) tooMany.abort(new OutboundFailed('broken', 'the answer never began'))
      },
    })
    if (statusCode >= 300 && statusCode < 400) {
      body.on('error', () => {}).destroy()
      throw new OutboundFailed('redirect', 'redirects are not followed', statusCode)
    }
    return { status: statusCode, headers, ...(await readBody(body, request.maxBytes)) }
  } finally {
    await client.destroy()
  }
}

/** Connects to the addresses that were checked and to nothing else, whatever the name says by now. */
function connectorTo(addresses: readonly ResolvedAddress[]): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    rejectUnauthorized: true,
    maxCachedSessions: 0,
    autoSelectFamily: true,
    lookup: (_host, options, found) => {
      const [first] = addresses as [ResolvedAddress]
      if (options.all) found(null, [...addresses])
      else found(null, first.address, first.family)
    },
  })
  return (options, connected) =>
    connect(options, (...args) => {
      const [error, socket] = args
      if (error) return connected(error, null)
      const remote = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '')
      if (addresses.some(({ address }) => address === remote)) return connected(null, socket)
      socket.destroy()
      connected(new OutboundRefused('address', 'the connection led to another address'), null)
    })
}

async function readBody(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Pick<OutboundAnswer, 'body' | 'truncated'>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) return { body: Buffer.concat(chunks).subarray(0, maxBytes), truncated: true }
  }
  return { body: Buffer.concat(chunks), truncated: false }
}

function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', abort))
}

function describe(error: unknown, signal: AbortSignal): OutboundRefused | OutboundFailed {
  if (error instanceof OutboundRefused || error instanceof OutboundFailed) return error
  const { code = '', name } = error as NodeJS.ErrnoException
  if (signal.aborted || name === 'TimeoutError' || /_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    return new OutboundFailed('timeout', 'no whole answer came in time')
  }
  if (TLS_FAULT.test(code)) return new OutboundFailed('tls', `the certificate or TLS is at fault (${code})`)
  if (/^E(CONNREFUSED|HOSTUNREACH|NETUNREACH|ADDRNOTAVAIL)$/.test(code)) {
    return new OutboundFailed('connect', `cannot be connected to (${code})`)
  }
  return new OutboundFailed('broken', `the connection broke${code ? ` (${code})` : ''}`)
}
