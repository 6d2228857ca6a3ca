import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { holdClosedPort } from '../../../test/support/closed-port.ts'
import {
  answerBytes,
  chunkedBytes,
  type RawUpstream,
  startRawUpstream,
} from '../../../test/support/raw-upstream.ts'
import type { ProviderConfig } from '../../config/config.ts'
import type { Provider, UpstreamCall, UpstreamFailure } from '../provider.ts'
import { createOpenAiProvider } from './openai.ts'

const DEFAULTS = {
  id: 'p',
  kind: 'openai',
  connections: 4,
  connectTimeoutMs: 2000,
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
}
const SUPPORTS = { responses: false, streamOptions: true, maxCompletionTokens: true }

let upstream: RawUpstream
const providers: Provider[] = []

beforeAll(async () => {
  upstream = await startRawUpstream()
})
afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()))
})
afterAll(() => upstream?.stop())

function provider(more: Partial<ProviderConfig> = {}): Provider {
  const config = { ...DEFAULTS, supports: SUPPORTS, baseUrl: `${upstream.url}/v1`, ...more } as ProviderConfig
  const made = createOpenAiProvider(config)
  providers.push(made)
  return made
}

interface Exchange {
  readonly call: UpstreamCall
  readonly events: string[]
  readonly body: () => string
  head?: { status: number; headers: Readonly<Record<string, unknown>> }
  failure?: UpstreamFailure
  readonly over: Promise<'end' | UpstreamFailure['kind']>
}

function send(to: Provider, body = '{"model":"m"}', streamed = true): Exchange {
  const over = Promise.withResolvers<'end' | UpstreamFailure['kind']>()
  const events: string[] = []
  const chunks: Buffer[] = []
  const exchange: Partial<Exchange> & { events: string[] } = {
    events,
    body: () => Buffer.concat(chunks).toString('utf8'),
    over: over.promise,
  }
  const call = to.send(
    { path: '/chat/completions', body, streamed },
    {
      headers: (status, headers) => {
        events.push('headers')
        exchange.head = { status, headers }
      },
      data: (chunk) => {
        events.push('data')
        chunks.push(chunk)
      },
      end: () => {
        events.push('end')
        over.resolve('end')
      },
      error: (failure) => {
        events.push('error')
        exchange.failure = failure
        over.resolve(failure.kind)
      },
    },
  )
  return Object.assign(exchange, { call }) as Exchange
}

/** The number of requests so far; the next one has this index. */
const next = () => upstream.requests.length
const arrived = (index: number) =>
  vi.waitFor(() => expect(upstream.requests.length).toBeGreaterThan(index), { timeout: 10_000, interval: 1 })
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())))
const EVENTS = ['data: {"a":"ä€😀"}\n\n', 'data: 2\n\n', ': comment\n\n', 'data: [DONE]\n\n']

describe('a request', () => {
  it('goes to the base address and the path, with our credential and nothing of the caller’s', async () => {
    const own = { 'X-Team': 'a', 'User-Agent': 'own', AUTHORIZATION: 'Token t' }
    upstream.answer(({ socket }) => socket.write(answerBytes('{}')))
    const plain = next()
    await send(provider({ apiKey: 'sk-1', baseUrl: `${upstream.url}/deep/v1/` }), '{"a":"ä"}').over
    const { head, body } = upstream.requests[plain] as { head: string; body: string }
    expect(head.split('\r\n')[0]).toBe('POST /deep/v1/chat/completions HTTP/1.1')
    expect(Buffer.from(body, 'latin1').toString()).toBe('{"a":"ä"}')
    const names = head
      .toLowerCase()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(':')[0])
    expect(names.sort()).toEqual([
      'accept',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
    ])
    expect(head).toContain('authorization: Bearer sk-1')
    expect(head).toContain('accept: text/event-stream')
    await send(provider({ apiKey: 'sk-1', headers: own }), '{}', false).over
    const lines = upstream.requests[plain + 1]?.head.toLowerCase().split('\r\n') ?? []
    expect(lines).toContain('accept: application/json')
    expect(lines).toContain('x-team: a')
    // What the operator sets replaces ours, in whatever case it is written.
    expect(lines.filter((line) => /^(authorization|user-agent):/.test(line)).sort()).toEqual([
      'authorization: token t',
      'user-agent: own',
    ])
  })

  it('uses a connection again after a clean end', async () => {
    upstream.answer(({ socket }) => socket.write(answerBytes('{}')))
    const to = provider()
    const first = next()
    for (let i = 0; i < 3; i++) {
      expect(await send(to).over).toBe('end')
      await turn()
    }
    const used = upstream.requests.slice(first).map(({ connection }) => connection)
    expect(new Set(used).size).toBe(1)
  })
})

describe('an answer', () => {
  it('is the same however its bytes are cut, in the head, between chunks and inside a character', async () => {
    const to = provider()
    const texts = [
      chunkedBytes(EVENTS),
      answerBytes(EVENTS.join('')),
      `HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n${chunkedBytes(EVENTS)}`,
    ]
    const places = fc.array(fc.nat(), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), places, async (text, where) => {
        const bytes = Buffer.from(text)
        const ends = [...new Set(where.map((place) => place % bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        )
        upstream.answer(async ({ socket }) => {
          let from = 0
          for (const end of ends) {
            socket.write(bytes.subarray(from, end))
            from = end
            await turn()
            await turn()
          }
        })
        const exchange = send(to)
        expect(await exchange.over).toBe('end')
        expect(exchange.body()).toBe(EVENTS.join(''))
        expect(exchange.head?.status).toBe(200)
        expect(exchange.events.filter((event) => event !== 'data')).toEqual(['headers', 'end'])
        expect(exchange.events[0]).toBe('headers')
      }),
      { numRuns: 60 },
    )
  })

  it('that is announced is told once, when it comes', async () => {
    upstream.answer(({ socket }) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n')
      socket.write(answerBytes('late', [], '429 Too Many Requests'))
    })
    const exchange = send(provider())
    expect(await exchange.over).toBe('end')
    expect(exchange.head?.status).toBe(429)
    expect(exchange.events).toEqual(['headers', 'data', 'end'])
  })

  it('is not followed elsewhere, and not unpacked: it is what it is', async () => {
    upstream.answer(({ socket }) =>
      socket.write(
        answerBytes(
          'packed',
          ['Location: http://127.0.0.1:1/', 'Content-Encoding: gzip', 'Set-Cookie: a=1', 'Set-Cookie: b=2'],
          '302 Found',
        ),
      ),
    )
    const first = next()
    const exchange = send(provider())
    expect(await exchange.over).toBe('end')
    expect([exchange.head?.status, exchange.body()]).toEqual([302, 'packed'])
    expect(exchange.head?.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(next()).toBe(first + 1)
  })

  it.each<[string, string, string]>([
    ['reset before its head', '', 'error'],
    ['reset in its head', 'HTTP/1.1 200 OK\r\nContent-', 'error'],
    ['reset after its head', chunkedBytes([], false), 'headers,error'],
    ['reset in its body', chunkedBytes(['data: 1\n\n'], false), 'headers,data,error'],
    ['shorter than it said', answerBytes('0123456789').slice(0, -3), 'headers,data,error'],
  ])('that is %s is broken, whether the connection is reset or closed', async (_, bytes, events) => {
    for (const end of ['resetAndDestroy', 'end'] as const) {
      upstream.answer(({ socket }) => socket.write(bytes || '', () => setImmediate(() => socket[end]())))
      const exchange = send(provider())
      expect(await exchange.over).toBe('broken')
      // A reset may overtake what was sent before it; what is told is told in this order all the same.
      const told = exchange.events.join()
      expect([events, 'headers,error', 'error']).toContain(told)
      if (end === 'end') expect(told).toBe(events)
    }
  })

  it.each<[string, string]>([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a status that is none', 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n'],
    [
      'a change of protocol that nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`],
    ['one header without end', `HTTP/1.1 200 OK\r\nX-A: ${'b'.repeat(1_000_000)}`],
  ])('with %s is broken, and its connection is not used again', async (_, bytes) => {
    const to = provider()
    const first = next()
    upstream.answer(({ socket }) => socket.write(bytes))
    const exchange = send(to)
    expect(await exchange.over).toBe('broken')
    await closed(upstream.requests[first]?.socket as Socket)
    upstream.answer(({ socket }) => socket.write(answerBytes('good')))
    const after = send(to)
    expect([await after.over, after.body()]).toEqual(['end', 'good'])
  })
})

describe('what a provider sends besides', () => {
  const secret = answerBytes('{"answer":"of somebody else"}')

  it.each<[string, string]>([
    ['a second answer right behind the first', answerBytes('own') + secret],
    ['more bytes than it said', `${answerBytes('own')}${'x'.repeat(100)}`],
    ['a second answer behind the last chunk', chunkedBytes(['own']) + secret],
  ])('as %s, is never the answer to the next request', async (_, bytes) => {
    const to = provider({ connections: 1 })
    const first = next()
    upstream.answer(({ socket }) => socket.write(bytes))
    const one = send(to)
    const queued = send(to)
    expect([await one.over, one.body()]).toEqual(['end', 'own'])
    upstream.answer(({ socket }) => socket.write(answerBytes('other')))
    const outcome = await queued.over
    expect([outcome, queued.body()]).toEqual(['end', 'other'])
    expect(upstream.requests[first + 1]?.connection).not.toBe(upstream.requests[first]?.connection)
  })

  it('on an idle connection, is never the answer to the next request', async () => {
    const to = provider({ connections: 1 })
    const first = next()
    upstream.answer(({ socket }) => socket.write(answerBytes('own')))
    const one = send(to)
    expect([await one.over, one.body()]).toEqual(['end', 'own'])
    const idle = upstream.requests[first]?.socket as Socket
    // Only a connection that is kept can be abused, so this one has to be.
    await turn()
    expect(idle.destroyed).toBe(false)
    idle.write(secret)
    await closed(idle)
    upstream.answer(({ socket }) => socket.write(answerBytes('other')))
    const two = send(to)
    expect([await two.over, two.body()]).toEqual(['end', 'other'])
    expect(upstream.requests[first + 1]?.connection).not.toBe(upstream.requests[first]?.connection)
  })
})

describe('time', () => {
  it('runs out when no answer begins, and the provider is told', async () => {
    const first = next()
    upstream.answer(() => {})
    const exchange = send(provider({ headersTimeoutMs: 300 }))
    expect(await exchange.over).toBe('timeout')
    expect(exchange.events).toEqual(['error'])
    await closed(upstream.requests[first]?.socket as Socket)
  })

  it('runs out when an answer falls silent, and the provider is told', async () => {
    const first = next()
    upstream.answer(({ socket }) => socket.write(chunkedBytes(['data: 1\n\n'], false)))
    const exchange = send(provider({ idleTimeoutMs: 300 }))
    expect(await exchange.over).toBe('timeout')
    expect(exchange.events).toEqual(['headers', 'data', 'error'])
    await closed(upstream.requests[first]?.socket as Socket)
  })

  it('does not run out while an answer goes on, however slowly and however long', async () => {
    let sent = 0
    upstream.answer(({ socket }) => {
      socket.write(chunkedBytes([], false))
      const timer = setInterval(() => {
        socket.write('1\r\nx\r\n')
        if (++sent < 12) return
        clearInterval(timer)
        socket.write('0\r\n\r\n')
      }, 150)
    })
    const exchange = send(provider({ idleTimeoutMs: 1000 }))
    expect(await exchange.over).toBe('end')
    expect(exchange.body()).toBe('x'.repeat(12))
  })

  it('is not given to a provider that only ever announces an answer', async () => {
    let timer: NodeJS.Timeout | undefined
    upstream.answer(({ socket }) => {
      timer = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 20)
    })
    const first = next()
    const exchange = send(provider({ headersTimeoutMs: 60_000 }))
    expect(await exchange.over).toBe('broken')
    clearInterval(timer)
    await closed(upstream.requests[first]?.socket as Socket)
    expect(exchange.events).toEqual(['error'])
  })

  it('is not spent on a provider that is not there', async () => {
    const closed = await holdClosedPort()
    const exchange = send(provider({ baseUrl: `http://127.0.0.1:${closed.port}/v1` }))
    expect(await exchange.over).toBe('connect')
    expect(exchange.failure?.message).toContain('ECONNREFUSED')
    closed.release()
  })
})

describe('aborting', () => {
  it('before there is an answer ends the connection and tells nothing more', async () => {
    const first = next()
    upstream.answer(() => {})
    const exchange = send(provider())
    await arrived(first)
    exchange.call.abort()
    await closed(upstream.requests[first]?.socket as Socket)
    expect(exchange.events).toEqual([])
  })

  it('in the middle of an answer ends the connection, tells nothing more, and the next request gets its own', async () => {
    const to = provider({ connections: 1 })
    const first = next()
    upstream.answer(({ socket }) => socket.write(chunkedBytes(['data: 1\n\n'], false)))
    const exchange = send(to)
    await vi.waitFor(() => expect(exchange.events).toContain('data'), { timeout: 10_000 })
    exchange.call.abort()
    const told = exchange.events.length
    const { socket } = upstream.requests[first] as { socket: Socket }
    socket.write('9\r\ndata: 2\n\n\r\n0\r\n\r\n')
    await closed(socket)
    upstream.answer((request) => request.socket.write(answerBytes('own')))
    const after = send(to)
    expect([await after.over, after.body()]).toEqual(['end', 'own'])
    expect(exchange.events).toHaveLength(told)
  })

  it('at once, before there is a connection, sends nothing and tells nothing', async () => {
    const first = next()
    const exchange = send(provider())
    exchange.call.abort()
    upstream.answer(({ socket }) => socket.write(answerBytes('own')))
    const after = send(provider())
    expect(await after.over).toBe('end')
    expect(exchange.events).toEqual([])
    expect(next()).toBe(first + 1)
  })

  it('while it waits for a connection never reaches the provider', async () => {
    const to = provider({ connections: 1 })
    const first = next()
    upstream.answer(({ socket }) => socket.write(chunkedBytes(['data: 1\n\n'], false)))
    const busy = send(to, '{"id":"busy"}')
    await arrived(first)
    const waiting = send(to, '{"id":"waiting"}')
    const last = send(to, '{"id":"last"}')
    waiting.call.abort()
    upstream.answer((request) => request.socket.write(answerBytes('own')))
    upstream.requests[first]?.socket.write('0\r\n\r\n')
    expect(await busy.over).toBe('end')
    expect(await last.over).toBe('end')
    expect(waiting.events).toEqual([])
    expect(upstream.requests.slice(first).map(({ body }) => body)).toEqual(['{"id":"busy"}', '{"id":"last"}'])
  })

  it('twice, or after the end, does no harm to whoever has the connection by then', async () => {
    const to = provider({ connections: 1 })
    upstream.answer(({ socket }) => socket.write(answerBytes('own')))
    const one = send(to)
    expect(await one.over).toBe('end')
    const two = send(to)
    one.call.abort()
    one.call.abort()
    expect([await two.over, two.body()]).toEqual(['end', 'own'])
  })
})

it('What is not read here is not read from the provider, and silence that we made ourselves is no failure', async () => {
  let written = 0
  let full: (() => void) | undefined
  const stopped = new Promise<void>((resolve) => {
    full = resolve
  })
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  const most = 2000
  upstream.answer(({ socket }) => {
    socket.write(chunkedBytes([], false))
    const pump = (): void => {
      while (written < most) {
        written++
        if (!socket.write(chunk)) {
          full?.()
          socket.once('drain', pump)
          return
        }
      }
      socket.end('0\r\n\r\n')
    }
    pump()
  })
  const exchange = send(provider({ idleTimeoutMs: 400 }))
  await vi.waitFor(() => expect(exchange.events).toContain('data'), { timeout: 10_000, interval: 1 })
  exchange.call.pause()
  await stopped
  // Longer than an answer may be silent.
  const until = performance.now() + 1200
  await vi.waitFor(() => expect(performance.now()).toBeGreaterThan(until), { timeout: 5000 })
  expect(written).toBeLessThan(most)
  expect(exchange.events).not.toContain('error')
  exchange.call.resume()
  expect(await exchange.over).toBe('end')
  expect(exchange.body().length).toBe(most * 65_536)
})

it('A credential is hidden in what the provider says, and a version or the like is left', () => {
  const { hideCredentials } = provider({
    apiKey: 'sk-0123456789',
    headers: { 'api-version': '2026-01', 'x-key': 'other-secret' },
  })
  expect(hideCredentials('bad sk-0123456789, sk-0123456789 or other-secret at 2026-01')).toBe(
    'bad ***, *** or *** at 2026-01',
  )
})

it('Of a provider that is closed nothing is left waiting', async () => {
  const first = next()
  upstream.answer(() => {})
  const to = provider()
  const exchange = send(to)
  await arrived(first)
  await to.close()
  expect(await exchange.over).toBe('broken')
  expect(await send(to).over).toBe('broken')
})
