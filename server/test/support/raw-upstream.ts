import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A request as a provider's socket got it. */
export interface RawRequest {
  /** Which connection it came by, from 0. */
  readonly connection: number
  readonly head: string
  readonly body: string
  readonly socket: Socket
}

/** A provider that sends whatever bytes a test wants, and knows what it was sent and by which connection. */
export interface RawUpstream {
  readonly url: string
  readonly requests: readonly RawRequest[]
  /** Every connection that was ever opened. */
  readonly sockets: readonly Socket[]
  /** What happens to the next requests. */
  answer(handler: (request: RawRequest) => void): void
  stop(): Promise<void>
}

export async function startRawUpstream(): Promise<RawUpstream> {
  const sockets: Socket[] = []
  const requests: RawRequest[] = []
  let handler: (request: RawRequest) => void = () => {}
  const server = createServer((socket) => {
    const connection = sockets.push(socket.setNoDelay(true)) - 1
    let received = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      for (;;) {
        const headEnd = received.indexOf('\r\n\r\n')
        if (headEnd < 0) return
        const head = received.slice(0, headEnd)
        const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0)
        const end = headEnd + 4 + length
        if (received.length < end) return
        const request = { connection, head, body: received.slice(headEnd + 4, end), socket }
        received = received.slice(end)
        requests.push(request)
        handler(request)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    answer: (next) => {
      handler = next
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** An answer with a length, in bytes. */
export function answerBytes(body: string, headers: readonly string[] = [], status = '200 OK'): string {
  const lines = [`HTTP/1.1 ${status}`, 'Content-Type: application/json', ...headers]
  return `${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** The same in chunks, without the last one unless it is `whole`. */
export function chunkedBytes(parts: readonly string[], whole = true): string {
  const chunks = parts.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`)
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
  return head + chunks.join('') + (whole ? '0\r\n\r\n' : '')
}
