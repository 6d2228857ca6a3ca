import { describe, expect, it } from 'vitest'
import { type Exchange, puppet } from '../../test/support/gateway-parts.ts'
import { Attempt, AttemptError, type BodySink } from './attempt.ts'

const REQUEST = { path: '/chat/completions', body: '{}', streamed: true }

function start(onSend: (exchange: Exchange) => void = () => {}) {
  const provider = puppet({}, onSend)
  const attempt = new Attempt(provider, REQUEST)
  return { attempt, ...provider.last, exchange: provider.last }
}

/** What a sink was told, in order. */
function sink(): { told: string[] } & BodySink {
  const told: string[] = []
  return {
    told,
    data: (chunk) => told.push(chunk.toString()),
    end: () => told.push('end'),
    broken: ({ kind }) => told.push(kind),
  }
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error instanceof AttemptError ? error.kind : error),
  )

describe('an attempt', () => {
  it('has a head, and a body that waits until somebody takes it, in order and whole', async () => {
    const { attempt, events } = start()
    events.headers(200, { a: 'b' })
    expect(await attempt.head).toEqual({ status: 200, headers: { a: 'b' } })
    events.data(Buffer.from('1'))
    events.data(Buffer.from('2'))
    const taker = sink()
    attempt.consume(taker)
    events.data(Buffer.from('3'))
    events.end()
    expect(taker.told).toEqual(['1', '2', '3', 'end'])
  })

  it('that ended or broke before somebody took the body tells so after it', () => {
    const ended = start()
    ended.events.headers(200, {})
    ended.events.data(Buffer.from('1'))
    ended.events.end()
    const one = sink()
    ended.attempt.consume(one)
    expect(one.told).toEqual(['1', 'end'])
    const broken = start()
    broken.events.headers(200, {})
    broken.events.data(Buffer.from('1'))
    broken.events.error({ kind: 'timeout', message: '' })
    const other = sink()
    broken.attempt.consume(other)
    expect(other.told).toEqual(['1', 'timeout'])
  })

  it.each(['connect', 'timeout', 'broken'] as const)(
    'without an answer fails by its kind: %s',
    async (kind) => {
      const { attempt } = start(({ events }) => events.error({ kind, message: 'why' }))
      expect(await failure(attempt.head)).toBe(kind)
    },
  )

  it('that is aborted tells the provider once, and whoever waits for the head or the body', async () => {
    const waiting = start()
    waiting.attempt.abort()
    expect(waiting.exchange.aborted).toBe(true)
    expect(await failure(waiting.attempt.head)).toBe('aborted')
    const reading = start()
    reading.events.headers(200, {})
    reading.events.data(Buffer.from('half'))
    const body = reading.attempt.readAll(100)
    reading.attempt.abort()
    expect(await failure(body)).toBe('aborted')
    expect(await failure(reading.attempt.readAll(100))).toBe('aborted')
  })

  it('that is over cannot be aborted any more: its connection may serve somebody else by now', () => {
    const ended = start()
    ended.events.headers(200, {})
    ended.events.end()
    ended.attempt.abort()
    expect(ended.exchange.aborted).toBe(false)
    const broken = start()
    broken.attempt.head.catch(() => {})
    broken.events.error({ kind: 'broken', message: '' })
    broken.attempt.abort()
    expect(broken.exchange.aborted).toBe(false)
  })

  it('is read whole up to a limit, and broken off at it', async () => {
    const exact = start()
    exact.events.headers(200, {})
    const whole = exact.attempt.readAll(6)
    exact.events.data(Buffer.from('abc'))
    exact.events.data(Buffer.from('def'))
    exact.events.end()
    expect((await whole).toString()).toBe('abcdef')
    expect(exact.exchange.aborted).toBe(false)
    const long = start()
    long.events.headers(200, {})
    const tooLong = long.attempt.readAll(6)
    long.events.data(Buffer.from('abcdefg'))
    expect(await failure(tooLong)).toBe('broken')
    expect(long.exchange.aborted).toBe(true)
  })

  it('that breaks off is never taken for whole', async () => {
    const { attempt, events } = start()
    events.headers(200, {})
    const body = attempt.readAll(100)
    events.data(Buffer.from('{"half":'))
    events.error({ kind: 'broken', message: 'reset' })
    expect(await failure(body)).toBe('broken')
  })

  it('of a refusal gives what there is of its text, however it ends', async () => {
    const read = async (play: (events: Exchange['events']) => void) => {
      const { attempt, events, exchange } = start()
      events.headers(400, {})
      const text = attempt.readStart(6)
      play(events)
      return [(await text).toString(), exchange.aborted]
    }
    const data = (events: Exchange['events'], text: string) => events.data(Buffer.from(text))
    const whole = await read((events) => {
      data(events, 'abc')
      events.end()
    })
    expect(whole).toEqual(['abc', false])
    expect(await read((events) => data(events, 'abcdefghi'))).toEqual(['abcdef', true])
    const half = await read((events) => {
      data(events, 'ab')
      events.error({ kind: 'broken', message: '' })
    })
    expect(half).toEqual(['ab', false])
  })
})
