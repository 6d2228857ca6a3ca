import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { OPEN_SIGN_UP, type Person, signUp } from '../support/people.ts'
import { type Started, startNode, stop, stopAll } from '../support/processes.ts'
import { type Sink, startSink } from '../support/sink.ts'
import { until } from '../support/wire.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

const PLACE = '/api/dashboard/webhooks'

afterAll(stopAll)

describe.each(DATABASES)('events of money on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let sink: Sink
    let owner: Person

    beforeAll(async () => {
      sink = await startSink()
      upstream = await startUpstream()
      const config = testConfig(upstream.url, {
        outbound: { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sink.port] },
        webhooks: { balanceLow: '100' },
        balance: { of: 'organization' },
        ...OPEN_SIGN_UP,
      })
      installation = await install(config, postgres)
      server = await installation.start()
      owner = await signUp(server.url)
      await installation.admin('admin', 'credits', 'grant', '--user', owner.email, '--amount', '10')
    })
    afterAll(async () => {
      await server?.stop()
      await Promise.all([sink?.close(), upstream?.stop()])
      await installation?.remove()
    })

    const told = (event: string) => sink.received.filter(({ json }) => json.event === event)

    it('each threshold of a key’s limit is told once, and a low balance once after a grant', async () => {
      const events = ['budget.threshold', 'balance.low']
      await owner.ask('POST', PLACE, { url: sink.url('/money'), events })
      const { key, data } = await owner.ask('POST', '/api/v1/keys', { name: 'Small', limit: 0.01 })
      await upstream.script({ promptTokens: 10, completionTokens: 1000 })
      const chat = async () => {
        const answer = await fetch(`${server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            model: 'chat',
            max_tokens: 1000,
            messages: [{ role: 'user', content: 'x' }],
          }),
        })
        expect([answer.status, await answer.text()]).toEqual([200, expect.anything()])
      }
      await chat()
      await until('the low balance', () => told('balance.low')[0])
      expect(told('budget.threshold')).toEqual([])
      await chat()
      await chat()
      const half = await until('half of it', () => told('budget.threshold')[0])
      expect(half.json).toMatchObject({
        type: 'budget.threshold',
        subject: 'key',
        subject_id: data.hash,
        percent: 50,
        period: 'none',
        limit: '0.01',
        spent: expect.stringMatching(/^0\.0060/),
      })
      await chat()
      await until('four fifths', () => told('budget.threshold')[1])
      expect(told('budget.threshold').map(({ json }) => json.percent)).toEqual([50, 80])
      expect(told('balance.low')).toHaveLength(1)
      expect(told('balance.low')[0]?.json).toMatchObject({ subject: 'organization', threshold: '100' })
    })
  })
})

describe('the receiver of the documentation', () => {
  const file = fileURLToPath(new URL('../../../examples/webhook-receiver/receiver.mjs', import.meta.url))
  const [own, former] = [32, 33].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [
    string,
    string,
  ]
  let receiver: Started
  let url: string

  beforeAll(async () => {
    receiver = await startNode(
      [file],
      { WEBHOOK_SECRET: `${own},${former}`, PORT: '0' },
      /listening on (\d+)/,
    )
    url = `http://127.0.0.1:${receiver.match[1]}/`
  })
  afterAll(() => receiver && stop(receiver.child))

  let deliveries = 0
  const BODY = JSON.stringify({ event: 'task.completed', task_id: 'gen_1' })
  interface Forgery {
    readonly secret?: string
    readonly ageSeconds?: number
    readonly id?: string
    /** What comes in place of what was signed. */
    readonly sent?: string
    readonly under?: string
  }
  function signed({ secret = own, ageSeconds = 0, id = `msg_${++deliveries}`, under = id }: Forgery) {
    const timestamp = Math.floor(Date.now() / 1000) - ageSeconds
    const key = Buffer.from(secret.slice(6), 'base64')
    const text = createHmac('sha256', key).update(`${id}.${timestamp}.${BODY}`).digest('base64')
    return {
      'webhook-id': under,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,bm90aGluZw== v1,${text}`,
    }
  }
  async function deliver(more: Forgery = {}) {
    const answer = await fetch(url, { method: 'POST', headers: signed(more), body: more.sent ?? BODY })
    return `${answer.status} ${(await answer.text()).trim()}`
  }
  /** How often the receiver did what it is there for. */
  const acted = () => receiver.output().split('task.completed').length - 1

  it('takes a genuine delivery once, under either of two secrets', async () => {
    expect(await deliver({ id: 'msg_same' })).toBe('200 taken')
    expect(await deliver({ secret: former })).toBe('200 taken')
    // Whoever recorded one can send it again; it is taken for known, and nothing is done.
    expect(await deliver({ id: 'msg_same' })).toBe('200 known')
    await vi.waitFor(() => expect(acted()).toBe(2), { timeout: 10_000 })
  })

  const FORGED: [string, Forgery][] = [
    ['signed with another secret', { secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }],
    ['signed with nothing', { secret: 'whsec_' }],
    ['whose body was changed', { sent: BODY.replace('gen_1', 'gen_2') }],
    ['that was recorded and comes under another id', { id: 'msg_recorded', under: 'msg_new' }],
    ['from ten minutes ago', { ageSeconds: 600 }],
    ['from ten minutes ahead', { ageSeconds: -600 }],
  ]
  it.each(FORGED)('refuses one %s', async (_, forgery) => {
    const before = acted()
    expect(await deliver(forgery)).toBe('401 not genuine')
    expect(acted()).toBe(before)
  })

  it('and the check that the documentation prints says the same', async () => {
    const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8')
    const [printed] = /^import \{ createHmac[\s\S]*?(?=^```)/m.exec(page) ?? []
    const source = Buffer.from(`${printed}\nexport { isGenuine }`).toString('base64')
    const { isGenuine } = await import(`data:text/javascript;base64,${source}`)
    expect(isGenuine(own, signed({}), BODY)).toBe(true)
    expect(isGenuine(own, signed({ secret: former }), BODY)).toBe(false)
    for (const [name, forgery] of FORGED)
      expect([name, isGenuine(own, signed(forgery), forgery.sent ?? BODY)]).toEqual([name, false])
    expect(() => isGenuine('whsec_', signed({ secret: 'whsec_' }), BODY)).toThrow('too short')
  })

  it('does not start without a secret', async () => {
    for (const secret of ['', 'whsec_', 'whsec_c2hvcnQ=']) {
      const starting = startNode([file], { WEBHOOK_SECRET: secret, PORT: '0' }, /listening/)
      await expect(starting).rejects.toThrow('missing or too short')
    }
  })
})
