/// <reference lib="esnext.array" />
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { testConfig } from '../../server/test/support/claviger.ts'
import { stopAll } from '../../server/test/support/processes.ts'
import { openStage, type Stage } from '../../server/test/support/wire.ts'
import { type ClavigerOptions, createClaviger } from './claviger.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})
afterAll(stopAll)

describe('an answer that is lost', () => {
  let stage: Stage

  beforeAll(async () => {
    stage = await openStage(testConfig, false)
  }, 60_000)
  afterAll(() => stage?.close())

  it.each([
    ['before its first byte', 0],
    ['in its middle', 400],
  ])(
    'one key is made when the answer is cut %s, and the caller learns that nobody has its text',
    async (_, after) => {
      const proxy = await startCuttingProxy(stage.server.url, after)
      const claviger = createClaviger({ baseUrl: proxy.url, apiKey: stage.owner.key })
      const name = `cut after ${after}`
      const { key, data } = await claviger.keys.create({ name })
      expect(proxy.cuts()).toBe(1)
      expect(key).toBeNull()
      const all = await Array.fromAsync(claviger.keys.list())
      expect(all.filter((found) => found.name === name).map(({ hash }) => hash)).toEqual([data.hash])
    },
  )

  it('two calls make two keys', async () => {
    const claviger = createClaviger({ baseUrl: stage.server.url, apiKey: stage.owner.key })
    const made = [await claviger.keys.create({ name: 'twin' }), await claviger.keys.create({ name: 'twin' })]
    expect(made.every(({ key }) => key !== null)).toBe(true)
    expect(new Set(made.map(({ data }) => data.hash)).size).toBe(2)
  })

  it('a read is repeated', async () => {
    const proxy = await startCuttingProxy(stage.server.url, 0)
    const claviger = createClaviger({ baseUrl: proxy.url, apiKey: stage.owner.key })
    expect((await claviger.key.current()).permissions).toContain('keys:write')
    expect(proxy.cuts()).toBe(1)
  })

  it('a model request is not repeated', async () => {
    await stage.upstream.script({})
    const proxy = await startCuttingProxy(stage.server.url, 0)
    const claviger = createClaviger({ baseUrl: proxy.url, apiKey: stage.owner.key })
    const call = claviger.responses.create({ model: 'chat', input: 'Hi' })
    await expect(call).rejects.toMatchObject({ status: 0, code: 'connection_failed', retryable: true })
    expect(await stage.upstream.records()).toHaveLength(1)
  })

  it('neither a change nor a revocation is repeated', async () => {
    const direct = createClaviger({ baseUrl: stage.server.url, apiKey: stage.owner.key })
    const { data } = await direct.keys.create({ name: 'steady' })
    for (const act of ['update', 'revoke'] as const) {
      const proxy = await startCuttingProxy(stage.server.url, 0)
      const { keys } = createClaviger({ baseUrl: proxy.url, apiKey: stage.owner.key })
      const call = act === 'update' ? keys.update(data.hash, { name: 'changed' }) : keys.revoke(data.hash)
      await expect(call).rejects.toMatchObject({ code: 'connection_failed' })
      expect(proxy.connections()).toBe(1)
    }
  })

  it('a stream whose connection breaks throws', async () => {
    await stage.upstream.script({ pieces: 50 })
    const proxy = await startCuttingProxy(stage.server.url, 3000)
    const claviger = createClaviger({ baseUrl: proxy.url, apiKey: stage.owner.key })
    const stream = await claviger.responses.create({ model: 'chat', input: 'Hi', stream: true })
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'connection_failed' })
  })
})

describe('repeating', () => {
  it.each([408, 429, 500, 502, 503, 504])('a read is repeated after %i', async (status) => {
    const { claviger, requests } = await startScripted([soon(status), soon(status), {}])
    await claviger.key.current()
    expect(requests()).toBe(3)
  })

  it.each([400, 401, 403, 404, 409, 422])('a read is not repeated after %i', async (status) => {
    const { claviger, requests } = await startScripted([soon(status), {}])
    await expect(claviger.key.current()).rejects.toMatchObject({ status, retryable: false })
    expect(requests()).toBe(1)
  })

  it('the last failure is thrown when none of the attempts succeeds', async () => {
    const { claviger, requests } = await startScripted([
      { status: 500 },
      { status: 502 },
      { status: 504 },
      {},
    ])
    await expect(claviger.key.current()).rejects.toMatchObject({ status: 504, retryable: true })
    expect(requests()).toBe(3)
  })

  it('maxRetries says how often, 0 for never', async () => {
    const never = await startScripted([{ status: 500 }, {}], { maxRetries: 0 })
    await expect(never.claviger.key.current()).rejects.toMatchObject({ status: 500 })
    const often = await startScripted([...Array(3).fill(soon(500)), {}], { maxRetries: 3 })
    await often.claviger.key.current()
    expect(often.requests()).toBe(4)
  })

  it('without a Retry-After the pauses grow', async () => {
    const { claviger, times } = await startScripted([{ status: 500 }, { status: 500 }, {}])
    await claviger.key.current()
    const [first = 0, second = 0, third = 0] = times()
    expect(second - first).toBeGreaterThanOrEqual(370)
    expect(third - second).toBeGreaterThanOrEqual(745)
  })

  it('Retry-After is waited for', async () => {
    const { claviger } = await startScripted([{ status: 429, headers: { 'retry-after': '2' } }, {}])
    const before = Date.now()
    await claviger.key.current()
    expect(Date.now() - before).toBeGreaterThanOrEqual(1990)
  })

  it('Retry-After as a date is waited for', async () => {
    const when = new Date(Date.now() + 3000).toUTCString()
    const { claviger } = await startScripted([{ status: 503, headers: { 'retry-after': when } }, {}])
    await claviger.key.current()
    // Such a date has no milliseconds.
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(when) - 10)
  })

  it('a Retry-After above a minute is not waited for, and the error says it', async () => {
    const { claviger, requests } = await startScripted([
      { status: 429, headers: { 'retry-after': '61' } },
      {},
    ])
    const expected = { status: 429, retryable: false, retryAfterSeconds: 61 }
    await expect(claviger.key.current()).rejects.toMatchObject(expected)
    expect(requests()).toBe(1)
  })

  it('x-should-retry decides, in both directions', async () => {
    const no = await startScripted([{ status: 503, headers: { 'x-should-retry': 'false' } }, {}])
    await expect(no.claviger.key.current()).rejects.toMatchObject({ status: 503, retryable: false })
    const yes = await startScripted([soon(409, { 'x-should-retry': 'true' }), {}])
    await yes.claviger.key.current()
    expect([no.requests(), yes.requests()]).toEqual([1, 2])
  })

  it('every attempt to make a key carries the same Idempotency-Key, and every call its own', async () => {
    const { claviger, seen } = await startScripted([soon(500), soon(503), {}, {}])
    await claviger.keys.create({ name: 'a' })
    await claviger.keys.create({ name: 'a' })
    const used = seen().map((headers) => headers['idempotency-key'])
    expect(used[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(used.slice(0, 3)).toEqual([used[0], used[0], used[0]])
    expect(used[3]).not.toBe(used[0])
  })

  it('an abort ends the pause between two attempts', async () => {
    const { claviger, requests } = await startScripted([
      { status: 429, headers: { 'retry-after': '50' } },
      {},
    ])
    const abort = new AbortController()
    const call = claviger.key.current({ signal: abort.signal })
    setTimeout(() => abort.abort(new Error('enough')), 200)
    await expect(call).rejects.toThrow('enough')
    expect(requests()).toBe(1)
  })
})

describe('what is no answer of Claviger', () => {
  it('a port where nothing listens is a failed connection that names the reason', async () => {
    const port = await freePort()
    const claviger = createClaviger({ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'k', maxRetries: 0 })
    const expected = {
      status: 0,
      code: 'connection_failed',
      message: expect.stringContaining('ECONNREFUSED'),
    }
    await expect(claviger.key.current()).rejects.toMatchObject(expected)
  })

  it('a server that does not answer is given up after the time limit', async () => {
    const { claviger } = await startScripted([{ silent: true }], { timeoutMs: 300, maxRetries: 0 })
    await expect(claviger.key.current()).rejects.toMatchObject({
      status: 0,
      code: 'timeout',
      retryable: true,
    })
  })

  it('the time limit of a call goes before the client’s, and each attempt has its own', async () => {
    const { claviger, requests } = await startScripted([{ silent: true }, {}])
    await claviger.key.current({ timeoutMs: 300 })
    expect(requests()).toBe(2)
  })

  it('an answer that stops in its middle is given up after the time limit', async () => {
    const { claviger } = await startScripted([{ body: '{"data":', open: true }], {
      timeoutMs: 300,
      maxRetries: 0,
    })
    await expect(claviger.key.current()).rejects.toMatchObject({ code: 'timeout' })
  })

  it('a stream that falls silent is given up after the time limit, and no sooner', async () => {
    const events = ['data: {"type":"a"}\n\n', 'data: {"type":"b"}\n\n', 'data: {"type":"c"}\n\n']
    const { claviger } = await startScripted([{ ...STREAM, pieces: events, pieceDelayMs: 250, open: true }], {
      timeoutMs: 600,
    })
    const seen: string[] = []
    const read = async () => {
      const stream = await claviger.responses.create({ input: 'Hi', stream: true })
      for await (const { type } of stream) seen.push(type)
    }
    await expect(read()).rejects.toMatchObject({ code: 'timeout' })
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('a page of something else is said to be that', async () => {
    const { claviger } = await startScripted([{ body: '<html>', headers: { 'content-type': 'text/html' } }])
    await expect(claviger.key.current()).rejects.toMatchObject({
      code: 'unexpected_answer',
      retryable: false,
    })
  })

  it('an error page of something in between keeps its status, and is tried again like any other', async () => {
    const page = { ...soon(502, { 'content-type': 'text/html' }), body: '<html>' }
    const { claviger, requests } = await startScripted([page, page, page])
    await expect(claviger.key.current()).rejects.toMatchObject({ status: 502, code: 'unexpected_answer' })
    expect(requests()).toBe(3)
  })

  it('a redirect is not followed, and its target is named', async () => {
    const target = await startScripted([{}])
    const { claviger } = await startScripted([
      { status: 308, headers: { location: `${target.url}/v1` }, body: '' },
    ])
    const call = claviger.responses.create({ input: 'a secret' })
    await expect(call).rejects.toMatchObject({ status: 308, message: expect.stringContaining(target.url) })
    expect(target.requests()).toBe(0)
  })

  it('JSON in place of a stream is an error', async () => {
    const { claviger } = await startScripted([{ body: '{"id":"resp_1"}' }])
    const stream = await claviger.responses.create({ input: 'Hi', stream: true })
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'unexpected_answer' })
  })
})

describe('events', () => {
  const texts = ['Grüße', '日本', '😀']
  const wire = (lineEnd: string) =>
    [
      ': hello',
      '',
      ...texts.flatMap((text) => ['event: t', `data: {"type":"t",`, `data:"delta":"${text}"}`, '']),
    ]
      .join('\n')
      .concat('\ndata: [DONE]\n\n')
      .replaceAll('\n', lineEnd)

  it.each([
    ['\n', 1],
    ['\n', 7],
    ['\r\n', 1],
    ['\r\n', 7],
    ['\n', 1000],
  ])('are the same however they are cut (line end %j, %i bytes at a time)', async (lineEnd, size) => {
    const bytes = Buffer.from(wire(lineEnd))
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
      bytes.subarray(n * size, (n + 1) * size),
    )
    const { claviger } = await startScripted([{ ...STREAM, pieces }])
    const events = await Array.fromAsync(await claviger.responses.create({ input: 'Hi', stream: true }))
    expect(events.map(({ delta }) => delta)).toEqual(texts)
  })

  it('what follows [DONE] is not given', async () => {
    const { claviger } = await startScripted([
      { ...STREAM, pieces: ['data: [DONE]\n\ndata: {"type":"t"}\n\n'] },
    ])
    expect(await Array.fromAsync(await claviger.responses.create({ input: 'Hi', stream: true }))).toEqual([])
  })

  it('a last event without its blank line is given, and half an event is an error', async () => {
    const { claviger } = await startScripted([
      { ...STREAM, pieces: ['data: {"type":"t"}'] },
      { ...STREAM, pieces: ['data: {"ty'] },
    ])
    const read = async () => Array.fromAsync(await claviger.responses.create({ input: 'Hi', stream: true }))
    expect(await read()).toEqual([{ type: 't' }])
    await expect(read()).rejects.toMatchObject({ code: 'unexpected_answer' })
  })

  it.each([
    '{"type":"error","code":"upstream_error","message":"broke","param":null}',
    '{"type":"error","error":{"code":"upstream_error","message":"broke"}}',
    '{"error":{"code":"upstream_error","message":"broke","type":"upstream_error","param":null}}',
  ])('an error in a stream is thrown: %s', async (event) => {
    const { claviger } = await startScripted([{ ...STREAM, pieces: [`data: ${event}\n\n`] }])
    const stream = await claviger.responses.create({ input: 'Hi', stream: true })
    const expected = { status: 200, code: 'upstream_error', message: 'broke', retryable: false }
    await expect(Array.fromAsync(stream)).rejects.toMatchObject(expected)
  })

  it('the event of a failed response is an event', async () => {
    const event = '{"type":"response.failed","response":{"error":{"code":"x","message":"broke"}}}'
    const { claviger } = await startScripted([{ ...STREAM, pieces: [`data: ${event}\n\n`] }])
    const [failed] = await Array.fromAsync(await claviger.responses.create({ input: 'Hi', stream: true }))
    expect(failed?.type).toBe('response.failed')
  })
})

const STREAM = { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }

interface Scripted {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly pieces?: readonly (string | Buffer)[]
  readonly pieceDelayMs?: number
  /** Never answers. */
  readonly silent?: boolean
  /** Does not end the answer. */
  readonly open?: boolean
}

/** A failure after which no pause is needed. */
function soon(status: number, headers: Record<string, string> = {}): Scripted {
  return { status, headers: { 'retry-after': '0', ...headers } }
}

/** A server that answers as it is told, one entry a request, and a client for it. */
async function startScripted(script: readonly Scripted[], options: Partial<ClavigerOptions> = {}) {
  const left = [...script]
  const seen: Record<string, string | string[] | undefined>[] = []
  const times: number[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    times.push(Date.now())
    request.resume()
    void answer(response, left.shift() ?? { status: 599 })
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  cleanUps.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  const url = `http://127.0.0.1:${port}`
  const claviger = createClaviger({ baseUrl: url, apiKey: 'k', ...options })
  return { claviger, url, requests: () => seen.length, seen: () => seen, times: () => times }
}

async function answer(response: ServerResponse, told: Scripted): Promise<void> {
  if (told.silent) return
  response.writeHead(told.status ?? 200, { 'content-type': 'application/json', ...told.headers })
  for (const piece of told.pieces ?? [told.body ?? '{"data":{"hash":"h"},"key":"k"}']) {
    // One piece a packet, so that the client gets what was cut as it was cut.
    await new Promise((resolve) => response.write(piece, resolve))
    await new Promise((resolve) => setTimeout(resolve, told.pieceDelayMs ?? 0))
  }
  if (!told.open) response.end()
}

/** A TCP proxy that breaks the first connection when `after` bytes of an answer have gone through it. */
async function startCuttingProxy(target: string, after: number) {
  const { port } = new URL(target)
  const open = new Set<Socket>()
  let cuts = 0
  let connections = 0
  const server = createTcpServer((near) => {
    connections++
    const far = connect(Number(port), '127.0.0.1')
    let passed = 0
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.on('data', (bytes) => far.write(bytes))
    far.on('data', (bytes) => {
      if (cuts > 0 || passed + bytes.length < after) {
        passed += bytes.length
        near.write(bytes)
        return
      }
      cuts++
      // What was let through must arrive before the break.
      near.write(bytes.subarray(0, after - passed), () => near.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUps.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        for (const socket of open) socket.destroy()
      }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, cuts: () => cuts, connections: () => connections }
}

async function freePort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
