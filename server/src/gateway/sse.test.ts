import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataOf, SseSplitter, writeEvent } from './sse.ts'

/** Cuts bytes at the given places, in whatever order they are. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end))
}

function split(chunks: readonly Buffer[]): { events: string[]; rest: string } {
  const splitter = new SseSplitter()
  const events: string[] = []
  for (const chunk of chunks) splitter.push(chunk, (event) => events.push(event.toString('latin1')))
  return { events, rest: splitter.takeRest().toString('latin1') }
}

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
  fc.constantFrom(
    'event: x',
    ': comment',
    'data',
    'data:',
    'id: 1',
    'retry: 5',
    'unknown: x',
    'data:no blank',
  ),
)
const eventOf = (lineEnd: fc.Arbitrary<string>) =>
  fc.tuple(fc.array(fc.tuple(line, lineEnd), { minLength: 1, maxLength: 4 }), lineEnd)
/** WHATWG HTML §9.2.5: CRLF, LF or CR; a CR before an LF would be one end and not two. */
const event = fc.oneof(
  eventOf(fc.constantFrom('\n', '\r\n')),
  eventOf(fc.constantFrom('\r', '\r\n')),
  eventOf(fc.constant('\r')),
)
const stream = fc.array(event, { maxLength: 8 })
const places = fc.array(fc.nat(), { maxLength: 12 })

describe('the splitter', () => {
  it('finds the same events however the bytes of a stream are cut, and loses none', () => {
    fc.assert(
      fc.property(stream, fc.string({ maxLength: 10 }), places, (events, tail, where) => {
        const texts = events.map(([lines, end]) => lines.map((parts) => parts.join('')).join('') + end)
        // Something must follow a CR at the end: until then it may be half of a CRLF.
        const rest = `x${tail.replace(/[\r\n]/g, '')}`
        const bytes = Buffer.from(texts.join('') + rest)
        const found = split(cut(bytes, where))
        expect(found.events.map((text) => Buffer.from(text, 'latin1').toString())).toEqual(texts)
        expect(Buffer.from(found.rest, 'latin1').toString()).toBe(rest)
        // Also byte by byte.
        expect(split([...bytes].map((byte) => Buffer.of(byte)))).toEqual(found)
      }),
      { numRuns: 500 },
    )
  })

  it('gives back every byte of any stream, whatever is in it and however it is cut', () => {
    const bytes = fc.array(fc.constantFrom(10, 13, 13, 10, 100, 0xc3, 0xa4, 0), { maxLength: 60 })
    fc.assert(
      fc.property(bytes, places, (list, where) => {
        const whole = Buffer.from(list)
        const found = split(cut(whole, where))
        expect(found.events.join('') + found.rest).toBe(whole.toString('latin1'))
        expect(found).toEqual(split([whole]))
      }),
      { numRuns: 500 },
    )
  })

  it('gives up on an event without end, before it fills the memory', () => {
    const splitter = new SseSplitter()
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    const push = () => {
      for (let i = 0; i < 20; i++) splitter.push(megabyte, () => {})
    }
    expect(push).toThrow('without end')
  })

  it('takes an event of ten megabytes', () => {
    const text = `data: ${'x'.repeat(10 * 1024 * 1024)}\n\n`
    const found = split(cut(Buffer.from(text), [65_536, 5_000_000, text.length - 1]))
    expect(found.events).toHaveLength(1)
    expect(found.events[0] === text).toBe(true)
  })
})

describe('the data of an event', () => {
  it.each([
    ['data: x\n\n', 'x'],
    ['data: x\r\n\r\n', 'x'],
    ['data: x\r\r', 'x'],
    ['data: a\rdata: b\r\r', 'a\nb'],
    ['data: a\revent: x\n\n', 'a'],
    ['data:x\n\n', 'x'],
    ['data:  x\n\n', ' x'],
    ['data: a\ndata: b\n\n', 'a\nb'],
    ['data: a\r\ndata:\r\ndata: b\r\n\r\n', 'a\n\nb'],
    ['event: e\ndata: {"a": 1}\nid: 5\n\n', '{"a": 1}'],
    ['data:\n\n', ''],
    ['data: [DONE]', '[DONE]'],
    ['data: ä€😀\n\n', 'ä€😀'],
  ])('of %j is %j', (text, data) => {
    expect(dataOf(Buffer.from(text))).toBe(data)
  })

  it.each([': keep-alive\n\n', '\n\n', 'event: ping\n\n', 'datax: 1\n\n', ' data: 1\n\n', ''])(
    'is not in %j',
    (text) => {
      expect(dataOf(Buffer.from(text))).toBeUndefined()
    },
  )
})

it('A written event is one event, whatever stands in its data', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), fc.boolean(), (body, named) => {
      const bytes = writeEvent(body, named ? 'response.created' : undefined)
      const { events, rest } = split([bytes])
      expect([events.length, rest]).toEqual([1, ''])
      expect(JSON.parse(dataOf(bytes) as string)).toEqual(JSON.parse(JSON.stringify(body)))
      expect(bytes.toString().startsWith('event: response.created\n')).toBe(named)
    }),
  )
})
