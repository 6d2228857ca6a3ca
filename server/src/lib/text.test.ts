import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textFault, tidyText } from './text.ts'

const fault = (text: string) => textFault(tidyText(text), 100)

describe('a name', () => {
  it('of any writing system is taken as it is', () => {
    for (const name of [
      'Production key',
      'Schlüssel',
      'مفتاح',
      'キー',
      'O’Brien <dev>',
      '👩‍👩‍👧 family',
      "'; DROP TABLE keys; --",
    ]) {
      expect(fault(name)).toBeUndefined()
      expect(tidyText(name)).toBe(name.normalize('NFC'))
    }
  })

  it('that looks empty is empty: blanks, zero-width characters and invisible fillers', () => {
    for (const name of [
      '',
      ' ',
      '\t',
      '\u200b',
      '\u200d\u2060',
      '\ufeff',
      '\u00ad',
      '\u3164',
      '\u115f\u1160',
      '\u2800',
      '\u00a0\u3000',
    ]) {
      expect([name, fault(name)]).toEqual([name, 'must not be empty'])
    }
  })

  it('never holds what forges a log line, breaks a terminal, or turns the text around', () => {
    const ranges: [number, number][] = [
      [0x00, 0x1f],
      [0x7f, 0x9f],
      [0x2028, 0x2029],
      [0x202a, 0x202e],
      [0x2066, 0x2069],
    ]
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code++) {
        const name = `a${String.fromCodePoint(code)}b`
        expect([code, fault(name)]).toEqual([code, 'must not contain control characters'])
      }
    }
  })

  it('with half a character is refused, since no database could give it back', () => {
    expect(fault('a\ud800b')).toBe('must not contain control characters')
    expect(fault('\udc00')).toBe('must not contain control characters')
  })

  it('is told when it is too long, at the very character', () => {
    expect(fault('x'.repeat(100))).toBeUndefined()
    expect(fault('x'.repeat(101))).toBe('must have at most 100 characters')
  })

  it('is the same name in either of its normal forms, and tidying twice changes nothing', () => {
    expect(tidyText('e\u0301')).toBe('\u00e9')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tidyText(tidyText(text))).toBe(tidyText(text))
        expect(tidyText(text.normalize('NFD'))).toBe(tidyText(text))
      }),
    )
  })
})
