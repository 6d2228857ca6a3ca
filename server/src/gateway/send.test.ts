import { describe, expect, it } from 'vitest'
import {
  answers,
  type Exchange,
  modelOf,
  modelRequest,
  NOW,
  type Puppet,
  puppet,
  RecordingClient,
  routeTo,
} from '../../test/support/gateway-parts.ts'
import type { Provider } from '../providers/provider.ts'
import { SendError, send } from './send.ts'

const OK = answers(200, '{}')
const fails =
  (kind: 'connect' | 'timeout' | 'broken') =>
  ({ events }: Exchange) =>
    events.error({ kind, message: 'why' })

async function run(providers: readonly Provider[], client = new RecordingClient()) {
  const routes = providers.map((provider, index) => routeTo(provider, `model-${index}`))
  const choice = { model: modelOf('m', routes), routes }
  const outcome = await send(modelRequest(), choice, client, () => NOW).catch((error: unknown) => error)
  if (outcome instanceof SendError) return { routes, error: outcome, sent: undefined }
  if (outcome instanceof Error) throw outcome
  return { routes, error: undefined, sent: outcome as Awaited<ReturnType<typeof send>> }
}

const count = (...providers: Puppet[]) => providers.map(({ exchanges }) => exchanges.length)

describe('sending', () => {
  it.each([401, 403, 408, 429, 500, 502, 503, 504, 529])(
    'goes on to the next route after %i',
    async (status) => {
      const [one, two] = [puppet({}, answers(status, '')), puppet({}, OK)]
      const { sent, routes } = await run([one, two])
      expect(sent).toMatchObject({ attempts: 2, route: routes[1] })
      expect(JSON.parse(String(two.last.request.body))).toMatchObject({ model: 'model-1' })
    },
  )

  it.each(['connect', 'timeout', 'broken'] as const)(
    'goes on to the next route after a failure of the network: %s',
    async (kind) => {
      const { sent } = await run([puppet({}, fails(kind)), puppet({}, OK)])
      expect(sent?.attempts).toBe(2)
    },
  )

  it.each([301, 400, 402, 404, 409, 413, 415, 422])(
    'does not go on after %i, which another provider would say too or an operator must see',
    async (status) => {
      const [one, two] = [puppet({}, answers(status, '')), puppet({}, OK)]
      const { error, routes } = await run([one, two])
      expect(count(one, two)).toEqual([1, 0])
      expect(error).toMatchObject({ attempts: 1, route: routes[0], aborted: false })
    },
  )

  it('does not go on once an answer has begun, whatever becomes of it', async () => {
    const [one, two] = [
      puppet({}, ({ events }) => {
        events.headers(200, {})
        events.error({ kind: 'broken', message: '' })
      }),
      puppet({}, OK),
    ]
    const { sent } = await run([one, two])
    expect(sent?.attempts).toBe(1)
    expect(count(one, two)).toEqual([1, 0])
  })

  it('tells the last failure when every route fails', async () => {
    const { error, routes } = await run([puppet({}, fails('connect')), puppet({}, answers(429, ''))])
    expect(error).toMatchObject({ attempts: 2, route: routes[1], error: { code: 'upstream_rate_limited' } })
    expect((await run([])).error).toMatchObject({
      attempts: 0,
      route: undefined,
      error: { code: 'upstream_unavailable' },
    })
  })

  it('lets a route rest after three failures in a row, and not for a refusal of the request itself', async () => {
    const bad = routeTo(puppet({}, answers(500, '')))
    const shut = routeTo(puppet({}, answers(401, '')))
    const wrong = routeTo(puppet({}, answers(400, '')))
    for (let i = 0; i < 3; i++) {
      for (const route of [bad, shut, wrong]) {
        const choice = { model: modelOf('m', [route]), routes: [route] }
        await send(modelRequest(), choice, new RecordingClient(), () => NOW).catch(() => {})
      }
    }
    expect([bad, shut, wrong].map(({ health }) => health.rests(NOW))).toEqual([true, true, false])
  })

  it('judges a refusal by its status, however long its text is and however it ends', async () => {
    const long = puppet({}, answers(400, `{"input":"${'x'.repeat(3_000_000)}"}`))
    const { error, routes } = await run([long, puppet({}, OK)])
    expect(error).toMatchObject({ attempts: 1, error: { code: 'upstream_rejected', status: 400 } })
    expect(long.last.aborted).toBe(true)
    expect(routes[0]?.health.rests(NOW)).toBe(false)
    const cut = puppet({}, ({ events }) => {
      events.headers(422, {})
      events.data(Buffer.from('{"err'))
      events.error({ kind: 'broken', message: '' })
    })
    expect((await run([cut, puppet({}, OK)])).error).toMatchObject({
      error: { code: 'upstream_rejected', status: 422 },
    })
  })

  it('keeps our credential out of a refusal that repeats it', async () => {
    const { error } = await run([
      puppet({}, answers(400, '{"error":{"message":"bad header Bearer sk-upstream"}}')),
    ])
    expect(error?.error.message).toBe('bad header Bearer ***')
  })

  it('passes over a route that has no words for the request, and says why when none has', async () => {
    const [chat, native] = [puppet({}, OK), puppet({ responses: true }, OK)]
    const asked = modelRequest({ previous_response_id: 'resp_1' }, { endpoint: 'responses' })
    const go = (providers: Puppet[]) => {
      const routes = providers.map((provider) => routeTo(provider))
      return send(asked, { model: modelOf('m', routes), routes }, new RecordingClient(), () => NOW)
    }
    expect((await go([chat, native])).attempts).toBe(1)
    expect(count(chat, native)).toEqual([0, 1])
    await expect(go([chat])).rejects.toMatchObject({ attempts: 0, error: { code: 'not_supported_upstream' } })
  })

  it('leaves a row, too, when a provider’s own code throws', async () => {
    const broken = {
      ...puppet(),
      send: () => {
        throw new TypeError('bug')
      },
    }
    expect((await run([broken, puppet({}, OK)])).error).toMatchObject({
      attempts: 1,
      error: { code: 'internal_error' },
    })
  })
})

describe('a client that leaves', () => {
  it('before anything was sent has used nothing', async () => {
    const client = new RecordingClient()
    client.leave()
    const one = puppet({}, OK)
    expect((await run([one], client)).error).toMatchObject({ aborted: true, worked: false, attempts: 0 })
    expect(count(one)).toEqual([0])
  })

  it('while a provider is at work has used it, and the provider is told', async () => {
    const client = new RecordingClient()
    const [one, two] = [puppet({}, () => client.leave()), puppet({}, OK)]
    expect((await run([one, two], client)).error).toMatchObject({ aborted: true, worked: true, attempts: 1 })
    expect(one.last.aborted).toBe(true)
    expect(count(one, two)).toEqual([1, 0])
  })

  it('while its request waits for a connection has used nothing, and no provider was reached', async () => {
    const client = new RecordingClient()
    const waits = puppet({}, (exchange) => {
      exchange.begun = false
      client.leave()
    })
    expect((await run([waits, puppet({}, OK)], client)).error).toMatchObject({
      aborted: true,
      worked: false,
      reached: false,
    })
    expect(waits.last.aborted).toBe(true)
  })

  it('while a connection is tried has used nothing, and is not sent', async () => {
    const client = new RecordingClient()
    const one = puppet({}, OK)
    const routes = [routeTo(one)]
    const mayReach = async () => {
      client.leave()
      return true
    }
    const limits = { outputTokens: 0, mayReach }
    const sending = send(modelRequest(), { model: modelOf('m', routes), routes }, client, () => NOW, limits)
    await expect(sending).rejects.toMatchObject({ aborted: true, worked: false, reached: false })
    expect(count(one)).toEqual([0])
  })

  it('while a refusal is read has used nothing, and no other provider is asked', async () => {
    const client = new RecordingClient()
    const [one, two] = [
      puppet({}, ({ events }) => {
        events.headers(503, {})
        queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => client.leave())))
      }),
      puppet({}, OK),
    ]
    expect((await run([one, two], client)).error).toMatchObject({ aborted: true, worked: false })
    expect(count(one, two)).toEqual([1, 0])
  })
})
