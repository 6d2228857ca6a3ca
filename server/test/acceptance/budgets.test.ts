import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { openRaw } from '../support/ledger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import {
  type Answer,
  creditsOf,
  holdOf,
  metadataOf,
  nanosOf,
  sendAtOnce,
  setQuota,
} from '../support/limits.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json, makeUser } from '../support/wire.ts'

// A thousand requests at once take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 })

const AT_ONCE = 1000
const ADMITTED = 100
const PATH = '/api/v1/chat/completions'
/** What a client asks for at the most, in tokens. */
const MAXIMUM = 40
/** Nano-credits per token, of input and output alike. */
const PRICE = 1000n

const WHERE = [
  { name: 'one process on SQLite', postgres: false, nodes: 1, absent: false },
  { name: 'three processes on one PostgreSQL', postgres: true, nodes: 3, absent: DATABASES[1].absent },
]

/** Cached input costs the same, so that a cost can be as high as its hold; a nano-credit a token lets it be any. */
function config(upstreamUrl: string): object {
  const base = testConfig(upstreamUrl, { log: { requests: 'none' } }) as { models: Json[] }
  const [chat] = base.models
  return {
    ...base,
    models: [
      { ...chat, id: 'even', prices: { input: '1', output: '1' } },
      { ...chat, id: 'fine', prices: { input: '0.001', output: '0.001' } },
    ],
  }
}

/** Bodies of one length, so that the gateway holds the same for each: what bounds an input are its bytes. */
function bodyOf(model: string, number: number, maximum: number): Json {
  const pad = (value: number) => String(value).padStart(8, '0')
  const messages = [{ role: 'user', content: pad(0).slice(String(maximum).length) }]
  return { model, user: `request-${pad(number)}`, max_tokens: maximum, messages }
}

const ALONE = 'alone@example.com'
const INSIDE = 'inside@example.com'

afterAll(stopAll)

describe.each(WHERE)('a budget on $name', ({ postgres, nodes, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let upstream: Upstream
    let installation: Installation
    let servers: Server[] = []
    let urls: string[]
    /** Somebody without any budget but his keys', and somebody whose organisation has one. */
    let alone: Caller
    let inside: Caller
    let broke: Caller
    /** What the gateway holds for one request, in nano-credits, and the tokens of its input that it takes for possible. */
    let hold: bigint
    let inputTokens: number

    beforeAll(async () => {
      upstream = await startUpstream()
      installation = await install(config(upstream.url), postgres)
      const [single, shared] = [await makeUser(installation, ALONE), await makeUser(installation, INSIDE)]
      servers = await Promise.all(Array.from({ length: nodes }, () => installation.start()))
      urls = servers.map(({ url }) => url)
      alone = caller(urls[0] as string, single.key)
      inside = caller(urls[0] as string, shared.key)
      broke = await makeKey(alone, 0n)
      hold = await holdOf(broke, PATH, bodyOf('even', 0, MAXIMUM))
      inputTokens = Number(hold / PRICE) - MAXIMUM
    })
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()))
      await upstream?.stop()
      await installation?.remove()
    })
    beforeEach(() => upstream.script({}))

    async function makeKey(manager: Caller, limit: bigint): Promise<Caller & { readonly hash: string }> {
      const made = await manager.post('/api/v1/keys', { name: 'Limited', limit: creditsOf(limit) })
      const text = await made.text()
      if (made.status !== 201) throw new Error(`${made.status} ${text}`)
      const { key, data } = JSON.parse(text) as { key: string; data: { hash: string } }
      return { ...caller(urls[0] as string, key), hash: data.hash }
    }

    const sendAll = (key: Caller) =>
      sendAtOnce(
        urls,
        key.key,
        PATH,
        Array.from({ length: AT_ONCE }, (_, number) => bodyOf('even', number, MAXIMUM)),
      )

    const usageOf = async (key: Caller) => {
      const { data } = await key.read<{ data: { usage: number; limit_remaining: number | null } }>(
        '/api/v1/key',
      )
      return { usage: nanosOf(data.usage), remaining: data.limit_remaining }
    }

    /** The answers and the provider's own record say the same. */
    async function expectAdmitted(answers: readonly Answer[], admitted: number): Promise<void> {
      const { 200: served = [], ...refused } = Object.groupBy(answers, ({ status }) => status)
      expect(Object.keys(refused).filter((status) => status !== '402' && status !== '429')).toEqual([])
      expect(served).toHaveLength(admitted)
      const ids = (await upstream.records()).map(({ id }) => id)
      expect(ids).toHaveLength(admitted)
      expect(new Set(ids).size).toBe(admitted)
    }

    /** Every request costs all that was held for it. */
    const scriptDearest = () => upstream.script({ promptTokens: inputTokens, completionTokens: MAXIMUM })

    /** The budget of an organisation, beyond what it has used so far. */
    async function setBudget(nanos: bigint): Promise<void> {
      const { data } = await inside.read<{ data: { total_usage: number } }>('/api/v1/credits')
      const amount = creditsOf(nanosOf(data.total_usage) + nanos).toFixed(9)
      await setQuota(installation, { user: INSIDE, unit: 'credits', period: 'none', amount })
    }

    const exactly = BigInt(ADMITTED)
    const BUDGETS: { of: string; limit: bigint; make: (limit: bigint) => Promise<Caller> }[] = [
      { of: 'a key', limit: exactly, make: (limit) => makeKey(alone, limit) },
      {
        of: 'a key, inside a larger one of its organisation',
        limit: exactly,
        make: async (limit) => {
          await setBudget((exactly + 50n) * hold)
          return makeKey(inside, limit)
        },
      },
      {
        of: 'an organisation, around a larger one of its key',
        limit: exactly + 50n,
        make: async (limit) => {
          await setBudget(exactly * hold)
          return makeKey(inside, limit)
        },
      },
      {
        of: 'a number of requests, beside a larger one of credits',
        limit: exactly + 1n,
        make: async (limit) => {
          const key = await makeKey(alone, limit)
          const amount = String(exactly)
          await setQuota(installation, {
            user: ALONE,
            key: key.hash,
            unit: 'requests',
            period: 'none',
            amount,
          })
          return key
        },
      },
    ]

    it.each(BUDGETS)(
      `for ${ADMITTED} requests admits exactly as many of ${AT_ONCE} at once: the budget of $of`,
      async ({ limit, make }) => {
        await scriptDearest()
        const key = await make(limit * hold)
        const answers = await sendAll(key)
        await expectAdmitted(answers, ADMITTED)
        expect(await usageOf(key)).toEqual({
          usage: exactly * hold,
          remaining: creditsOf((limit - exactly) * hold),
        })
      },
    )

    it('refuses only what it has not enough left for, while holds come back that were not used up', async () => {
      await upstream.script({ promptTokens: 100, completionTokens: 3 })
      const cost = 103n * PRICE
      const limit = 20n * hold
      const key = await makeKey(alone, limit)
      const answers = await sendAll(key)
      const served = answers.filter(({ status }) => status === 200).length
      await expectAdmitted(answers, served)
      expect(await usageOf(key)).toEqual({
        usage: BigInt(served) * cost,
        remaining: creditsOf(limit - BigInt(served) * cost),
      })
      const refusals = answers.flatMap(({ status, body }) => (status === 200 ? [] : [metadataOf(body)]))
      expect(refusals.length).toBeGreaterThan(0)
      for (const refusal of refusals) {
        expect(nanosOf(refusal?.needed ?? '0')).toBe(hold)
        expect(nanosOf(refusal?.remaining ?? '')).toBeLessThan(hold)
      }
    })

    it('can be spent to the last nano-credit, one request after the other, and not beyond', async () => {
      const needed = await holdOf(broke, PATH, bodyOf('fine', 0, 1000))
      const input = Number(needed) - 1000
      // So little that what is left in the end still pays for an input.
      await upstream.script({ promptTokens: input - 100, completionTokens: 120 })
      const key = await makeKey(alone, 30_000n)
      const send = async (number: number, maximum: number) => {
        // In turn on every process.
        const answer = await caller(urls[number % nodes] as string, key.key).post(
          PATH,
          bodyOf('fine', number, maximum),
        )
        return { status: answer.status, refusal: metadataOf(await answer.json()) }
      }
      let sent = 0
      let last = await send(sent, 1000)
      for (; last.status === 200; last = await send(sent, 1000)) sent++
      expect(last).toMatchObject({ status: 402, refusal: { limit_source: 'openrouter_key_limit' } })
      const left = 30_000n - BigInt(sent * (input + 20))
      expect(await usageOf(key)).toEqual({ usage: 30_000n - left, remaining: creditsOf(left) })
      expect(nanosOf(last.refusal?.remaining ?? '')).toBe(left)
      expect(left).toBeLessThan(needed)

      const rest = Number(left) - input
      expect((await send(sent, rest + 1)).status).toBe(402)
      await upstream.script({ promptTokens: input, completionTokens: rest })
      expect((await send(sent, rest)).status).toBe(200)
      expect(await usageOf(key)).toEqual({ usage: 30_000n, remaining: 0 })
      expect(await send(sent, 1)).toMatchObject({ status: 402, refusal: { remaining: '0' } })
    })

    it('leaves a ledger in which all is the sum of its rows, and nothing was reported beyond its hold', async () => {
      await expectLedgerClean(installation)
      const database = await openRaw(installation)
      const [row] = await database.query(
        'SELECT COUNT(*) AS overruns FROM usage_events WHERE overrun_nanos > 0',
      )
      expect(row).toEqual({ overruns: '0' })
      await database.close()
    })
  })
})
