import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type Installation, install, type Server, startUpstream, testConfig, type Upstream } from '../support/claviger.ts'

describe.each(DATABASES)('on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)('on PostgreSQL', () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let key: string
    beforeAll(async () => {
      upstream = await startUpstream()
      installation = await install(testConfig(upstream.url), postgres)
      await installation.admin('admin', 'users', 'create', '--email', 'ada@example.com', '--name', 'Ada')
      key = (await installation.admin<{ key: string }>('admin', 'keys', 'create', '--name', 'test')).key
      server = await installation.start()
    })
    afterAll(async () => {
      await server?.stop()
      await upstream?.stop()
      await installation?.remove()
    })
    test('a chat completion goes to the upstream and leaves a row', async () => {
      const client = new OpenAI({ apiKey: key, baseURL: `${server.url}/v1` })
      const answer = await client.chat.completions.create({ model: 'chat', messages: [{ role: 'user', content: 'hi' }] })
      expect(answer.choices[0]?.message.content).toContain('word0')
      const usage = (await (await fetch(`${server.url}/v1/usage`, { headers: { authorization: `Bearer ${key}` } })).json()) as { data: { items: { input_tokens: number }[] } }
      expect(usage.data.items[0]?.input_tokens).toBe((await upstream.records())[0]?.promptTokens)
    })
  })
})
