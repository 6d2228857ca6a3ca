import { describe, expect, it, vi } from 'vitest'
import {
  type Exchange,
  modelRequest,
  puppet,
  RecordingClient,
  routeTo,
} from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { Attempt } from './attempt.ts'
import { Drains } from './drains.ts'
import { chatReader, translatingReader } from './event-readers.ts'
import type { Watch } from './open-streams.ts'
import { relayStream, type StreamGuards } from './relay-stream.ts'
import { responseContext } from './response-context.ts'
import type { Sent } from './send.ts'
import { StreamMeter } from './stream-meter.ts'

const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`
const DONE = 'data: [DONE]\n\n'

async function start(
  meter = new StreamMeter(chatReader(false, 1)),
  client = new RecordingClient(),
  guards: StreamGuards = {},
) {
  const provider = puppet({}, ({ events }) => events.headers(200, { 'content-type': 'text/event-stream' }))
  const attempt = new Attempt(provider, { path: '/', body: '', streamed: true })
  const sent: Sent = { attempt, head: await attempt.head, route: routeTo(provider), attempts: 1 }
  const end = relayStream(sent, meter, client, guards)
  const exchange: Exchange = provider.last
  const say = (text: string) => exchange.events.data(Buffer.from(text))
  return { client, meter, end, exchange, say, events: exchange.events }
}

describe('relaying a stream', () => {
  it('passes each event at once, and keeps the end back', async () => {
    const { client, meter, end, say, events } = await start()
    say(chunk('a'))
    expect(client.text).toBe(chunk('a'))
    say(chunk('b').slice(0, 10))
    expect(client.text).toBe(chunk('a'))
    say(chunk('b').slice(10) + chunk('', 'stop'))
    expect(client.text).toBe(chunk('a') + chunk('b'))
    say(DONE)
    expect(await end).toBe('ended')
    events.end()
    expect(client.text).toBe(chunk('a') + chunk('b'))
    expect(client.ended).toBe(false)
    expect(meter.held().toString()).toBe(chunk('', 'stop') + DONE)
  })

  it('is over with the terminal event; a provider that keeps its connection open does not keep the client', async () => {
    vi.useFakeTimers()
    try {
      const { end, say, exchange } = await start()
      say(DONE)
      expect(await end).toBe('ended')
      expect(exchange.aborted).toBe(false)
      vi.advanceTimersByTime(1999)
      expect(exchange.aborted).toBe(false)
      vi.advanceTimersByTime(1)
      expect(exchange.aborted).toBe(true)
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends with the provider when it ends without a word', async () => {
    const { end, say, events, meter } = await start()
    say(chunk('a'))
    events.end()
    expect(await end).toBe('ended')
    expect(meter.tally.ending).toBeUndefined()
  })

  it.each([
    ['broken', 'broken'],
    ['timeout', 'timeout'],
    ['connect', 'broken'],
  ] as const)('tells a provider’s failure from an end: %s is %s', async (kind, told) => {
    const { end, say, events } = await start()
    say(chunk('a'))
    events.error({ kind, message: '' })
    expect(await end).toBe(told)
  })

  it('aborts the provider when the client leaves, before or in the middle, and passes nothing more', async () => {
    const early = new RecordingClient()
    early.leave()
    const before = await start(undefined, early)
    expect(await before.end).toBe('gone')
    expect(before.exchange.aborted).toBe(true)
    const { client, end, say, exchange } = await start()
    say(chunk('a'))
    client.leave()
    expect(await end).toBe('gone')
    expect(exchange.aborted).toBe(true)
    say(chunk('b'))
    expect(client.text).toBe(chunk('a'))
  })

  it('reads on for its usage when the client leaves, however slowly it read, and passes nothing more', async () => {
    const drains = new Drains({ drainMs: 30_000, drainsAtOnce: 1 })
    const { client, meter, end, say, exchange } = await start(undefined, undefined, { drains })
    client.roomy = false
    say(chunk('a'))
    client.leave()
    expect([exchange.aborted, exchange.paused]).toEqual([false, false])
    // There is room for one.
    expect(drains.begin(() => {})).toBeUndefined()
    say(chunk('b', 'stop'))
    say('data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":90}}\n\n')
    say(DONE)
    expect(await end).toBe('gone')
    expect(meter.tally.usage?.output).toBe(90)
    expect(client.text).toBe(chunk('a'))
    drains.begin(() => {})?.()
    expect(drains.begin(() => {})).toBeDefined()
    drains.close()
  })

  it('is cut when its time is up, when its key loses its rights, and when the node stops', async () => {
    vi.useFakeTimers()
    try {
      const late = await start(undefined, undefined, {
        drains: new Drains({ drainMs: 500, drainsAtOnce: 9 }),
      })
      late.client.leave()
      vi.advanceTimersByTime(499)
      expect(late.exchange.aborted).toBe(false)
      vi.advanceTimersByTime(1)
      expect([await late.end, late.exchange.aborted]).toEqual(['gone', true])
    } finally {
      vi.useRealTimers()
    }
    const drains = new Drains({ drainMs: 30_000, drainsAtOnce: 9 })
    let cut: (error: AppError) => void = () => {}
    const watch: Watch = (end) => {
      cut = end
      return () => {}
    }
    const revoked = await start(undefined, undefined, { drains, watch })
    revoked.client.leave()
    cut(new AppError('key_revoked'))
    expect(await revoked.end).toMatchObject({ code: 'key_revoked' })
    expect(revoked.exchange.aborted).toBe(true)
    const stopped = await start(undefined, undefined, { drains })
    stopped.client.leave()
    drains.close()
    expect([await stopped.end, stopped.exchange.aborted]).toEqual(['gone', true])
    const after = await start(undefined, undefined, { drains })
    after.client.leave()
    expect([await after.end, after.exchange.aborted]).toEqual(['gone', true])
  })

  it('reads from the provider only as fast as the client reads, and waits for it once at a time', async () => {
    const { client, say, exchange, events, end } = await start()
    client.roomy = false
    say(chunk('a'))
    expect(exchange.paused).toBe(true)
    // What was read before the pause still comes.
    say(chunk('b'))
    say(chunk('c'))
    expect(client.waits).toBe(1)
    client.drain()
    expect(exchange.paused).toBe(false)
    client.roomy = false
    say(chunk('d'))
    expect([exchange.paused, client.waits]).toEqual([true, 2])
    client.drain()
    events.end()
    expect(await end).toBe('ended')
    expect(client.text).toBe(['a', 'b', 'c', 'd'].map((text) => chunk(text)).join(''))
  })

  it('is broken, not hanging, when an event is nested too deeply to be read, in the middle or at the very end', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const event = `data: {"choices":[{"index":0,"delta":{"content":${deep}}}]}`
    const middle = await start()
    middle.say(`${event}\n\n`)
    expect(await middle.end).toBe('broken')
    expect(middle.exchange.aborted).toBe(true)
    const { say, events, end } = await start()
    say(event)
    events.end()
    expect(await end).toBe('broken')
  })

  it('has one terminal event for the client when a provider reports an error and then breaks off', async () => {
    const meter = new StreamMeter(
      translatingReader(responseContext(modelRequest({}, { endpoint: 'responses' }), 'm'), false),
    )
    const { say, events, end } = await start(meter)
    say(chunk('a'))
    say('data: {"error":{"message":"overloaded"}}\n\n')
    events.error({ kind: 'broken', message: 'reset' })
    expect(await end).toBe('broken')
    expect(
      meter
        .failure(new AppError('upstream_error'))
        .toString()
        .match(/^event: response\.failed$/gm),
    ).toHaveLength(1)
  })
})
