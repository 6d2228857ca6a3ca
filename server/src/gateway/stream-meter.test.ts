import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../errors.ts'
import { chatReader, responsesReader, translatingReader } from './event-readers.ts'
import { type EventReader, parseData, StreamMeter, textBytesOf } from './stream-meter.ts'

const CUT = new AppError('upstream_error')

interface Played {
  readonly passed: string
  readonly held: string
  readonly tally: StreamMeter['tally']
}

/** Plays a stream, cut at the given places, to its end. */
function play(reader: EventReader, text: string, places: readonly number[] = []): Played {
  const meter = new StreamMeter(reader)
  const bytes = Buffer.from(text)
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1))), bytes.length].sort(
    (a, b) => a - b,
  )
  const passed: Buffer[] = []
  let from = 0
  for (const end of ends) {
    const out = meter.push(bytes.subarray(from, end))
    if (out) passed.push(out)
    from = end
  }
  meter.finish()
  return {
    passed: Buffer.concat(passed).toString(),
    held: meter.held().toString(),
    tally: { ...meter.tally },
  }
}

const places = fc.array(fc.nat(), { maxLength: 15 })
const lineEnd = fc.constantFrom('\n', '\r\n')
const written = (data: unknown, end: string) =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}${end}${end}`

const USAGE = { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 }

/** A piece of a chat stream, with what it means: written down here, not asked of the code. */
interface Piece {
  readonly text: string
  readonly ends?: boolean
  readonly done?: boolean
  readonly usageOnly?: boolean
  readonly usage?: { input: number; output: number }
  readonly bytes?: number
}

const chunk = (delta: object, finish: string | null, more: object = {}) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
})

const count = fc.integer({ min: 0, max: 1000 })
const usage = fc.tuple(count, count).map(([input, output]) => ({
  wire: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  meant: { input, output },
}))
const nonsense = fc.constantFrom<unknown>(
  null,
  'many',
  [],
  {},
  { prompt_tokens: -1, completion_tokens: 1 },
  { prompt_tokens: 1.5, completion_tokens: 1 },
  { prompt_tokens: '1', completion_tokens: 1 },
  { prompt_tokens: 1, completion_tokens: null },
  { prompt_tokens: 1e15, completion_tokens: 1 },
  { prompt_tokens: null },
)
const content = fc.string({ unit: 'grapheme', maxLength: 8 })

const piece: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(content, lineEnd).map(([text, end]) => ({
      text: written(chunk({ content: text }, null), end),
      bytes: Buffer.byteLength(text),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(content, usage, lineEnd).map(([text, { wire, meant }, end]) => ({
      text: written(chunk({ content: text }, null, { usage: wire }), end),
      bytes: Buffer.byteLength(text),
      usage: meant,
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(nonsense, lineEnd)
      .map(([wire, end]) => ({ text: written(chunk({ content: 'x' }, '', { usage: wire }), end), bytes: 1 })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(usage, lineEnd).map(([{ wire, meant }, end]) => ({
      text: written({ choices: [], usage: wire }, end),
      usageOnly: true,
      usage: meant,
    })),
  },
  {
    weight: 1,
    arbitrary: lineEnd.map((end) => ({ text: written({ choices: [], prompt_filter_results: [] }, end) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('stop', 'length', 'tool_calls'), lineEnd)
      .map(([why, end]) => ({ text: written(chunk({}, why), end), ends: true })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(usage, lineEnd).map(([{ wire, meant }, end]) => ({
      text: written(chunk({}, 'stop', { usage: wire }), end),
      ends: true,
      usage: meant,
    })),
  },
  {
    weight: 1,
    arbitrary: lineEnd.map((end) => ({ text: written({ error: { message: 'no' } }, end), ends: true })),
  },
  { weight: 1, arbitrary: lineEnd.map((end) => ({ text: written('[DONE]', end), ends: true, done: true })) },
  { weight: 1, arbitrary: lineEnd.map((end) => ({ text: `: keep-alive${end}${end}` })) },
  { weight: 1, arbitrary: lineEnd.map((end) => ({ text: `data: {not json${end}event: x${end}${end}` })) },
)

describe('a chat stream', () => {
  it('reaches the client byte for byte, but for the usage that it did not ask for and what follows the end', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), places, (pieces, wantsUsage, where) => {
        const done = pieces.findIndex((one) => one.done)
        const said = done < 0 ? pieces : pieces.slice(0, done + 1)
        const shown = said.filter((one) => wantsUsage || !one.usageOnly)
        const last = shown.findIndex((one) => one.ends || one.usageOnly)
        const open = last < 0 ? shown : shown.slice(0, last)
        const { passed, held, tally } = play(
          chatReader(wantsUsage, 1),
          pieces.map(({ text }) => text).join(''),
          where,
        )
        // From the first sign of the end on, everything waits for the commit.
        expect(passed).toBe(open.map(({ text }) => text).join(''))
        expect(held).toBe(
          shown
            .slice(open.length)
            .map(({ text }) => text)
            .join(''),
        )
        const reported = said.findLast((one) => one.usage)?.usage
        expect(tally.usage && { input: tally.usage.input, output: tally.usage.output }).toEqual(reported)
        expect(tally.textBytes).toBe(said.reduce((sum, one) => sum + (one.bytes ?? 0), 0))
        expect(tally.done).toBe(done >= 0)
      }),
      { numRuns: 1000 },
    )
  })

  it('that ends without a last blank line is still read to its end', () => {
    const text = `${written(chunk({ content: 'a' }, null), '\n')}data: ${JSON.stringify({ choices: [], usage: USAGE })}`
    const { passed, held, tally } = play(chatReader(false, 1), text)
    expect(passed).toBe(written(chunk({ content: 'a' }, null), '\n'))
    expect(held).toBe('')
    expect(tally.usage).toMatchObject({ input: 7, output: 5 })
  })

  it('of several choices goes on when one of them has finished', () => {
    const two = (index: number, finish: string | null) => ({
      choices: [{ index, delta: {}, finish_reason: finish }],
    })
    const events = [two(0, 'stop'), two(1, null), two(1, 'stop')].map((data) => written(data, '\n'))
    const end = written({ choices: [], usage: USAGE }, '\n') + written('[DONE]', '\n')
    const { passed, held } = play(chatReader(false, 2), events.join('') + end)
    expect(passed).toBe(events.join(''))
    expect(held).toBe(written('[DONE]', '\n'))
  })

  it('with usage of zero has usage: nothing is not a gap', () => {
    const zero = { prompt_tokens: 0, completion_tokens: 0 }
    const { tally } = play(
      chatReader(false, 1),
      written(chunk({ content: 'abc' }, 'stop', { usage: zero }), '\n'),
    )
    expect(tally.usage).toEqual({ input: 0, cached: 0, output: 0, reasoning: 0 })
  })

  it('whose every chunk carries the sum so far has used what the last one says', () => {
    const text = [1, 2, 3].map((n) =>
      written(chunk({ content: 'a' }, null, { usage: { prompt_tokens: 9, completion_tokens: n } }), '\n'),
    )
    expect(play(chatReader(false, 1), text.join('')).tally.usage).toMatchObject({ input: 9, output: 3 })
  })

  it('keeps its usage when a later chunk has none', () => {
    const text =
      written(chunk({}, null, { usage: USAGE }), '\n') + written(chunk({}, 'stop', { usage: null }), '\n')
    expect(play(chatReader(false, 1), text).tally.usage).toMatchObject({ input: 7, output: 5 })
  })

  it('that goes on for ever after its end is broken off, before it fills the memory', () => {
    const meter = new StreamMeter(chatReader(false, 1))
    meter.push(Buffer.from(written(chunk({}, 'stop'), '\n')))
    const more = Buffer.from(written(chunk({ content: 'x'.repeat(1_000_000) }, null), '\n'))
    expect(() => {
      for (let i = 0; i < 40; i++) meter.push(more)
    }).toThrow('after its end')
  })

  it('that fails tells so in an event that the client can read', () => {
    const bytes = new StreamMeter(chatReader(false, 1)).failure(CUT)
    expect(bytes.toString()).toMatch(/^data: \{"error":\{.*"code":"upstream_error".*\}\}\n\n$/)
  })
})

const RESPONSE = { id: 'r', status: 'completed', usage: { input_tokens: 7, output_tokens: 5 } }
const named = (type: string, more: object = {}, end = '\n') =>
  `event: ${type}${end}data: ${JSON.stringify({ type, ...more })}${end}${end}`

describe('a Responses stream', () => {
  const middle = fc.oneof(
    fc.tuple(content, lineEnd).map(([delta, end]) => ({
      text: named('response.output_text.delta', { delta }, end),
      bytes: Buffer.byteLength(delta),
    })),
    fc
      .constantFrom(
        'response.created',
        'response.in_progress',
        'response.output_item.done',
        'response.new_invention',
        'constructor',
        'toString',
        '__proto__',
      )
      .map((type) => ({ text: named(type, { response: RESPONSE }), bytes: 0 })),
    fc.constant({ text: ': ping\n\n', bytes: 0 }),
  )
  const terminal = fc.constantFrom<[string, string]>(
    ['response.completed', 'completed'],
    ['response.incomplete', 'incomplete'],
    ['response.failed', 'failed'],
    ['error', 'failed'],
  )

  it('passes byte for byte up to its terminal event, which waits for the commit, and ends there', () => {
    fc.assert(
      fc.property(
        fc.array(middle, { maxLength: 10 }),
        fc.option(terminal),
        fc.array(middle, { maxLength: 3 }),
        places,
        (before, end, after, where) => {
          const last = end ? named(end[0], { response: RESPONSE }) : ''
          const open = before.map(({ text }) => text).join('')
          const text = open + last + (end ? after.map(({ text }) => text).join('') : '')
          const { passed, held, tally } = play(responsesReader(false), text, where)
          expect([passed, held]).toEqual([open, last])
          expect(tally.ending).toBe(end?.[1])
          expect(tally.textBytes).toBe(before.reduce((sum, { bytes }) => sum + bytes, 0))
          expect(tally.usage).toEqual(end ? { input: 7, cached: 0, output: 5, reasoning: 0 } : undefined)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('that fails goes on counting where the provider stopped', () => {
    const meter = new StreamMeter(responsesReader(false))
    meter.push(Buffer.from(named('response.output_text.delta', { sequence_number: 41, delta: 'x' })))
    expect(meter.failure(CUT).toString()).toMatch(/^event: error\ndata: \{.*"sequence_number":42\}\n\n$/)
  })
})

describe('a chat stream told as a Responses stream', () => {
  let items = 0
  const reader = () =>
    translatingReader(
      { id: 'resp_1', createdAt: 1, request: { model: 'm', input: 'x' }, itemId: () => String(items++) },
      false,
    )
  const TERMINAL = /^event: response\.(completed|incomplete|failed)$/gm

  it('has exactly one terminal event, the last one, and never before the commit, whatever the provider sends', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), places, (pieces, where) => {
        items = 0
        const text = pieces.map((one) => one.text).join('')
        const { passed, held, tally } = play(reader(), text, where)
        expect(passed.match(TERMINAL)).toBeNull()
        expect(held.match(TERMINAL)).toHaveLength(1)
        expect(held.lastIndexOf('event: ')).toBe(held.search(TERMINAL))
        expect(['completed', 'incomplete', 'failed']).toContain(tally.ending)
        const done = pieces.findIndex((one) => one.done)
        const said = done < 0 ? pieces : pieces.slice(0, done + 1)
        const failedAt = said.findIndex((one) => one.text.includes('"error"'))
        const counted = failedAt < 0 ? said : said.slice(0, failedAt + 1)
        if (failedAt < 0) {
          const reported = counted.findLast((one) => one.usage)?.usage
          expect(tally.usage && { input: tally.usage.input, output: tally.usage.output }).toEqual(reported)
        }
        // However the bytes are cut, the client reads the same.
        items = 0
        const whole = play(reader(), text)
        expect(passed + held).toBe(whole.passed + whole.held)
      }),
      { numRuns: 500 },
    )
  })

  it('has exactly one terminal event, too, when the provider breaks off anywhere', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.nat(), (pieces, where) => {
        const text = Buffer.from(pieces.map((one) => one.text).join(''))
        const meter = new StreamMeter(reader())
        const passed = meter.push(text.subarray(0, where % (text.length + 1)))?.toString() ?? ''
        expect(passed.match(TERMINAL)).toBeNull()
        // The client gets what passed, and this in place of what was held.
        expect(meter.failure(CUT).toString().match(TERMINAL)).toHaveLength(1)
      }),
    )
  })
})

describe('reading what a provider sends', () => {
  it.each(['', 'null', '5', '"x"', '[]', '{', 'NaN', '[DONE]'])('takes no chunk from %j', (data) => {
    expect(parseData(data)).toBeUndefined()
  })

  it('counts the bytes of every text that a model wrote, and of nothing else', () => {
    const delta = {
      role: 'assistant',
      content: 'ä',
      reasoning_content: 'abc',
      refusal: null,
      tool_calls: [
        {
          index: 0,
          id: 'call_12345',
          type: 'function',
          function: { name: 'get_weather', arguments: '{"a":1}' },
        },
      ],
    }
    expect(textBytesOf(delta)).toBe(2 + 3 + 7)
    for (const nothing of [null, undefined, 5, true, {}, []]) expect(textBytesOf(nothing)).toBe(0)
  })
})
