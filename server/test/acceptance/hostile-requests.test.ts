import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bodyOf, isClosed, type PublishedError, ROUTES, shapeOf, TABLE } from '../support/authentication.ts'
import {
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { type RawAnswer, RawConnection, requestBytes } from '../support/raw-http.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** What a request meets that is no model request and no failure to authenticate; the rest is in the table. */
const OTHERS: Readonly<Record<string, PublishedError>> = {
  not_found: {
    status: 404,
    message: 'Not found',
    type: 'invalid_request_error',
    envelope: 'NOT_FOUND',
    router: 'not_found',
  },
  method_not_allowed: refusal(405, 'Method not allowed'),
  unsupported_media_type: refusal(415, 'Send the body as application/json'),
  body_too_large: refusal(413, 'The body is too large'),
  invalid_json: refusal(400, 'The body is not valid JSON'),
  request_timeout: refusal(408, 'The request did not arrive in time'),
}

function refusal(status: number, message: string): PublishedError {
  return {
    status,
    message,
    type: 'invalid_request_error',
    envelope: 'BAD_REQUEST',
    router: 'invalid_request',
  }
}

const BODY_BYTES = 524_288
const REQUEST_TIMEOUT_MS = 1500
const JSON_TYPE = 'Content-Type: application/json'
/** Calling a task back takes no body. */
const bodyRoutes = ROUTES.filter(
  ({ method, path }) => (method === 'POST' && !path.endsWith('/cancel')) || method === 'PATCH',
)
/** Those that take their bodies as bytes, as large as the setting allows; a task is as small as any other JSON. */
const inferenceRoutes = bodyRoutes.filter(
  ({ access, path }) => access === 'inference' && path !== '/v1/generate',
)
const keyRoutes = bodyRoutes.filter(({ access }) => access === 'keys:write')

let upstream: Upstream
let installation: Installation
let server: Server
let auth: string
let connection: RawConnection

beforeAll(async () => {
  upstream = await startUpstream()
  const http = { requestTimeoutMs: REQUEST_TIMEOUT_MS, headersTimeoutMs: 1000, bodyBytes: BODY_BYTES }
  installation = await install(testConfig(upstream.url, { http }))
  await installation.admin('admin', 'users', 'create', '--email', 'owner@example.com', '--name', 'Owner')
  const permissions = 'inference,usage:read,keys:read,keys:write,credits:write'
  const { key } = await installation.admin<{ key: string }>(
    'admin',
    'keys',
    'create',
    '--permissions',
    permissions,
  )
  auth = `Authorization: Bearer ${key}`
  server = await installation.start()
  connection = new RawConnection(server.url)
})

afterAll(async () => {
  connection?.close()
  await server?.stop()
  await upstream?.stop()
  await installation?.remove()
  await stopAll()
})

/** Whatever came: the same process still answers, and nothing of it was a fault of ours. */
afterEach(async () => {
  const alive = await new RawConnection(server.url).request(
    requestBytes('GET', '/v1/models', [auth, 'Connection: close']),
  )
  expect(alive.status).toBe(200)
  expect(server.child.exitCode).toBeNull()
  const faults = server
    .output()
    .split('\n')
    .filter((line) => /"level":[56]0/.test(line))
  expect(faults).toEqual([])
})

function expectError(answer: RawAnswer, code: string, path: string, said?: string): void {
  const error = TABLE.errors[code] ?? (OTHERS[code] as PublishedError)
  const message = said ?? error.message
  const requestId = answer.headers['x-request-id'] ?? ''
  expect([answer.status, answer.body], path).toEqual([
    error.status,
    OTHERS[code]
      ? otherBody(code, path, requestId, message)
      : bodyOf(code, shapeOf(path), requestId, message),
  ])
  expect(requestId).toMatch(/^req_/)
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  expect(answer.headers['cache-control']).toBe('no-store')
}

function otherBody(code: string, path: string, requestId: string, message: string): string {
  const { status, type, envelope, router } = OTHERS[code] as PublishedError
  const bodies = {
    openai: { error: { message, type, code, param: null }, detail: message },
    envelope: { data: null, error: { code: envelope, message } },
    router: {
      error: { code: status, message, metadata: { error_type: router, error_code: code } },
      requestId,
    },
  }
  return JSON.stringify(bodies[shapeOf(path)])
}

describe('paths and methods', () => {
  const methodsOf = (path: string) =>
    ROUTES.filter((route) => route.path === path).map(({ method }) => method)

  it.each(['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'PROPFIND'])(
    '%s on a path that does not answer to it is 405 with the methods that it does, without a key',
    async (method) => {
      for (const path of new Set(ROUTES.map((route) => route.path))) {
        const methods = methodsOf(path)
        if (methods.includes(method)) continue
        const head = method === 'HEAD'
        const answer = await connection.request(requestBytes(method, path, []), { head })
        expect(answer.status, `${method} ${path}`).toBe(405)
        expect(answer.headers.allow?.split(', ').toSorted()).toEqual(methods.toSorted())
        if (!head) expectError(answer, 'method_not_allowed', path)
      }
    },
  )

  it.each([
    '/nothing',
    '/v1/nothing',
    '/v1/usage/nothing',
    '/v1/tasks/nothing/more',
    '/api/v1/nothing',
    '/V1/models',
    '//v1/models',
    '/v1/models;x=1',
    '/v1/..%2fapi/v1/keys',
    '/v1/../api/v1/keys',
    '/api/v1/keys/a/b',
  ])('%s is 404 in the shape of its surface, without a key', async (path) => {
    expectError(await connection.request(requestBytes('GET', path, [])), 'not_found', path)
  })

  it('OPTIONS * is 404: nothing here answers for the whole server', async () => {
    expectError(await connection.request(requestBytes('OPTIONS', '*', [])), 'not_found', '*')
  })

  it.each([
    ['a broken escape', '/v1/%zz'],
    ['an overlong encoding', '/api/v1/keys/%c0%ae'],
    ['half an escape', '/v1/usage/%'],
    ['an identifier of 600 characters', `/api/v1/keys/${'a'.repeat(600)}`],
  ])('%s in the path is 400', async (_, path) => {
    expectError(await connection.request(requestBytes('GET', path, [])), 'invalid_request', path)
  })

  it('an identifier is not a path: dots and slashes in it lead nowhere else', async () => {
    for (const id of ['%2e%2e%2fkey', 'a%2Fb', '..%2f..%2fmetrics', '%00', '..;', "'--"]) {
      const answer = await connection.request(requestBytes('GET', `/api/v1/keys/${id}`, [auth]))
      expectError(answer, 'not_found', '/api/v1/keys', 'There is no such API key')
    }
  })

  it('CONNECT, a method in small letters and an invented one are refused, and the connection with them', async () => {
    await expect(connection.request(requestBytes('CONNECT', '/v1/models', [auth]))).rejects.toThrow(
      'without an answer',
    )
    for (const method of ['get', 'PATCHX', 'PRI']) {
      const answer = await connection.request(requestBytes(method, '/v1/models', [auth]))
      expectError(answer, 'invalid_request', '/v1/models')
      expect(answer.closed).toBe(true)
    }
  })

  it('a method override and a rewritten address in headers are ignored', async () => {
    const headers = ['X-HTTP-Method-Override: DELETE', 'X-Original-URL: /metrics', 'X-Rewrite-URL: /healthz']
    const answer = await connection.request(requestBytes('GET', '/api/v1/keys', headers))
    expectError(answer, 'missing_authorization', '/api/v1/keys')
  })
})

describe('the Host header', () => {
  const sentence = 'Send exactly one valid Host header'
  const raw = (lines: readonly string[], path = '/v1/models') =>
    `${[`GET ${path} HTTP/1.1`, ...lines, auth].join('\r\n')}\r\n\r\n`

  it.each([
    ['two', ['Host: a.example', 'Host: b.example']],
    ['two equal ones', ['Host: a.example', 'Host: a.example']],
    ['none', []],
    ['an empty one', ['Host:']],
    ['a path in it', ['Host: a/b?c@d']],
    ['a user in it', ['Host: user@a.example']],
    ['a broken address in it', ['Host: [::1']],
    ['a port beyond five digits', ['Host: a:999999']],
    ['two in one line', ['Host: a.example, b.example']],
  ])('%s: the request is refused, in every shape', async (_, lines) => {
    for (const path of ['/v1/models', '/v1/usage', '/api/v1/key', '/healthz']) {
      expectError(await connection.request(raw(lines, path)), 'invalid_request', path, sentence)
    }
  })

  it('a request of HTTP/1.0 without one is refused', async () => {
    const answer = await connection.request(`GET /v1/models HTTP/1.0\r\n${auth}\r\n\r\n`)
    expectError(answer, 'invalid_request', '/v1/models', sentence)
  })

  it('an absolute request target is routed by its path, whatever host it names', async () => {
    const answer = await connection.request(requestBytes('GET', 'http://elsewhere.example/v1/models', []))
    expectError(answer, 'missing_authorization', '/v1/models')
  })
})

describe('bodies', () => {
  const closed = bodyRoutes.filter(isClosed)

  it.each([
    ['text/plain', ['Content-Type: text/plain']],
    ['a form', ['Content-Type: application/x-www-form-urlencoded']],
    ['multipart', ['Content-Type: multipart/form-data; boundary=x']],
    ['no type at all', []],
    ['a type that only begins like JSON', ['Content-Type: application/jsonp']],
    ['a tab inside the type', ['Content-Type: application/json\ta']],
  ])('%s is 415 on every route that takes a body', async (_, headers) => {
    for (const { method, path } of closed) {
      const answer = await connection.request(requestBytes(method, path, [auth, ...headers], '{"name":"x"}'))
      expectError(answer, 'unsupported_media_type', path)
    }
  })

  it.each(['{', '{"a":1,}', '{"a":1}x', "{'a':1}", '{"a":NaN}', '\u0000', '{"a":"\u0001"}', 'undefined'])(
    '%j is no JSON: 400 on every route that takes a body',
    async (text) => {
      for (const { method, path } of closed) {
        const answer = await connection.request(requestBytes(method, path, [auth, JSON_TYPE], text))
        expectError(answer, 'invalid_json', path)
      }
    },
  )

  it.each(['null', '[]', '"x"', '1', 'true'])(
    '%s is JSON and no object: 400 on every route',
    async (text) => {
      for (const { method, path } of closed) {
        const answer = await connection.request(requestBytes(method, path, [auth, JSON_TYPE], text))
        expect(answer.status, path).toBe(400)
      }
    },
  )

  it('without a key a body of 100 MB is refused before a byte of it has come', async () => {
    for (const { method, path } of closed) {
      const fresh = new RawConnection(server.url)
      const headers = [JSON_TYPE, 'Content-Length: 100000000']
      expectError(await fresh.request(requestBytes(method, path, headers)), 'missing_authorization', path)
      fresh.close()
    }
  })

  it('a body that the client asks about first is invited only when the key is good', async () => {
    const invitation = async (path: string, headers: readonly string[]): Promise<string> => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
      const all = [...headers, JSON_TYPE, 'Expect: 100-continue', 'Content-Length: 2']
      socket.write(requestBytes('POST', path, all))
      // The first bytes that come are the invitation, or the answer in its place.
      const [bytes] = (await once(socket, 'data')) as [Buffer]
      const [head = ''] = bytes.toString().split('\r\n\r\n', 1)
      if (head === 'HTTP/1.1 100 Continue') {
        socket.write('{}')
        const [answer] = (await once(socket, 'data')) as [Buffer]
        socket.destroy()
        return `invited, ${answer.toString('latin1', 9, 12)}`
      }
      // Whether a body follows is not known, so the connection cannot go on.
      expect(head.toLowerCase()).toContain('\r\nconnection: close')
      await once(socket, 'close')
      return head.slice(9, 12)
    }
    for (const { method, path } of closed) {
      if (method !== 'POST') continue
      expect([path, await invitation(path, [])]).toEqual([path, '401'])
      expect([path, await invitation(path, ['Authorization: Bearer junk'])]).toEqual([path, '401'])
      expect([path, await invitation(path, [auth])]).toEqual([path, 'invited, 400'])
    }
    // Nothing is to be authenticated there.
    expect(await invitation('/v1/nothing', [])).toBe('invited, 404')
  })

  it('with a key a body that says it is too large is refused before a byte of it has come', async () => {
    for (const { method, path } of closed) {
      const tooLarge = inferenceRoutes.some((route) => route.path === path) ? BODY_BYTES + 1 : 1_048_577
      const fresh = new RawConnection(server.url)
      const headers = [auth, JSON_TYPE, `Content-Length: ${tooLarge}`]
      const answer = await fresh.request(requestBytes(method, path, headers))
      expectError(answer, 'body_too_large', path)
      expect(answer.closed).toBe(true)
    }
  })

  it('a body that grows too large in chunks is refused while it grows', async () => {
    for (const { path } of inferenceRoutes) {
      const fresh = new RawConnection(server.url)
      fresh.send(requestBytes('POST', path, [auth, JSON_TYPE, 'Transfer-Encoding: chunked']))
      const chunk = 'a'.repeat(65_536)
      for (let sent = 0; sent <= BODY_BYTES; sent += chunk.length) fresh.send(`10000\r\n${chunk}\r\n`)
      expectError(await fresh.read(), 'body_too_large', path)
    }
  })

  it('JSON 100 000 levels deep is refused, and never a fault', async () => {
    const arrays = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
    const long = new RawConnection(server.url)
    for (const deep of [arrays, objects]) {
      for (const { method, path } of keyRoutes) {
        const body = `{"name":"Deep","metadata":{"a":${deep}}}`
        for (const headers of [[], ['Idempotency-Key: deep']]) {
          const answer = await long.request(requestBytes(method, path, [auth, JSON_TYPE, ...headers], body))
          expectError(answer, 'invalid_json', path, 'The body is nested too deeply')
        }
      }
    }
    long.close()
  })

  it('JSON as deep as a body may be large is refused by the model routes, and never a fault', async () => {
    const levels = 100_000
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`
    for (const { path } of inferenceRoutes) {
      for (const model of ['chat', 'chat-native', 'embed']) {
        const body = `{"model":"${model}","input":${deep},"messages":${deep}}`
        const answer = await connection.request(requestBytes('POST', path, [auth, JSON_TYPE], body))
        expect(answer.status, `${path} ${model}`).toBe(400)
        expect(JSON.parse(answer.body)).toHaveProperty('error.message')
      }
    }
  })

  it('an object of 60 000 members is refused within a second', async () => {
    const members = Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join()
    for (const { method, path } of keyRoutes) {
      for (const body of [`{"name":"Wide",${members}}`, `{"name":"Wide","metadata":{${members}}}`]) {
        // A machine that is busy with other tests is slow now and then, and work that grows too fast every time.
        let fastest = Number.POSITIVE_INFINITY
        for (let tries = 0; tries < 3 && fastest >= 1000; tries++) {
          const before = performance.now()
          const answer = await connection.request(requestBytes(method, path, [auth, JSON_TYPE], body))
          expect([400, 404]).toContain(answer.status)
          fastest = Math.min(fastest, performance.now() - before)
        }
        expect(fastest).toBeLessThan(1000)
      }
    }
  })

  it('__proto__ and constructor in a body give no key a right', async () => {
    const send = (body: string) =>
      connection.request(requestBytes('POST', '/api/v1/keys', [auth, JSON_TYPE], body))
    const more = '{"permissions":["keys:verify"],"limit":1}'
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      const answer = await send(`{"name":"Sly","${name}":${more}}`)
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.body).error.message).toBe(`${name}: there is no such field`)
    }
    const inside = await send(
      `{"name":"Sly","metadata":{"__proto__":${more},"constructor":{"prototype":${more}}}}`,
    )
    expect(inside.status).toBe(201)
    expect(JSON.parse(inside.body).data).toMatchObject({
      permissions: ['inference', 'usage:read'],
      limit: null,
    })
    const after = await send('{"name":"Plain"}')
    expect(JSON.parse(after.body).data).toMatchObject({
      permissions: ['inference', 'usage:read'],
      limit: null,
    })
  })
})

describe('headers', () => {
  it.each([
    ['one of 17 KB', [`X-Long: ${'a'.repeat(17_000)}`]],
    // Node 22 counts names and values alone, Node 24 what stands between them, too.
    ['three thousand of 9 bytes', Array.from({ length: 3000 }, () => 'x-a: abcd')],
    ['a cookie of 20 KB', [`Cookie: ${'a=b; '.repeat(4000)}`]],
  ])('%s: 431, and the connection is closed', async (_, headers) => {
    const answer = await connection.request(requestBytes('GET', '/v1/models', [auth, ...headers]))
    expectError(answer, 'headers_too_large', '/v1/models')
    expect(answer.closed).toBe(true)
  })

  it('headers named __proto__ and constructor are headers like any other', async () => {
    const headers = ['__proto__: x', 'constructor: y', 'toString: z', 'hasOwnProperty: w']
    const plain = await connection.request(requestBytes('GET', '/v1/models', [auth]))
    const answer = await connection.request(requestBytes('GET', '/v1/models', [...headers, auth]))
    expect([answer.status, answer.body]).toEqual([200, plain.body])
  })

  it('a request id of the client does not become ours', async () => {
    for (const sent of ['req_00000000000000000000000000', 'x'.repeat(8000), '1\t2']) {
      const answer = await connection.request(
        requestBytes('GET', '/v1/models', [auth, `X-Request-Id: ${sent}`]),
      )
      expect(answer.headers['x-request-id']).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/)
      expect(answer.headers['x-request-id']).not.toBe(sent)
    }
  })
})

describe('framing', () => {
  const head = (...lines: string[]) =>
    ['POST /v1/responses HTTP/1.1', 'Host: claviger.test', JSON_TYPE, ...lines, '', ''].join('\r\n')
  const smuggled = 'GET /healthz HTTP/1.1\r\nHost: claviger.test\r\n\r\n'

  it.each([
    ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5']],
    ['a length with a sign', ['Content-Length: +4']],
    ['a hexadecimal length', ['Content-Length: 0x4']],
    ['a list of lengths', ['Content-Length: 4, 4']],
    ['an encoding that is none', ['Transfer-Encoding: xchunked']],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity']],
    ['a space before the colon', ['Transfer-Encoding : chunked']],
    ['a folded header', ['X-A: 1', ' 2']],
  ])('%s: refused, and what follows is not taken for a request', async (_, lines) => {
    const fresh = new RawConnection(server.url)
    fresh.send(`${head(...lines)}${smuggled}`)
    const answer = await fresh.read()
    expect([400, 401]).toContain(answer.status)
    expect(answer.headers['x-request-id']).toMatch(/^req_/)
    if (!answer.closed) {
      const next = await fresh.read()
      expect(next.status).toBe(400)
      expect(next.closed).toBe(true)
    }
    fresh.close()
  })

  it.each([
    ['a negative size', '-1\r\nabcd\r\n0\r\n\r\n'],
    ['a size beyond all bounds', 'FFFFFFFFFFFFFFFFF\r\nabcd\r\n'],
    ['a size that is none', 'zz\r\nabcd\r\n0\r\n\r\n'],
    ['a chunk longer than its size', '2\r\nabcd\r\n0\r\n\r\n'],
  ])('a chunk of %s is refused', async (_, body) => {
    const fresh = new RawConnection(server.url)
    const answer = await fresh.request(`${head(auth, 'Transfer-Encoding: chunked')}${body}`)
    expectError(answer, 'invalid_request', '/v1/responses')
    expect(answer.closed).toBe(true)
  })

  it('requests in one packet are answered one by one: a refusal does not lend its place to the next', async () => {
    const bad = requestBytes('GET', '/v1/models', ['Authorization: Bearer junk'])
    const good = requestBytes('GET', '/v1/models', [auth])
    const none = requestBytes('GET', '/v1/usage', [])
    const fresh = new RawConnection(server.url)
    fresh.send(Buffer.concat([bad, good, none, good]))
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await fresh.read()).status)
    expect(statuses).toEqual([401, 200, 401, 200])
    fresh.close()
  })

  it('random bytes are refused, and the connection with them', async () => {
    for (const bytes of [
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
      '\0\0\0\0\r\n\r\n',
      'GET\r\n\r\n',
    ]) {
      const fresh = new RawConnection(server.url)
      const answer = await fresh.request(Buffer.from(bytes, 'latin1'))
      expectError(answer, 'invalid_request', '/')
      expect(answer.closed).toBe(true)
    }
  })
})

describe('slow senders', () => {
  /** The server looks for them every two seconds; the rest is room for a machine that is busy with other tests. */
  const latest = REQUEST_TIMEOUT_MS + 2000 + 8000

  it('headers and bodies that do not come in time are cut with 408, and no database is blamed', async () => {
    const head = (framing: string) =>
      requestBytes('POST', '/v1/responses', [auth, JSON_TYPE, framing]).toString()
    const slow = {
      'half of the headers': `GET /v1/models HTTP/1.1\r\nHost: claviger.test\r\n${auth}\r\n`,
      'nothing but a letter': 'G',
      'half of a body': `${head('Content-Length: 100')}{"`,
      'half of a chunk': `${head('Transfer-Encoding: chunked')}5\r\nab`,
    }
    const before = performance.now()
    const answers = await Promise.all(
      Object.entries(slow).map(async ([name, bytes]) => {
        const fresh = new RawConnection(server.url)
        return [name, await fresh.request(bytes)] as const
      }),
    )
    expect(performance.now() - before).toBeLessThan(latest)
    for (const [name, answer] of answers) {
      expect(answer.status, name).toBe(408)
      expectError(answer, 'request_timeout', '/')
      expect(answer.closed, name).toBe(true)
    }
  })

  it('a body that trickles in for ever is cut too', async () => {
    const fresh = new RawConnection(server.url)
    fresh.send(requestBytes('POST', '/v1/responses', [auth, JSON_TYPE, 'Transfer-Encoding: chunked']))
    const trickle = setInterval(() => fresh.send('1\r\n \r\n'), 50)
    const answer = await fresh.read({ limitMs: latest }).finally(() => clearInterval(trickle))
    expectError(answer, 'request_timeout', '/')
    fresh.close()
  })
})
