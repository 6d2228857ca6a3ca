import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './wire.ts'

/** One request that a receiver of webhooks got. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking at it
  readonly json: any
}

/** A receiver of webhooks in the test's own process. */
export interface Sink {
  readonly port: number
  /** For a path of its own. */
  url(path?: string): string
  readonly received: Received[]
  /** Connections that reached it. */
  connections(): number
  /** How it answers from now on; at first 200. */
  answer(by: (response: ServerResponse, received: Received) => void): void
  /** The first that fits, as soon as it is there. */
  wait(what: string, fits: (received: Received) => boolean): Promise<Received>
  close(): Promise<void>
}

export async function startSink(host = '127.0.0.1'): Promise<Sink> {
  const received: Received[] = []
  const ok = (response: ServerResponse) => void response.end('thanks')
  let answer: (response: ServerResponse, received: Received) => void = ok
  let connections = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const got = { path: request.url ?? '', headers: request.headers, body, json: jsonOf(body) }
      received.push(got)
      answer(response, got)
    })
  })
  server.on('connection', () => connections++)
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: (path = '/') => `http://${host}:${port}${path}`,
    received,
    connections: () => connections,
    answer: (by) => {
      answer = by
    },
    wait: (what, fits) => until(what, () => received.find(fits)),
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
