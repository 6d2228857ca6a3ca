import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { connect } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SocketClient } from './socket-client.ts'

const SLOW_MS = 400
let app: FastifyInstance
let port: number
/** What the next request is answered with. */
let serve: (client: SocketClient) => void = () => {}

beforeAll(async () => {
  app = fastify({ logger: false, keepAliveTimeout: 60_000 })
  app.get('/', (_, reply) => {
    reply.hijack()
    serve(new SocketClient(reply.raw, SLOW_MS))
  })
  app.server.on('connection', (socket) => serverEnds.set(socket.remotePort, socket))
  // biome-ignore lint/nursery/useAwaitThenable: without a callback it is a promise
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
afterAll(async () => {
  app.server.closeAllConnections()
  await app.close()
})

/** More than the kernel keeps for a reader. */
const LARGE = Buffer.alloc(48 * 1024 * 1024, 'x')

/** The server's end of a client's connection. */
const serverEnds = new Map<number | undefined, Socket>()
const serverEnd = (socket: Socket): Socket => serverEnds.get(socket.localPort) as Socket

const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

/** Sends a request and has the server's end of it. */
async function open(
  socket: Socket = connect(port, '127.0.0.1'),
): Promise<{ socket: Socket; client: SocketClient }> {
  const given = Promise.withResolvers<SocketClient>()
  serve = given.resolve
  socket.on('error', () => {})
  socket.write(REQUEST)
  return { socket, client: await given.promise }
}

/** Reads until there is an end to it, or until `enough`. */
async function read(socket: Socket, enough: (text: string) => boolean = () => false): Promise<string> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += (chunk as Buffer).toString('latin1')
    if (enough(text)) break
  }
  return text
}

const left = (client: SocketClient): Promise<void> => new Promise((resolve) => client.onGone(resolve))
const STREAM = { 'content-type': 'text/event-stream' }

describe('the raw sender', () => {
  it('tells the client at once that a stream has begun, with every header that must be on an answer', async () => {
    const { socket, client } = await open()
    expect([client.begun, client.gone]).toEqual([false, false])
    client.begin(200, { ...STREAM, 'x-request-id': 'req_1' })
    const head = await read(socket, (text) => text.includes('\r\n\r\n'))
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    for (const line of [
      'content-type: text/event-stream',
      'x-request-id: req_1',
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
    ])
      expect(head).toContain(`\r\n${line}\r\n`)
    client.end(Buffer.from('x'))
    socket.destroy()
  })

  it('serves the next request on the same connection, and keeps it idle for as long as the server says', async () => {
    const socket = connect(port, '127.0.0.1')
    for (const text of ['one', 'two', 'three']) {
      const { client } = await open(socket)
      client.begin(200, { 'content-length': String(text.length) })
      client.end(Buffer.from(text))
      expect(await read(socket, (got) => got.endsWith(text))).toContain(text)
    }
    // Longer than a reader may be slow: an idle connection is none that reads slowly.
    const closed = vi.fn()
    socket.once('close', closed)
    const until = performance.now() + SLOW_MS * 2
    await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(until), { timeout: SLOW_MS * 4 })
    expect(closed).not.toHaveBeenCalled()
    socket.destroy()
  })

  it('says when the client has left, to everybody who asked and to who asks later, and writes to nobody then', async () => {
    const { socket, client } = await open()
    client.begin(200, STREAM)
    const both = Promise.all([left(client), left(client)])
    socket.destroy()
    await both
    expect(client.gone).toBe(true)
    await left(client)
    expect(client.write(Buffer.from('x'))).toBe(true)
    client.end(Buffer.from('x'))
  })

  it('says when the client has left before there was an answer', async () => {
    const { socket, client } = await open()
    const gone = left(client)
    socket.destroy()
    await gone
    expect([client.begun, client.gone]).toEqual([false, true])
  })

  it('does not say so after the end: an answer that is out is out', async () => {
    const { socket, client } = await open()
    const told = vi.fn()
    client.onGone(told)
    client.begin(200, { 'content-length': '1' })
    client.end(Buffer.from('x'))
    await read(socket, (text) => text.endsWith('x'))
    socket.destroy()
    await once(socket, 'close')
    const { client: next, socket: other } = await open()
    next.begin(200, { 'content-length': '0' })
    next.end()
    other.destroy()
    expect(told).not.toHaveBeenCalled()
    expect(client.gone).toBe(false)
  })

  it('holds back for a slow reader and goes on when he reads, a hundred times, without a trace of each', async () => {
    const { socket, client } = await open()
    client.begin(200, STREAM)
    socket.pause()
    const warned = vi.fn()
    process.on('warning', warned)
    const chunk = Buffer.alloc(256 * 1024, 'x')
    let sent = 0
    let received = 0
    socket.on('data', (bytes) => {
      received += bytes.length
    })
    for (let i = 0; i < 100; i++) {
      socket.pause()
      while (client.write(chunk)) sent++
      sent++
      const roomy = new Promise<void>((resolve) => client.writable(resolve))
      socket.resume()
      await roomy
    }
    client.end()
    await vi.waitFor(() => expect(received).toBeGreaterThan(sent * chunk.length), { timeout: 20_000 })
    expect(warned).not.toHaveBeenCalled()
    process.off('warning', warned)
    socket.destroy()
  })

  it('cuts a reader who stops in the middle of a stream', async () => {
    const { socket, client } = await open()
    client.begin(200, STREAM)
    socket.pause()
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    let stuckAt = 0
    const pump = (): void => {
      while (!client.gone && client.write(chunk));
      stuckAt = performance.now()
      client.writable(pump)
    }
    pump()
    await left(client)
    expect(performance.now() - stuckAt).toBeGreaterThan(SLOW_MS * 0.9)
    socket.destroy()
  })

  it('cuts a reader who takes nothing of an answer that was sent whole', async () => {
    const { socket, client } = await open()
    socket.pause()
    client.begin(200, { 'content-length': String(LARGE.length) })
    const cut = once(serverEnd(socket), 'close')
    client.end(LARGE)
    await cut
    socket.destroy()
  })

  it('waits for a reader who takes a little at a time, though all of it takes long', async () => {
    const { socket, client } = await open()
    let received = 0
    let restAt = 0
    socket.on('data', (bytes) => {
      received += bytes.length
      // The kernel tells the other side of a little that was read only when it has become much.
      if (received < restAt || received > LARGE.length / 2) return
      restAt += 2 * 1024 * 1024
      socket.pause()
      setTimeout(() => socket.resume(), SLOW_MS / 4)
    })
    const started = performance.now()
    client.begin(200, { 'content-length': String(LARGE.length) })
    client.end(LARGE)
    await vi.waitFor(() => expect(received).toBeGreaterThan(LARGE.length), { timeout: 25_000 })
    expect(performance.now() - started).toBeGreaterThan(SLOW_MS * 2)
    socket.destroy()
  })

  it('that is told to cut leaves no answer that could be taken for whole', async () => {
    const { socket, client } = await open()
    client.begin(200, STREAM)
    client.write(Buffer.from('data: half'))
    expect(await read(socket, (text) => text.includes('half'))).toContain('data: half')
    client.destroy()
    // The last chunk of a chunked body would be an end; without it the client knows.
    expect(await read(socket)).toBe('')
    expect(client.gone).toBe(false)
  })
})
