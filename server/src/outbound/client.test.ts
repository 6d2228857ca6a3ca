import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type NameServer, startNameServer } from '../../test/support/name-server.ts'
import type { Config } from '../config/config.ts'
import { readUrl } from './check-url.ts'
import { OutboundClient } from './client.ts'

let serve: (socket: Socket) => void = () => {}
const sockets = new Set<Socket>()
let server: Server
let names: NameServer
let client: OutboundClient
let port: number

function outboundConfig(ports: readonly number[]): Pick<Config, 'outbound' | 'publicUrl'> {
  const outbound = {
    allowHttp: true,
    ports: [...ports],
    allowCidrs: ['127.0.0.1/32'],
    resolver: names.address,
  }
  return { outbound, publicUrl: 'https://claviger.example.com' }
}

beforeAll(async () => {
  names = await startNameServer()
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)))
    socket.once('data', () => serve(socket))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  client = new OutboundClient(outboundConfig([port]))
})
afterAll(async () => {
  await client.close()
  for (const socket of sockets) socket.destroy()
  server.close()
  names.close()
})

const ask = (more: object = {}) =>
  client.request({
    url: `http://sink.example.com:${port}/hook?a=b`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    timeoutMs: 1000,
    maxBytes: 65_536,
    ...more,
  })
const HEAD = 'HTTP/1.1 200 OK\r\n'

/** Writes on for as long as the other side takes it. */
function flood(socket: Socket, text: string): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(text)) {}
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

describe('a receiver', () => {
  it('that never ends its answer is read to the limit and no further', async () => {
    serve = (socket) => {
      socket.write(`${HEAD}\r\n`)
      flood(socket, 'x'.repeat(65_536))
    }
    // By the limit, and not because its time is over.
    const answer = await ask({ timeoutMs: 60_000 })
    expect([answer.status, answer.body.length, answer.truncated]).toEqual([200, 65_536, true])
    await vi.waitFor(() => expect(sockets.size).toBe(0), { timeout: 10_000 })
  })

  it('that answers byte by byte is left when the time is over', async () => {
    serve = (socket) => {
      socket.write(`${HEAD}content-length: 1000\r\n\r\n`)
      const drip = setInterval(() => socket.write('x'), 50)
      socket.once('close', () => clearInterval(drip))
    }
    await expect(ask()).rejects.toMatchObject({ kind: 'timeout' })
  })

  it('that sends headers without end is left', async () => {
    serve = (socket) => {
      socket.write(HEAD)
      flood(socket, `x-more: ${'y'.repeat(1000)}\r\n`)
    }
    await expect(ask({ timeoutMs: 10_000 })).rejects.toMatchObject({ kind: 'broken' })
  })

  it('that only announces an answer is left', async () => {
    serve = (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n')
    await expect(ask({ timeoutMs: 10_000 })).rejects.toMatchObject({ name: 'OutboundFailed', kind: 'broken' })
    serve = (socket) => flood(socket, 'HTTP/1.1 100 Continue\r\n\r\n')
    await expect(ask({ timeoutMs: 10_000 })).rejects.toMatchObject({ name: 'OutboundFailed', kind: 'broken' })
  })

  it('that compresses its answer is not unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(1_000_000))
    serve = (socket) => {
      socket.write(`${HEAD}content-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`)
      socket.end(packed)
    }
    expect((await ask()).body).toEqual(packed)
  })

  it('that answers before it has read, and breaks the connection, ends the request', async () => {
    serve = (socket) => {
      socket.write(`${HEAD}content-length: 10\r\n\r\n12`)
      setImmediate(() => socket.resetAndDestroy())
    }
    await expect(ask()).rejects.toMatchObject({ name: 'OutboundFailed' })
  })

  it('that never answers is left when the server stops', async () => {
    const own = new OutboundClient(outboundConfig([port]))
    const arrived = Promise.withResolvers<void>()
    serve = () => arrived.resolve()
    const asking = own.request({
      url: `http://sink.example.com:${port}/`,
      method: 'POST',
      headers: {},
      timeoutMs: 60_000,
      maxBytes: 1,
    })
    asking.catch(() => {})
    await arrived.promise
    await own.close()
    await expect(asking).rejects.toMatchObject({ name: 'OutboundFailed' })
  })
})

describe('this server itself', () => {
  it.each(['https://claviger.example.com/v1', 'https://CLAVIGER.example.com./'])(
    'is no address to send to: %s',
    (url) => {
      expect(readUrl(outboundConfig([]), url)).toEqual(expect.any(String))
    },
  )
})

const openssl = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!openssl)('TLS, with openssl', () => {
  let dir: string
  let former: readonly string[]
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'claviger-tls-'))
    const run = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' })
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=ca', '-days', '2')
    run('req', '-x509', ...key, '-keyout', 'self.key', '-out', 'self.pem', '-subj', '/CN=sink.example.com')
    run('req', ...key, '-keyout', 'sink.key', '-out', 'sink.csr', '-subj', '/CN=sink')
    writeFileSync(join(dir, 'names'), 'subjectAltName=DNS:sink.example.com')
    const sign = ['x509', '-req', '-in', 'sink.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial']
    run(...sign, '-days', '2', '-extfile', 'names', '-out', 'good.pem')
    run(...sign, '-days', '-1', '-extfile', 'names', '-out', 'expired.pem')
    former = tls.getCACertificates('default')
    tls.setDefaultCACertificates([...former, readFileSync(join(dir, 'ca.pem'), 'utf8')])
  })
  afterAll(() => {
    tls.setDefaultCACertificates(former)
    rmSync(dir, { recursive: true, force: true })
  })

  async function over(name: string, host = 'sink.example.com') {
    const read = (file: string) => readFileSync(join(dir, file))
    const key = read(name === 'self' ? 'self.key' : 'sink.key')
    let requests = 0
    const secure = tls.createServer({ key, cert: read(`${name}.pem`) }, (socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        requests++
        socket.end(`${HEAD}content-length: 2\r\n\r\nok`)
      })
    })
    secure.on('tlsClientError', () => {})
    secure.listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const { port } = secure.address() as AddressInfo
    const own = new OutboundClient(outboundConfig([port]))
    try {
      const url = `https://${host}:${port}/`
      const ask = { url, method: 'POST', headers: {}, body: '{}', timeoutMs: 5000, maxBytes: 100 } as const
      const said = await own.request(ask).then(
        ({ status }) => status,
        (error) => error.kind,
      )
      return { said, requests }
    } finally {
      await own.close()
      secure.close()
    }
  }

  it('is spoken with a receiver whose certificate is good for its name', async () => {
    expect(await over('good')).toEqual({ said: 200, requests: 1 })
  })

  it.each([
    ['expired', 'sink.example.com'],
    ['self', 'sink.example.com'],
    ['good', 'other.example.com'],
  ])('sends nothing to one whose certificate is not: %s at %s', async (name, host) => {
    expect(await over(name, host)).toEqual({ said: 'tls', requests: 0 })
  })
})
