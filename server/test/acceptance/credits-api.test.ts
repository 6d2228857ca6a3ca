import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Installation, install, type Server } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, untilHeard } from '../support/wire.ts'

// A command is a process, whose start takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const MESSAGES = [{ role: 'user', content: 'Hi' }]
const MODELS = [
  {
    id: 'chat',
    contextWindow: 32_768,
    maxOutputTokens: 64,
    prices: { input: '1.00', output: '2.00' },
    routes: [{ provider: 'sandbox' }],
  },
]

interface KeyFields {
  readonly limit_remaining: number | null
  readonly usage: number
}

afterAll(stopAll)

describe.each(DATABASES)('credits', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let installation: Installation
    let server: Server
    let billing: Caller
    let customer: Caller

    const makeKey = async (user: string, ...more: string[]): Promise<Caller> => {
      const { key } = await installation.admin<{ key: string }>(
        ...['admin', 'keys', 'create', '--user', user, '--name', 'K'],
        ...more,
      )
      return caller(server.url, key)
    }
    const makeUser = (email: string) =>
      installation.admin('admin', 'users', 'create', '--email', email, '--name', 'U')
    const ask = (by: Caller) => by.post('/api/v1/chat/completions', { model: 'chat', messages: MESSAGES })
    const creditsOf = async (by: Caller) =>
      (await by.read<{ data: { total_credits: number; total_usage: number } }>('/api/v1/credits')).data

    beforeAll(async () => {
      const config = {
        balance: { of: 'organization', minimum: '0.10' },
        keys: { defaultPermissions: ['inference', 'keys:read', 'keys:write'] },
        providers: [{ id: 'sandbox', kind: 'sandbox' }],
        models: MODELS,
      }
      installation = await install(config, postgres)
      server = await installation.start()
      await makeUser('billing@example.com')
      await makeUser('customer@example.com')
      billing = await makeKey('billing@example.com', '--permissions', 'credits:write')
      customer = await makeKey('customer@example.com', '--limit', '0.5')
    })
    afterAll(() => installation?.remove())

    it('What a billing system grants is there once, and pays for requests; without it nothing is served', async () => {
      expect((await ask(customer)).status).toBe(402)
      const body = { user: 'customer@example.com', amount: '1.000000001', reference: 'pay_1' }
      const grant = (headers = {}) => billing.post('/api/v1/credits/grants', body, headers)
      const first = await grant()
      expect([first.status, await first.json()]).toEqual([
        201,
        {
          data: expect.objectContaining({
            amount: '1.000000001',
            reference: 'pay_1',
            balance: { granted: '1.000000001', spent: '0', held: '0', remaining: '1.000000001' },
          }),
        },
      ])
      expect((await grant()).status).toBe(201)
      expect((await grant({ 'idempotency-key': 'k1' })).status).toBe(201)
      const again = await grant({ 'idempotency-key': 'k1' })
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      const other = await billing.post('/api/v1/credits/grants', { ...body, amount: '2' })
      expect(other.status).toBe(422)
      expect(await creditsOf(customer)).toEqual({ total_credits: 1.000000001, total_usage: 0 })
      expect((await ask(customer)).status).toBe(200)
      const { data } = await customer.read<{ data: KeyFields }>('/api/v1/key')
      expect(data.usage).toBeGreaterThan(0)
      expect(await creditsOf(customer)).toEqual({ total_credits: 1.000000001, total_usage: data.usage })
      expect(data.limit_remaining).toBeCloseTo(0.5 - data.usage, 9)
      const { data: list } = await customer.read<{ data: KeyFields[] }>('/api/v1/keys')
      expect(list[0]).toMatchObject({ usage: data.usage, limit_remaining: data.limit_remaining })
      const shown = await installation.admin('admin', 'credits', 'show', '--user', 'customer@example.com')
      expect(shown).toMatchObject({ granted: '1.000000001', held: '0' })
    })

    it('A refund by the operator raises what is left, and leaves the usage as it was', async () => {
      const before = await creditsOf(customer)
      const answer = await ask(customer)
      const id = answer.headers.get('x-request-id') ?? ''
      await answer.text()
      const usage = async () => (await customer.read<{ data: KeyFields }>('/api/v1/key')).data.usage
      const used = await usage()
      await installation.admin('admin', 'credits', 'refund', id, '--note', 'Sorry')
      expect(await creditsOf(customer)).toEqual(before)
      expect(await usage()).toBe(used)
      const twice = installation.admin('admin', 'credits', 'refund', id)
      await expect(twice).rejects.toThrow(/Nothing is left to refund/)
    })

    it('Who may grant is for the operator alone to say', async () => {
      const grant = { user: 'customer@example.com', amount: '5' }
      expect((await customer.post('/api/v1/credits/grants', grant)).status).toBe(403)
      const both = await makeKey('billing@example.com', '--permissions', 'credits:write,keys:write')
      const minted = await both.post('/api/v1/keys', { name: 'Mint', permissions: ['credits:write'] })
      expect(minted.status).toBe(403)
    })

    it('The operator’s plans and quotas hold as soon as the server has heard of them', async () => {
      const admin = installation.admin
      const heard = (status: number) =>
        untilHeard(postgres, `${status}`, async () => (await ask(limited)).status === status)
      await makeUser('limited@example.com')
      const limited = await makeKey('limited@example.com')
      const grant = { user: 'limited@example.com', amount: '1' }
      expect((await billing.post('/api/v1/credits/grants', grant)).status).toBe(201)
      expect((await ask(limited)).status).toBe(200)
      const quota = ['--user', 'limited@example.com', '--unit', 'credits', '--period', 'month', '--amount']
      await admin('admin', 'quotas', 'set', ...quota, '0')
      await heard(402)
      expect((await ask(limited)).status).toBe(402)
      await admin('admin', 'quotas', 'set', ...quota, '5')
      await heard(200)
      await admin('admin', 'plans', 'set', 'tiny', '--rank', '5', '--quotas', 'user:requests:day:0')
      await admin('admin', 'users', 'set-plan', 'limited@example.com', '--plan', 'tiny')
      await heard(429)
      expect((await ask(limited)).status).toBe(429)
    })
  })
})
