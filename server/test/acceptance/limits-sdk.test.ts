import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { OpenRouter } from '@openrouter/sdk'
import * as errors from '@openrouter/sdk/models/errors'
import OpenAI from 'openai'
import OpenAI6 from 'openai-6'
import { OpenRouter as OldOpenRouter } from 'openrouter-sdk-0'
import * as oldErrors from 'openrouter-sdk-0/models/errors'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { metadataOf, setQuota } from '../support/limits.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json, OWNER, openStage, type Stage, until } from '../support/wire.ts'

// What clients are told when a limit refuses them, and what the unmodified SDKs make of it. They read all of it from
// status and headers: a wrong one makes `openai` hammer a budget that is used up, or sleep for hours.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const MAJORS = [
  { major: 7, Client: OpenAI },
  { major: 6, Client: OpenAI6 as unknown as typeof OpenAI },
]

type Chat = (url: string, apiKey: string) => Promise<unknown>

const VERSIONS: {
  version: string
  chat: Chat
  paymentRequired: abstract new (...args: never[]) => Error
  tooManyRequests: abstract new (...args: never[]) => Error
}[] = [
  {
    version: '1.3.19',
    chat: (url, apiKey) =>
      new OpenRouter({ apiKey, serverURL: `${url}/api/v1` }).chat.send({ chatRequest: { ...CHAT } }),
    paymentRequired: errors.PaymentRequiredResponseError,
    tooManyRequests: errors.TooManyRequestsResponseError,
  },
  {
    version: '0.1.11',
    chat: (url, apiKey) => new OldOpenRouter({ apiKey, serverURL: `${url}/api/v1` }).chat.send({ ...CHAT }),
    // The old version knows no 402.
    paymentRequired: oldErrors.OpenRouterDefaultError,
    tooManyRequests: oldErrors.ChatError,
  },
]

const CHAT = { model: 'chat', messages: [{ role: 'user' as const, content: 'Hi' }] }
const PLAN = 'key:requests:minute:2,key:in_flight:none:1,organization:requests:day:100000'

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage
    /** A user's key whose plan gives each of his keys two requests a minute, one of them at a time. */
    let planned: Caller
    /** A key whose budget is spent. */
    let exhausted: Caller
    /** A key that had its one request of this month. */
    let monthly: Caller

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url, { log: { requests: 'none' } }), postgres)
      const { admin } = stage.installation
      await admin('admin', 'plans', 'set', 'small', '--rank', '1', '--quotas', PLAN)
      const email = ['--email', 'planned@example.com', '--name', 'Planned', '--plan', 'small']
      await admin('admin', 'users', 'create', ...email)
      const permissions = ['--permissions', 'inference,usage:read,keys:read,keys:write']
      const args = ['--user', 'planned@example.com', ...permissions]
      const { key } = await admin<{ key: string }>('admin', 'keys', 'create', ...args)
      planned = caller(stage.server.url, key)
      exhausted = await spentKey()
      monthly = await stage.makeKey({})
      const { hash } = monthly as Caller & { hash: string }
      await setQuota(stage.installation, {
        user: OWNER,
        key: hash,
        unit: 'requests',
        period: 'month',
        amount: '1',
      })
      expect((await monthly.post('/v1/chat/completions', CHAT)).status).toBe(200)
    })
    afterAll(() => stage.close())

    /** What came back over the wire from this process's requests, in turn; a retry is one more. */
    let answers: { status: number; at: number }[]
    const note = (message: unknown): void => {
      const { request, response } = message as {
        request: { origin: string }
        response: { statusCode: number }
      }
      if (String(request.origin) !== stage.server.url) return
      answers.push({ status: response.statusCode, at: performance.now() })
    }
    beforeEach(async () => {
      // The month must go on for more than a minute, which the tests are about; it may have begun since the last of them.
      await clearOfMidnight(90_000)
      await monthly.post('/v1/chat/completions', CHAT)
      await stage.upstream.script({})
      answers = []
      subscribe('undici:request:headers', note)
    })
    afterEach(() => {
      unsubscribe('undici:request:headers', note)
    })
    const statuses = () => answers.map(({ status }) => status)

    async function spentKey(): Promise<Caller> {
      const key = await stage.makeKey({ limit: 1 })
      await key.post('/v1/chat/completions', CHAT)
      const { data } = await key.read<{ data: { usage: number } }>('/api/v1/key')
      await stage.owner.send('PATCH', `/api/v1/keys/${key.hash}`, { limit: data.usage })
      return key
    }

    /** Another key under the plan, with a count of its own. */
    async function plannedKey(): Promise<Caller> {
      const made = await planned.post('/api/v1/keys', { name: 'Planned' })
      return caller(stage.server.url, ((await made.json()) as { key: string }).key)
    }

    /** A stream that goes on until it is closed, and holds its share as long. */
    async function openStream(key: Caller): Promise<() => void> {
      await stage.upstream.script({ pieces: 100_000, pieceDelayMs: 20 })
      const leaving = new AbortController()
      const body = { ...CHAT, stream: true }
      const answer = await key.post('/v1/chat/completions', body, {}, leaving.signal)
      expect(answer.status).toBe(200)
      await stage.upstream.script({})
      answers = []
      return () => leaving.abort()
    }

    const post = async (key: Caller, path: string) => {
      const answer = await key.post(path, CHAT)
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Json }
    }

    /** Uses up the two of this minute; a minute that ends meanwhile begins them anew. */
    const refusedByRate = (key: Caller, path: string) =>
      until('a refusal by the rate', async () => {
        const answer = await post(key, path)
        return answer.status === 200 ? undefined : answer
      })

    describe('the answers themselves', () => {
      it('to a budget that is spent: under /v1 429 insufficient_quota, with nothing to wait for', async () => {
        const { status, headers, body } = await post(exhausted, '/v1/chat/completions')
        const message = expect.stringMatching(
          /^The budget of this key is used up: this request needs 0\.0\d+, 0 left$/,
        )
        expect({ status, body }).toEqual({
          status: 429,
          body: {
            error: { message, type: 'insufficient_quota', code: 'insufficient_quota', param: null },
            detail: message,
          },
        })
        expect(headers.get('x-should-retry')).toBe('false')
        expect(headers.get('retry-after')).toBeNull()
        expect(rateHeadersOf(headers)).toEqual({})
      })

      it('to a budget that is spent: under /api/v1 402 that names the limit', async () => {
        const { status, headers, body } = await post(exhausted, '/api/v1/chat/completions')
        expect({ status, body }).toMatchObject({
          status: 402,
          body: {
            error: {
              code: 402,
              metadata: {
                error_type: 'payment_required',
                error_code: 'insufficient_quota',
                limit_source: 'openrouter_key_limit',
                subject: 'key',
                unit: 'credits',
                period: 'none',
                remaining: '0',
                resets_at: null,
              },
            },
          },
        })
        expect(headers.get('x-should-retry')).toBe('false')
        expect(headers.get('retry-after')).toBeNull()
      })

      it('under a rate: how much of it is left, on whole answers and on streams', async () => {
        for (const stream of [false, true]) {
          const answer = await (await plannedKey()).post('/v1/chat/completions', { ...CHAT, stream })
          await answer.text()
          const reset = Number(answer.headers.get('x-ratelimit-reset'))
          expect(reset % 60).toBe(0)
          expect(Math.abs(reset * 1000 - Date.now())).toBeLessThan(61_000)
          expect(rateHeadersOf(answer.headers)).toEqual({
            'x-ratelimit-limit': '2',
            'x-ratelimit-remaining': '1',
            'x-ratelimit-reset': String(reset),
            'ratelimit-policy': '"key-minute";q=2;w=60, "organization-day";q=100000;w=86400',
            ratelimit: expect.stringMatching(/^"key-minute";r=1;t=\d+, "organization-day";r=99\d{3};t=\d+$/),
          })
        }
      })

      it.each([
        ['/v1', 'rate_limit_exceeded'],
        ['/api/v1', 429],
      ])('to a rate that is used up: under %s 429, and when the next window begins', async (base, code) => {
        const { status, headers, body } = await refusedByRate(await plannedKey(), `${base}/chat/completions`)
        expect({ status, body }).toMatchObject({ status: 429, body: { error: { code } } })
        const seconds = Number(headers.get('retry-after'))
        expect(seconds).toBeGreaterThanOrEqual(1)
        expect(seconds).toBeLessThanOrEqual(60)
        const reset = Number(headers.get('x-ratelimit-reset'))
        expect(reset % 60).toBe(0)
        expect(rateHeadersOf(headers)).toEqual({
          'x-ratelimit-limit': '2',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': String(reset),
          'ratelimit-policy': '"key-minute";q=2;w=60',
          ratelimit: `"key-minute";r=0;t=${seconds}`,
        })
        // Whoever can wait so long, may.
        expect(headers.get('x-should-retry')).toBeNull()
        if (base === '/v1') return
        const at = new Date(reset * 1000).toISOString()
        expect(metadataOf(body)).toMatchObject({ limit_source: 'key_limit', remaining: '0', resets_at: at })
      })

      it('to a rate whose window ends in more than a minute: a time, and that no client shall wait for it', async () => {
        const { status, headers } = await post(monthly, '/v1/chat/completions')
        expect(status).toBe(429)
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(60)
        expect(headers.get('x-should-retry')).toBe('false')
      })

      it('to what only requests in flight stand in the way of: 429, and to come back at once', async () => {
        const key = await stage.makeKey({ limit: 0.005 })
        const close = await openStream(key)
        const { status, headers, body } = await post(key, '/api/v1/chat/completions')
        expect([status, headers.get('retry-after'), headers.get('x-should-retry')]).toEqual([429, '1', null])
        expect(metadataOf(body)).toMatchObject({ limit_source: 'openrouter_in_flight_budget' })
        close()
        await until('room for another one', async () =>
          (await post(key, '/api/v1/chat/completions')).status === 200 ? true : undefined,
        )
      })

      it('to a key without limits: no word of any rate', async () => {
        const { status, headers } = await post(stage.owner, '/v1/chat/completions')
        expect(status).toBe(200)
        expect(rateHeadersOf(headers)).toEqual({})
      })
    })

    // What the older ones make of an answer no database can change.
    describe.each(postgres ? MAJORS.slice(0, 1) : MAJORS)('openai $major', ({ Client }) => {
      const ask = ({ key }: Caller, more: object = {}, base = '/v1') =>
        new Client({ apiKey: key, baseURL: stage.server.url + base, ...more }).chat.completions.create(CHAT)

      it('raises RateLimitError insufficient_quota for a spent budget, and asks no second time', async () => {
        await expect(ask(exhausted)).rejects.toMatchObject({
          constructor: Client.RateLimitError,
          status: 429,
          code: 'insufficient_quota',
          type: 'insufficient_quota',
        })
        expect(statuses()).toEqual([429])
        await expect(ask(exhausted, {}, '/api/v1')).rejects.toMatchObject({ status: 402 })
        expect(statuses()).toEqual([429, 402])
        expect(await stage.upstream.records()).toEqual([])
      })

      it('raises RateLimitError with the time of the next window', async () => {
        const key = await plannedKey()
        await refusedByRate(key, '/v1/chat/completions')
        const error = await until('its refusal', () =>
          ask(key, { maxRetries: 0 }).then(
            () => undefined,
            (error: InstanceType<typeof OpenAI.APIError>) => error,
          ),
        )
        expect(error).toBeInstanceOf(Client.RateLimitError)
        expect(error.code).toBe('rate_limit_exceeded')
        expect(Number(new Headers(error.headers).get('retry-after'))).toBeLessThanOrEqual(60)
      })

      it('does not sleep until a window that begins in more than a minute', async () => {
        await expect(ask(monthly)).rejects.toMatchObject({ constructor: Client.RateLimitError })
        expect(statuses()).toEqual([429])
      })

      it.each([
        ['a place among those in flight', () => plannedKey()],
        ['money that a request in flight holds', () => stage.makeKey({ limit: 0.005 })],
      ])('waits the stated second for %s, and is served then', async (_, makeKey) => {
        const key = await makeKey()
        const close = await openStream(key)
        const answered = ask(key, { maxRetries: 5 })
        await until('its first refusal', () => (statuses().includes(429) ? true : undefined))
        close()
        expect((await answered).choices[0]?.message.content).toBe('word0 word1 word2 ')
        expect(
          statuses()
            .slice(0, -1)
            .every((status) => status === 429),
        ).toBe(true)
        const [refused, next] = answers
        expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(990)
      })
    })

    describe.each(postgres ? VERSIONS.slice(0, 1) : VERSIONS)(
      '@openrouter/sdk $version',
      ({ chat, paymentRequired, tooManyRequests }) => {
        const ask = ({ key }: Caller) => chat(stage.server.url, key)

        it('raises its error for a payment that is required for a spent budget, and asks no second time', async () => {
          const error = await ask(exhausted).catch((error: Error & { body: string }) => error)
          expect(error).toBeInstanceOf(paymentRequired)
          expect(error).toMatchObject({ statusCode: 402 })
          expect(metadataOf(JSON.parse((error as { body: string }).body))).toMatchObject({
            limit_source: 'openrouter_key_limit',
          })
          expect(statuses()).toEqual([402])
        })

        it('raises its error for too many requests, by the rate and by the number in flight', async () => {
          await expect(ask(monthly)).rejects.toMatchObject({ constructor: tooManyRequests, statusCode: 429 })
          const key = await plannedKey()
          const close = await openStream(key)
          await expect(ask(key)).rejects.toMatchObject({ constructor: tooManyRequests, statusCode: 429 })
          expect(statuses()).toEqual([429])
          close()
          await until('its answer', () =>
            ask(key).catch((error: { statusCode?: number }) => {
              if (error.statusCode !== 429) throw error
            }),
          )
        })
      },
    )
  })
}

function rateHeadersOf(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.includes('ratelimit')))
}
