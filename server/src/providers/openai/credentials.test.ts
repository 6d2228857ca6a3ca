import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ProviderConfig } from '../../config/config.ts'
import type { Provider } from '../provider.ts'
import { createOpenAiProvider } from './openai.ts'

let server: Server
let baseUrl: string
/** The credentials that came, in order, and how each of them is answered. */
const came: string[] = []
let statuses: Record<string, number> = {}

beforeAll(async () => {
  server = createServer((request, response) => {
    const credential = String(request.headers.authorization).replace('Bearer ', '')
    came.push(credential)
    response.writeHead(statuses[credential] ?? 200, { 'retry-after': '60' }).end(`answer to ${credential}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
afterAll(() => server?.close())
beforeEach(() => {
  came.length = 0
  statuses = {}
})

function provider(...texts: string[]): Provider {
  const config = {
    id: 'p',
    kind: 'openai',
    baseUrl,
    supports: { responses: false, streamOptions: true, maxCompletionTokens: true },
    connections: 4,
    connectTimeoutMs: 2000,
    headersTimeoutMs: 10_000,
    idleTimeoutMs: 10_000,
  } satisfies ProviderConfig
  return createOpenAiProvider(
    config,
    texts.map((text) => ({ id: `id-${text}`, name: text, text })),
  )
}

function ask(by: Provider): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    let status = 0
    let text = ''
    by.send(
      { path: '/chat/completions', body: '{}', streamed: false },
      {
        headers: (got) => {
          status = got
        },
        data: (chunk) => {
          text += chunk.toString()
        },
        end: () => resolve({ status, text }),
        error: ({ message }) => reject(new Error(message)),
      },
    )
  })
}

describe('several credentials of a provider', () => {
  it('are used in turn', async () => {
    const own = provider('aaaa', 'bbbb', 'cccc')
    for (let round = 0; round < 6; round++) await ask(own)
    expect(came).toEqual(['aaaa', 'bbbb', 'cccc', 'aaaa', 'bbbb', 'cccc'])
    await own.close()
  })

  it.each([401, 403, 429])(
    'fall over at %d within one request, and the refused one is not asked while it rests',
    async (status) => {
      statuses = { aaaa: status }
      const own = provider('aaaa', 'bbbb', 'cccc')
      expect(await ask(own)).toEqual({ status: 200, text: 'answer to bbbb' })
      expect(own.resting?.()).toEqual(['id-aaaa'])
      for (let round = 0; round < 3; round++) expect((await ask(own)).status).toBe(200)
      expect(came).toEqual(['aaaa', 'bbbb', 'cccc', 'bbbb', 'cccc'])
      await own.close()
    },
  )

  it('that are all refused are asked once each, and the last refusal is the answer', async () => {
    statuses = { aaaa: 401, bbbb: 403 }
    const own = provider('aaaa', 'bbbb')
    expect(await ask(own)).toEqual({ status: 403, text: 'answer to bbbb' })
    expect(came).toEqual(['aaaa', 'bbbb'])
    // A doubtful credential is better than none.
    statuses = {}
    expect((await ask(own)).status).toBe(200)
    await own.close()
  })

  it('are not tried one after the other where the request itself is at fault', async () => {
    statuses = { aaaa: 400 }
    const own = provider('aaaa', 'bbbb')
    expect((await ask(own)).status).toBe(400)
    expect(came).toEqual(['aaaa'])
    expect(own.resting?.()).toEqual([])
    await own.close()
  })

  it('are all kept out of what a provider says', async () => {
    const own = provider('aaaa', 'bbbb')
    expect(own.hideCredentials('wrong key bbbb, not aaaa')).toBe('wrong key ***, not ***')
    await own.close()
  })
})
