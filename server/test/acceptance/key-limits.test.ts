import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { creditsOf, holdOf, metadataOf, nanosOf } from '../support/limits.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, type Json, openStage, requestIdOf, type Stage } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const MESSAGES = [{ role: 'user', content: 'Hello' }]
const CHAT = { model: 'chat', messages: MESSAGES }
const PATH = '/api/v1/chat/completions'

/** Nano-credits per token of the dear models. */
const INPUT = 75_000n
const OUTPUT = 150_000n
const CREDIT = 1_000_000_000n

/** Besides the usual models dear ones behind each kind of provider, and one without a price. */
function config(upstreamUrl: string): object {
  const base = testConfig(upstreamUrl) as { providers: Json[]; models: Json[] }
  const dear = {
    contextWindow: 200_000,
    maxOutputTokens: 128_000,
    prices: { input: '75', output: '150' },
  }
  const to = (provider: string) => ({ routes: [{ provider, model: `upstream-${provider}` }] })
  const plain = {
    id: 'plain',
    kind: 'openai',
    baseUrl: upstreamUrl,
    supports: { maxCompletionTokens: false },
  }
  return {
    ...base,
    providers: [...base.providers, plain],
    models: [
      ...base.models,
      { id: 'dear', ...dear, ...to('upstream') },
      { id: 'dear-plain', ...dear, ...to('plain') },
      { id: 'dear-native', ...dear, ...to('native') },
      { id: 'unpriced', contextWindow: 128_000, ...to('upstream') },
    ],
  }
}

interface KeyFields {
  limit: number | null
  limit_reset: string | null
  limit_remaining: number | null
  usage: number
  usage_daily: number
  usage_weekly: number
  usage_monthly: number
}

type LimitedKey = Caller & { readonly hash: string }

const limitsOf = async (key: Caller): Promise<KeyFields> =>
  (await key.read<{ data: KeyFields }>('/api/v1/key')).data

const patch = async (manager: Caller, key: LimitedKey, body: Json): Promise<KeyFields> => {
  const answer = await manager.send('PATCH', `/api/v1/keys/${key.hash}`, body)
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`)
  return (JSON.parse(text) as { data: KeyFields }).data
}

/** The status, and where a limit refused, what it says. */
const ask = async (key: Caller, body: Json = CHAT, path = PATH) => {
  const answer = await key.post(path, body)
  const json = (await answer.json()) as { error?: { metadata: { error_code: string } } }
  const { metadata } = json.error ?? {}
  return { status: answer.status, code: metadata?.error_code, limit: metadataOf(json), answer }
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage
    let broke: Caller

    beforeAll(async () => {
      stage = await openStage(config, postgres)
      broke = await stage.makeKey({ limit: 0 })
    })
    afterAll(() => stage.close())
    beforeEach(async () => {
      await clearOfMidnight()
      await stage.upstream.script({})
    })

    const records = () => stage.upstream.records()
    const spent = async (answer: Response) =>
      nanosOf((await stage.owner.row(requestIdOf(answer))).cost_credits)

    describe('what a key says of its limit', () => {
      it('is exact after each call: usage, its sums by time, and what remains', async () => {
        const key = await stage.makeKey({ limit: 0.01, limit_reset: 'monthly' })
        let used = 0n
        for (let call = 0; call < 3; call++) {
          const { limit, limit_reset, limit_remaining, ...usage } = await limitsOf(key)
          expect({ limit, limit_reset }).toEqual({ limit: 0.01, limit_reset: 'monthly' })
          expect(limit_remaining).toBe(creditsOf(10_000_000n - used))
          const of = creditsOf(used)
          expect(usage).toMatchObject({ usage: of, usage_daily: of, usage_weekly: of, usage_monthly: of })
          const { status, answer } = await ask(key)
          expect(status).toBe(200)
          used += await spent(answer)
        }
        expect(used).toBeGreaterThan(0n)
        expect(await limitsOf(key)).toMatchObject({ limit_remaining: creditsOf(10_000_000n - used) })
      })

      it('counts what a request in flight holds, and gives back what it did not use', async () => {
        const body = { ...CHAT, max_tokens: 50, stream: true }
        const hold = await holdOf(broke, PATH, body)
        const key = await stage.makeKey({ limit: 0.01 })
        await stage.upstream.script({ pieces: 10_000, pieceDelayMs: 20 })
        const leaving = new AbortController()
        const answer = await key.post(PATH, body, {}, leaving.signal)
        expect(answer.status).toBe(200)
        const held = creditsOf(10_000_000n - hold)
        expect(await limitsOf(key)).toMatchObject({ limit_remaining: held, usage: 0 })
        const listed = await stage.owner.read<{ data: KeyFields }>(`/api/v1/keys/${key.hash}`)
        expect(listed.data).toMatchObject({ limit_remaining: held, usage: 0 })
        leaving.abort()
        await answer.text().catch(() => {})
        const cost = await spent(answer)
        expect(cost).toBeGreaterThan(0n)
        expect(cost).toBeLessThanOrEqual(hold)
        expect(await limitsOf(key)).toMatchObject({
          limit_remaining: creditsOf(10_000_000n - cost),
          usage: creditsOf(cost),
        })
      })
    })

    describe('a change of a limit', () => {
      it('below what is spent refuses the next request, and above it admits the next', async () => {
        const key = await stage.makeKey({ limit: 0.01 })
        const first = await ask(key)
        const cost = await spent(first.answer)
        const lowered = await patch(stage.owner, key, { limit: creditsOf(cost - 1n) })
        expect(lowered).toMatchObject({ limit_remaining: 0, usage: creditsOf(cost) })
        expect(await ask(key)).toMatchObject({
          status: 402,
          code: 'insufficient_quota',
          limit: { limit_source: 'openrouter_key_limit', remaining: '0', resets_at: null },
        })
        expect((await patch(stage.owner, key, { limit: 0.02 })).limit_remaining).toBe(
          creditsOf(20_000_000n - cost),
        )
        expect((await ask(key)).status).toBe(200)
        expect(await records()).toHaveLength(2)
      })

      it('tells null, which is no limit, from 0, which is nothing', async () => {
        const key = await stage.makeKey({ limit: null })
        expect(await limitsOf(key)).toMatchObject({ limit: null, limit_remaining: null })
        expect((await ask(key)).status).toBe(200)
        expect(await patch(stage.owner, key, { limit: 0 })).toMatchObject({ limit: 0, limit_remaining: 0 })
        expect((await ask(key)).status).toBe(402)
        expect(await patch(stage.owner, key, { limit: null })).toMatchObject({ limit_remaining: null })
        expect((await ask(key)).status).toBe(200)
        expect(await records()).toHaveLength(2)
      })

      it('counts what was used before there was a limit', async () => {
        const key = await stage.makeKey({})
        const cost = await spent((await ask(key)).answer)
        const limited = await patch(stage.owner, key, { limit: creditsOf(cost + 1n) })
        expect(limited.limit_remaining).toBe(creditsOf(1n))
        expect((await ask(key)).limit).toMatchObject({ remaining: '0.000000001' })
      })

      it('of its reset alone counts what was used in the new window, and tells when that ends', async () => {
        const key = await stage.makeKey({ limit: 0.01 })
        const cost = await spent((await ask(key)).answer)
        const remaining = creditsOf(10_000_000n - cost)
        for (const limit_reset of ['daily', 'weekly', 'monthly', null]) {
          expect(await patch(stage.owner, key, { limit_reset })).toMatchObject({
            limit: 0.01,
            limit_reset,
            limit_remaining: remaining,
          })
        }
        await patch(stage.owner, key, { limit: creditsOf(cost), limit_reset: 'daily' })
        const { status, limit, answer } = await ask(key)
        expect([status, limit?.period, limit?.resets_at?.slice(10)]).toEqual([402, 'day', 'T00:00:00.000Z'])
        // Money that comes back tomorrow is nothing to wait for.
        expect(answer.headers.get('retry-after')).toBeNull()
        await patch(stage.owner, key, { limit_reset: null })
        expect((await ask(key)).limit).toMatchObject({ period: 'none', resets_at: null })
      })
    })

    describe('a key with one credit left can still say hello to a model of 75 and 150 credits a million', () => {
      it.each([
        ['dear', '/v1/chat/completions', 'max_completion_tokens'],
        ['dear-plain', '/v1/chat/completions', 'max_tokens'],
        ['dear', '/v1/responses', 'max_completion_tokens'],
        ['dear-plain', '/v1/responses', 'max_tokens'],
        ['dear-native', '/v1/responses', 'max_output_tokens'],
      ])('as %s by %s, where %s says how much is paid for', async (model, path, field) => {
        const hello = path === '/v1/responses' ? { model, input: 'Hello' } : { model, messages: MESSAGES }
        const least = await holdOf(broke, path, hello)
        const key = await stage.makeKey({ limit: 1 })
        const answer = await key.post(path, hello)
        expect(answer.status).toBe(200)
        const [{ body } = { body: {} as Json }] = await records()
        const limits = Object.keys(body).filter((name) => name.startsWith('max_'))
        expect(limits).toEqual([field])
        // What nothing affords is 16 tokens: the rest of the least hold is the input's.
        const paid = (tokens: bigint) => least + (tokens - 16n) * OUTPUT
        const most = BigInt(body[field] as number)
        expect(paid(most)).toBeLessThanOrEqual(CREDIT)
        expect(paid(most + 1n)).toBeGreaterThan(CREDIT)
        const row = await stage.owner.row(requestIdOf(answer))
        expect(nanosOf(row.cost_credits)).toBe(
          BigInt(row.input_tokens) * INPUT + BigInt(row.output_tokens) * OUTPUT,
        )
      })

      it('and is refused with a maximum of its own that one credit does not pay for', async () => {
        const key = await stage.makeKey({ limit: 1 })
        const { status, limit } = await ask(key, { model: 'dear', messages: MESSAGES, max_tokens: 128_000 })
        expect([status, limit?.remaining]).toEqual([402, '1'])
        expect(nanosOf(limit?.needed ?? '0')).toBeGreaterThan(128_000n * OUTPUT)
        expect(await records()).toEqual([])
      })

      it('and without a limit nothing is set that the client did not set', async () => {
        expect((await ask(stage.owner, { model: 'dear', messages: MESSAGES })).status).toBe(200)
        expect((await records())[0]?.body).toEqual({ model: 'upstream-upstream', messages: MESSAGES })
      })
    })

    describe('what has no bound', () => {
      it.each([
        ['a model without a price', { ...CHAT, model: 'unpriced' }, 403, 'model_not_priced'],
        [
          'a field that may cost',
          { ...CHAT, web_search_options: { search_context_size: 'high' } },
          400,
          'field_not_allowed_under_budget',
        ],
        ['a field that nobody knows', { ...CHAT, invented: 1 }, 400, 'field_not_allowed_under_budget'],
      ])('%s is refused under a budget, and served without one', async (_, body, status, code) => {
        await stage.upstream.script({ lenient: true })
        const key = await stage.makeKey({ limit: 10 })
        expect(await ask(key, body)).toMatchObject({ status, code })
        expect(await records()).toEqual([])
        expect(await limitsOf(key)).toMatchObject({ limit_remaining: 10 })
        expect((await ask(stage.owner, body)).status).toBe(200)
        const { model, ...rest } = body
        expect((await records())[0]?.body).toMatchObject(rest)
      })
    })

    it('leaves a ledger in which every count is the sum of its rows, however limits were changed', async () => {
      await expectLedgerClean(stage.installation)
    })
  })

  describe.skipIf(absent)(`a balance on ${name}`, () => {
    let stage: Stage

    beforeAll(async () => {
      const balance = { of: 'organization', minimum: '0.5' }
      stage = await openStage((url) => ({ ...config(url), balance }), postgres)
    })
    afterAll(() => stage.close())

    it('serves what was granted down to its minimum, and tells both sums', async () => {
      const { owner, upstream, installation } = stage
      const credits = async () => (await owner.read<{ data: Json }>('/api/v1/credits')).data
      const grant = (amount: string) =>
        installation.admin('admin', 'credits', 'grant', '--user', 'owner@example.com', '--amount', amount)
      expect(await credits()).toEqual({ total_credits: 0, total_usage: 0 })
      const hello = { model: 'dear', messages: MESSAGES, max_tokens: 1 }
      const refused = { status: 402, limit: { limit_source: 'openrouter_credits', needed: '0.5' } }
      expect(await ask(owner, hello)).toMatchObject(refused)

      await grant('1')
      // All but the input's hold: 0.45 credits for the answer, 0.0075 for its 100 tokens of input.
      await upstream.script({ promptTokens: 100, completionTokens: 3000 })
      expect((await ask(owner, { ...hello, max_tokens: 3000 })).status).toBe(200)
      expect(await credits()).toEqual({ total_credits: 1, total_usage: 0.4575 })
      expect((await ask(owner, { ...hello, max_tokens: 3000 })).status).toBe(200)
      expect(await credits()).toEqual({ total_credits: 1, total_usage: 0.915 })
      // What is left would pay for a hello, but it is below the minimum.
      expect(await ask(owner, hello)).toMatchObject({ ...refused, limit: { remaining: '0.085' } })
      // A key without a limit of its own is paid from the balance like any other.
      expect(await limitsOf(owner)).toMatchObject({ limit: null, limit_remaining: null, usage: 0.915 })

      await grant('0.5')
      expect(await credits()).toEqual({ total_credits: 1.5, total_usage: 0.915 })
      await upstream.script({ promptTokens: 100, completionTokens: 1 })
      const { status, answer } = await ask(owner, hello)
      expect(status).toBe(200)
      expect(nanosOf((await owner.row(requestIdOf(answer))).cost_credits)).toBe(100n * INPUT + OUTPUT)
      await expectLedgerClean(installation)
    })
  })
}
