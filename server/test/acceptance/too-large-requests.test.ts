import { OpenRouter } from '@openrouter/sdk'
import { TooManyRequestsResponseError } from '@openrouter/sdk/models/errors'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { metadataOf, setQuota } from '../support/limits.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, type Json, OWNER, openStage, type Stage } from '../support/wire.ts'

// A request that no wait makes small enough. A client that is told when the next window begins tries in vain for ever.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const CHAT = { model: 'chat', messages: [{ role: 'user' as const, content: 'Hi' }], max_tokens: 4000 }
/** Tokens a minute; the input of `CHAT` may take a part of it. */
const RATE = 1000

afterAll(stopAll)

describe.each(DATABASES)('a request larger than a whole limit, on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let stage: Stage
    let rated: Caller
    let poor: Caller

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url, { log: { requests: 'none' } }), postgres)
      const made = await stage.makeKey({})
      rated = made
      const amount = String(RATE)
      await setQuota(stage.installation, {
        user: OWNER,
        key: made.hash,
        unit: 'tokens',
        period: 'minute',
        amount,
      })
      poor = await stage.makeKey({ limit: 0.002, limit_reset: 'daily' })
    })
    afterAll(() => stage.close())

    const ask = async (key: Caller, path: string, body: Json) => {
      const answer = await key.post(path, body)
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json }
    }

    it.each([
      ['/v1/chat/completions', () => rated, 429, 'rate_limit_exceeded'],
      ['/api/v1/chat/completions', () => rated, 429, 'rate_limit_exceeded'],
      ['/v1/chat/completions', () => poor, 429, 'insufficient_quota'],
      ['/api/v1/chat/completions', () => poor, 402, 'insufficient_quota'],
    ] as const)(
      '%s says so, names no time, and names the longest answer that fits, which is served',
      async (path, keyOf, status, code) => {
        const key = keyOf()
        const refused = await ask(key, path, CHAT)
        expect(refused.status).toBe(status)
        expect(refused.headers.get('retry-after')).toBeNull()
        expect(refused.headers.get('x-should-retry')).toBe('false')
        const error = refused.body.error as Json & { message: string }
        const named = path.startsWith('/api') ? metadataOf(refused.body) : error
        expect(named).toMatchObject(
          path.startsWith('/api') ? { error_code: code, param: 'max_tokens' } : { code, param: 'max_tokens' },
        )
        expect(error.message).toMatch(/^This request is larger than a limit: it may take [\d.]+, and the /)
        const longest = Number(/Send max_tokens of (\d+) at the most/.exec(error.message)?.[1])
        const fitting = { ...CHAT, max_tokens: longest }
        expect((await ask(key, path, { ...fitting, max_tokens: longest + 20 })).status).toBe(status)
        // A minute or a budget has room for one of them, and the other path asks the same.
        if (path.startsWith('/v1')) expect((await ask(key, path, fitting)).status).toBe(200)
      },
    )

    it('openai asks once, and raises RateLimitError', async () => {
      const refusals: number[] = []
      const client = new OpenAI({
        apiKey: rated.key,
        baseURL: `${stage.server.url}/v1`,
        maxRetries: 3,
        fetch: async (...args) => {
          const answer = await fetch(...args)
          refusals.push(answer.status)
          return answer
        },
      })
      const asked = client.chat.completions.create(CHAT)
      await expect(asked).rejects.toMatchObject({
        constructor: OpenAI.RateLimitError,
        code: 'rate_limit_exceeded',
        param: 'max_tokens',
      })
      expect(refusals).toEqual([429])
    })

    it('@openrouter/sdk raises its typed error', async () => {
      const client = new OpenRouter({ apiKey: rated.key, serverURL: `${stage.server.url}/api/v1` })
      const { max_tokens: maxTokens, ...chat } = CHAT
      const asked = client.chat.send({ chatRequest: { ...chat, maxTokens } })
      await expect(asked).rejects.toBeInstanceOf(TooManyRequestsResponseError)
    })
  })
})
