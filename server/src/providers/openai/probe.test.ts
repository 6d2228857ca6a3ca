import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProviderConfig } from '../../config/config.ts'
import { probe, type Sample } from './probe.ts'

const CREDENTIAL = { id: 'c', name: 'main', text: 'sk-0123456789' }
const SAMPLE: Sample = { kind: 'chat', model: 'theirs' }

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`
}

function configOf(baseUrl: string): ProviderConfig {
  return {
    ...{ id: 'p', kind: 'openai', baseUrl, connections: 1 },
    supports: { responses: false, streamOptions: true, maxCompletionTokens: true },
    ...{ connectTimeoutMs: 2000, headersTimeoutMs: 2000, idleTimeoutMs: 2000 },
  }
}

describe('a test of the connection', () => {
  it('says of each answer what it means, and never repeats the provider’s words', async () => {
    for (const [status, message] of [
      [200, 'lists 0 models'],
      [302, 'redirects'],
      [401, 'refuses the credential'],
      [429, 'limits its rate'],
      [500, 'fails at present'],
    ] as const) {
      const url = await listen((request, response) => {
        const head = { location: 'http://127.0.0.1:1/', 'x-came': String(request.headers.authorization) }
        response.writeHead(status, head).end(`{"data":[],"said":"${request.headers.authorization}"}`)
      })
      const found = await probe(configOf(url), CREDENTIAL, SAMPLE)
      expect(found).toMatchObject({ ok: status === 200, status })
      expect(found.message).toContain(message)
      expect(JSON.stringify(found)).not.toContain(CREDENTIAL.text)
      server?.close()
    }
  })

  it('of a server that lists no models asks a model of its own for one token', async () => {
    const came: string[] = []
    const url = await listen((request, response) => {
      let text = ''
      request.on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        came.push(`${request.method} ${request.url} ${text}`)
        response.writeHead(request.method === 'GET' ? 404 : 200).end('{}')
      })
    })
    expect(await probe(configOf(url), CREDENTIAL, SAMPLE)).toMatchObject({ ok: true, models: null })
    expect(came[0]).toBe('GET /v1/models ')
    expect(came[1]).toMatch(/^POST \/v1\/chat\/completions .*"theirs".*"max_tokens":1/)
    expect((await probe(configOf(url), CREDENTIAL, undefined)).message).toContain('check baseUrl')
  })

  it('of an address where nobody listens, or that hangs up, says so', async () => {
    const url = await listen((request) => request.socket.destroy())
    expect(await probe(configOf(url), CREDENTIAL, SAMPLE)).toMatchObject({ ok: false, status: null })
    server?.close()
    const closed = await probe(configOf('http://127.0.0.1:1/v1'), CREDENTIAL, SAMPLE)
    expect(closed).toMatchObject({ ok: false, status: null })
    expect(closed.message).toContain('Nothing listens there')
  })
})
