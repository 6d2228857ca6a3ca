import { describe, expect, it } from 'vitest'
import {
  answers,
  modelRequest,
  NOW,
  puppet,
  RecordingClient,
  routeTo,
} from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { Attempt } from './attempt.ts'
import type { ModelCall } from './model-request.ts'
import { relayWhole } from './relay-whole.ts'
import type { Ending } from './settle.ts'

const CHAT = {
  id: 'c',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi there' }, finish_reason: 'stop' }],
}
const USAGE = { prompt_tokens: 7, completion_tokens: 5 }

interface Options {
  readonly call?: Partial<ModelCall>
  readonly supports?: Parameters<typeof puppet>[0]
  readonly settle?: (ending: Ending) => Promise<void>
}

async function relay(play: Parameters<typeof puppet>[1], { call = {}, supports = {}, settle }: Options = {}) {
  const provider = puppet(supports, play)
  const route = routeTo(provider)
  const attempt = new Attempt(provider, { path: '/', body: '', streamed: false })
  const sent = { attempt, head: await attempt.head, route, attempts: 2 }
  const client = new RecordingClient()
  const endings: (Ending & { begunBefore: boolean })[] = []
  const note = async (ending: Ending) => {
    endings.push({ ...ending, begunBefore: client.begun })
    await settle?.(ending)
  }
  const done = relayWhole(modelRequest({}, call), sent, client, note, { 'x-own': '1' }, () => NOW)
  const outcome = done.then(
    () => 'sent',
    (error: unknown) => (error instanceof AppError ? error.code : error),
  )
  return { client, endings, route, exchange: provider.last, outcome }
}

describe('relaying a whole answer', () => {
  it('sends the provider’s own bytes, once its usage is settled', async () => {
    const body = `{"usage":${JSON.stringify(USAGE)}, "choices" : [],"n":1.0,"big":12345678901234567890}\n`
    const { client, endings, outcome } = await relay(answers(200, body))
    expect(await outcome).toBe('sent')
    expect(client.text).toBe(body)
    expect(client).toMatchObject({ status: 200, ended: true })
    expect(client.headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'x-own': '1',
      'content-length': String(body.length),
    })
    expect(endings).toEqual([
      expect.objectContaining({
        outcome: 'completed',
        status: 200,
        attempts: 2,
        firstByteAt: NOW,
        begunBefore: false,
      }),
    ])
    expect(endings[0]?.reported).toMatchObject({ input: 7, output: 5 })
  })

  it('passes none of the provider’s headers on', async () => {
    const { client, outcome } = await relay(({ events }) => {
      events.headers(200, {
        'set-cookie': 'a=b',
        location: 'x',
        'transfer-encoding': 'chunked',
        'x-request-id': 'theirs',
        'content-type': 'application/json',
      })
      events.data(Buffer.from(JSON.stringify(CHAT)))
      events.end()
    })
    await outcome
    expect(Object.keys(client.headers).sort()).toEqual(['content-length', 'content-type', 'x-own'])
  })

  it('sends nothing when the row cannot be written', async () => {
    const settle = async () => {
      throw new AppError('store_unavailable')
    }
    const { client, outcome } = await relay(answers(200, JSON.stringify(CHAT)), { settle })
    expect(await outcome).toBe('store_unavailable')
    expect([client.begun, client.text]).toEqual([false, ''])
  })

  it('counts the text where no usage was reported', async () => {
    const { endings, outcome } = await relay(answers(200, JSON.stringify({ ...CHAT, usage: null })))
    await outcome
    expect(endings[0]?.reported).toBeUndefined()
    expect(endings[0]?.textBytes).toBeGreaterThanOrEqual('Hi there'.length)
  })

  it('charges nothing for a refusal with the status of success, but for what the provider says it used', async () => {
    const refusal = { error: { message: 'Overloaded', code: 529 } }
    for (const usage of [undefined, USAGE]) {
      const { endings, outcome } = await relay(answers(200, JSON.stringify({ ...refusal, usage })))
      expect(await outcome).toBe('upstream_error')
      expect(endings).toEqual([expect.objectContaining({ outcome: 'failed', textBytes: undefined })])
      expect(endings[0]?.reported?.output).toBe(usage?.completion_tokens)
    }
  })

  it.each([
    ['HTML', '<html>'],
    ['nothing', ''],
    ['half an answer', JSON.stringify(CHAT).slice(0, -3)],
    ['a list', '[]'],
    ['null', 'null'],
    ['an error with the status of success', '{"error":{"message":"no"}}'],
    ['what is nested too deeply to be measured', `{"choices":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('takes %s for a failure of the provider, and settles it', async (_, body) => {
    const { client, endings, outcome, route } = await relay(answers(200, body))
    expect(await outcome).toBe('upstream_error')
    expect(client.begun).toBe(false)
    expect(endings).toEqual([expect.objectContaining({ outcome: 'failed', status: 502 })])
    for (let i = 0; i < 2; i++) route.health.failed(NOW)
    // With this one that makes three.
    expect(route.health.rests(NOW)).toBe(true)
  })

  it('settles an answer that broke off as failed, and what it was broken by', async () => {
    const play = (kind: 'timeout' | 'broken') =>
      relay(({ events }) => {
        events.headers(200, {})
        events.data(Buffer.from('{"half'))
        events.error({ kind, message: '' })
      })
    for (const [kind, code] of [
      ['timeout', 'upstream_timeout'],
      ['broken', 'upstream_error'],
    ] as const) {
      const { endings, outcome } = await play(kind)
      expect(await outcome).toBe(code)
      expect(endings[0]).toMatchObject({ outcome: 'failed', textBytes: 0 })
    }
  })

  it('settles as aborted, and sends nothing, when the client leaves while the provider is answering', async () => {
    const provider = puppet({}, ({ events }) => {
      events.headers(200, {})
      events.data(Buffer.from('{'))
    })
    const attempt = new Attempt(provider, { path: '/', body: '', streamed: false })
    const client = new RecordingClient()
    client.onGone(() => attempt.abort())
    const endings: Ending[] = []
    const sent = { attempt, head: await attempt.head, route: routeTo(provider), attempts: 1 }
    const done = relayWhole(
      modelRequest(),
      sent,
      client,
      async (ending) => void endings.push(ending),
      {},
      () => NOW,
    )
    client.leave()
    await done
    expect(endings).toEqual([expect.objectContaining({ outcome: 'aborted', status: 499, textBytes: 0 })])
    expect(client.begun).toBe(false)
    expect(provider.last.aborted).toBe(true)
  })

  it('tells a chat answer as a response where that was asked', async () => {
    const { client, endings, outcome } = await relay(
      answers(200, JSON.stringify({ ...CHAT, usage: USAGE })),
      { call: { endpoint: 'responses' } },
    )
    await outcome
    expect(JSON.parse(client.text)).toMatchObject({
      object: 'response',
      status: 'completed',
      usage: { input_tokens: 7, output_tokens: 5 },
    })
    expect(endings[0]).toMatchObject({ outcome: 'completed' })
  })

  it.each(['incomplete', 'failed'] as const)(
    'settles a response that says it is %s as that',
    async (status) => {
      const body = JSON.stringify({
        object: 'response',
        status,
        output: [],
        usage: { input_tokens: 1, output_tokens: 1 },
      })
      const { client, endings, outcome } = await relay(answers(200, body), {
        call: { endpoint: 'responses' },
        supports: { responses: true },
      })
      await outcome
      expect(endings[0]).toMatchObject({ outcome: status, status: 200 })
      expect(client.text).toBe(body)
    },
  )
})
