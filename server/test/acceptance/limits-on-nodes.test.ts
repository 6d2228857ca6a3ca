import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, makeUser, until, untilAwake } from '../support/wire.ts'

// A limit is set while requests are under way, some of them on a node that has nothing else to do with it.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const PATH = '/v1/chat/completions'
const CHAT = { model: 'chat', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }
/** What each costs: a hundred tokens of output and ten of input. */
const COST = 0.00021
const AT_ONCE = 4

afterAll(stopAll)

describe.skipIf(DATABASES[1].absent)('a key on two nodes of one PostgreSQL', () => {
  const waiting: ServerResponse[] = []
  let patient = false
  const upstream = createServer((request, response) => {
    request.resume().on('end', () => {
      if (patient) waiting.push(response)
      else answer(response)
    })
  })
  let installation: Installation
  let servers: Server[] = []
  let owner: Caller

  beforeAll(async () => {
    await new Promise<void>((listening) => upstream.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`
    installation = await install(testConfig(url, { log: { requests: 'none' } }), true)
    const { key } = await makeUser(installation, 'owner@example.com')
    servers = await Promise.all([installation.start(), installation.start()])
    await Promise.all(servers.map((server) => untilAwake(server.url)))
    owner = caller(servers[0]?.url as string, key)
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    upstream.close()
    await installation?.remove()
  })

  it('pays from a limit set meanwhile for what ends on the other node after it', async () => {
    const made = await owner.post('/api/v1/keys', { name: 'K' })
    const { key, data } = (await made.json()) as { key: string; data: { hash: string } }
    const [here, there] = servers.map(({ url }) => caller(url, key)) as [Caller, Caller]
    patient = true
    const open = Array.from({ length: AT_ONCE }, () => there.post(PATH, CHAT))
    await until('all at the provider', () => waiting.length === AT_ONCE || undefined)
    patient = false
    const limit = 0.003
    await owner.send('PATCH', `/api/v1/keys/${data.hash}`, { limit })
    // The first under the limit: what was used until now is looked at now.
    expect((await here.post(PATH, CHAT)).status).toBe(200)
    for (const response of waiting) answer(response)
    expect((await Promise.all(open)).map(({ status }) => status)).toEqual(open.map(() => 200))

    let served = 1
    while ((await here.post(PATH, CHAT)).status === 200) served++
    const { usage, limit_remaining } = (
      await here.read<{ data: { usage: number; limit_remaining: number } }>('/api/v1/key')
    ).data
    expect(usage).toBeCloseTo((served + AT_ONCE) * COST, 9)
    expect(usage).toBeLessThanOrEqual(limit)
    expect(limit_remaining).toBeCloseTo(limit - usage, 9)
    await expectLedgerClean(installation)
  })
})

function answer(response: ServerResponse): void {
  const message = { role: 'assistant', content: 'Hello' }
  const body = {
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 100, total_tokens: 110 },
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
