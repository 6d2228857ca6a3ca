import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** An answer as it came, byte for byte where it matters: a client library would tidy what a test wants to see. */
export interface RawAnswer {
  readonly status: number
  /** By lower-case name; a header that came twice is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The server closed the connection after it, or said that it will. */
  readonly closed: boolean
}

/** A connection on which requests are sent as bytes, one after the other. Opens itself anew when the server closed it. */
export class RawConnection {
  readonly #port: number
  #socket: Socket | undefined
  #received = Buffer.alloc(0)
  #ended = false
  #wake: (() => void) | undefined

  constructor(url: string) {
    this.#port = Number(new URL(url).port)
  }

  /** Sends bytes and reads one answer. @throws Error when none comes within the limit */
  async request(
    bytes: Buffer | string,
    options: { head?: boolean; limitMs?: number } = {},
  ): Promise<RawAnswer> {
    this.send(bytes)
    return this.read(options)
  }

  /** Sends bytes, as UTF-8 when they are text, and waits for nothing. */
  send(bytes: Buffer | string): void {
    this.#open().write(bytes)
  }

  /** Reads the next answer; informational ones are passed over. */
  async read({ head = false, limitMs = 15_000 } = {}): Promise<RawAnswer> {
    const limit = Date.now() + limitMs
    for (;;) {
      const parsed = parseAnswer(this.#received, this.#ended, head)
      if (parsed) {
        this.#received = this.#received.subarray(parsed.length)
        if (parsed.answer.status < 200) continue
        if (parsed.answer.closed) this.close()
        return parsed.answer
      }
      if (this.#ended) {
        const had = this.#received.toString('latin1').slice(0, 200)
        this.close()
        throw new Error(`The server closed the connection without an answer${had && ` after ${had}`}`)
      }
      await this.#more(limit)
    }
  }

  /** Resolves when the server has closed the connection. @throws Error when it has not within the limit */
  async closedByServer(limitMs = 15_000): Promise<void> {
    const limit = Date.now() + limitMs
    while (!this.#ended) await this.#more(limit)
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#received = Buffer.alloc(0)
    this.#ended = false
  }

  #open(): Socket {
    if (this.#socket && !this.#ended) return this.#socket
    this.close()
    const socket = connect(this.#port, '127.0.0.1').setNoDelay(true)
    const current = (act: () => void) => () => {
      if (this.#socket !== socket) return
      act()
      this.#wake?.()
    }
    socket.on('data', (chunk: Buffer) => {
      if (this.#socket !== socket) return
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake?.()
    })
    // A server that refuses early closes while we still write; what it said is read all the same.
    socket.on('error', () => {})
    socket.on(
      'close',
      current(() => {
        this.#ended = true
      }),
    )
    socket.on(
      'end',
      current(() => {
        this.#ended = true
      }),
    )
    this.#socket = socket
    return socket
  }

  #more(limit: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error('No answer came in time')),
        Math.max(1, limit - Date.now()),
      )
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
    })
  }
}

/** The bytes of a request: the lines as they are given, so that nothing is added that a test does not want. */
export function requestBytes(
  method: string,
  target: string,
  headers: readonly string[],
  body: Buffer | string = '',
  encoding: BufferEncoding = 'utf8',
): Buffer {
  const content = typeof body === 'string' ? Buffer.from(body) : body
  const length = content.length > 0 ? [`Content-Length: ${content.length}`] : []
  const head = [`${method} ${target} HTTP/1.1`, 'Host: claviger.test', ...headers, ...length, '', ''].join(
    '\r\n',
  )
  return Buffer.concat([Buffer.from(head, encoding), content])
}

function parseAnswer(
  received: Buffer,
  ended: boolean,
  head: boolean,
): { answer: RawAnswer; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n')
  const status = Number(statusLine.split(' ')[1])
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  const start = headEnd + 4
  const content = contentOf(received.subarray(start), headers, ended, head || status < 200 || status === 204)
  if (!content) return undefined
  const closed = headers.connection === 'close' || (ended && start + content.length === received.length)
  return { answer: { status, headers, body: content.text, closed }, length: start + content.length }
}

function contentOf(
  rest: Buffer,
  headers: Readonly<Record<string, string>>,
  ended: boolean,
  empty: boolean,
): { text: string; length: number } | undefined {
  if (empty) return { text: '', length: 0 }
  if (headers['content-length'] !== undefined) {
    const length = Number(headers['content-length'])
    return rest.length < length ? undefined : { text: rest.subarray(0, length).toString('utf8'), length }
  }
  if (headers['transfer-encoding'] === 'chunked') return chunks(rest)
  return ended ? { text: rest.toString('utf8'), length: rest.length } : undefined
}

function chunks(rest: Buffer): { text: string; length: number } | undefined {
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16)
    const next = lineEnd + 2 + size + 2
    if (rest.length < next) return undefined
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), length: next }
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = next
  }
}

export interface CuttableProxy {
  readonly port: number
  /** Breaks every connection and refuses new ones, as a stopped database does. */
  readonly cut: () => void
  /** Accepts connections and passes nothing on, as a network that swallows packets does. */
  readonly stall: () => void
  /** Passes on again; what was stalled is broken, so that both sides begin anew. */
  readonly mend: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** A TCP proxy in front of a database, to take it away without stopping it for others. */
export async function startProxy(targetPort: number, host = '127.0.0.1'): Promise<CuttableProxy> {
  const open = new Set<Socket>()
  let stalled = false
  const server = createServer((near) => {
    open.add(near)
    near.on('error', () => {}).on('close', () => open.delete(near))
    if (stalled) return
    const far = connect(targetPort, host)
    open.add(far)
    far
      .on('error', () => near.destroy())
      .on('close', () => {
        open.delete(far)
        near.destroy()
      })
    near.on('close', () => far.destroy())
    near.on('data', (chunk) => stalled || far.write(chunk))
    far.on('data', (chunk) => stalled || near.write(chunk))
  })
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  const breakAll = (): void => {
    for (const socket of open) socket.destroy()
  }
  return {
    port,
    cut() {
      server.close()
      breakAll()
    },
    stall() {
      stalled = true
    },
    async mend() {
      stalled = false
      breakAll()
      if (!server.listening) await listen(port)
    },
    async stop() {
      breakAll()
      if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}
