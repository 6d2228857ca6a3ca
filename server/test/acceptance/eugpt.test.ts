import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Server } from '../support/claviger.ts'
import { type Example, installExample } from '../support/examples.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** What EU GPT's pages say beside the one on authentication, which has a file of its own. */

const OWNER = 'owner@example.eu'
const QUESTION = { input: 'Say hello' }

afterAll(stopAll)

/** On the embedded database, as the file has it; that both databases hold the same is for the suites of the parts. */
describe('EU GPT', () => {
  let example: Example
  let server: Server
  let key: Caller

  beforeAll(async () => {
    example = await installExample('eugpt')
    await example.admin('admin', 'users', 'create', '--email', OWNER, '--name', OWNER)
    server = await example.start()
    const made = await example.admin<{ key: string }>('admin', 'keys', 'create', '--user', OWNER)
    key = caller(server.url, made.key)
  })
  afterAll(async () => {
    await server?.stop()
    await example?.remove()
  })

  it('POST /v1/responses streams unless it is told otherwise, and asks for no model', async () => {
    const streamed = await key.post('/v1/responses', QUESTION)
    expect(streamed.headers.get('content-type')).toContain('text/event-stream')
    expect(await streamed.text()).toContain('"type":"response.completed"')
    const asJson = await key.post('/v1/responses', QUESTION, { accept: 'application/json' })
    const told = await key.post('/v1/responses', { ...QUESTION, stream: false, model: 'auto' })
    for (const answer of [asJson, told]) {
      expect(answer.headers.get('content-type')).toContain('application/json')
      expect(await answer.json()).toMatchObject({ object: 'response', model: 'gpt-oss-120b' })
    }
    const empty = await key.post('/v1/responses', { input: '' })
    expect([empty.status, await empty.json()]).toMatchObject([400, { detail: 'input is required' }])
  })

  it('what EU GPT does not publish is not there', async () => {
    for (const path of ['/v1/chat/completions', '/v1/embeddings', '/v1/usage', '/v1/usage/summary']) {
      expect((await key.post(path, QUESTION)).status, path).toBe(404)
    }
  })
})
