import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isObject, parseJson } from './json.ts'

const rewritten = (text: string) => JSON.stringify(parseJson(text))

/** The value of a JSON number, exactly: its digits without zeros at either end, and the power of ten they stand at. */
function exact(text: string): string {
  const [, sign, whole = '', part = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + part).replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  // The sign of a zero is kept, too: -0 is a number of its own to the one who gets it.
  if (kept === '') return `${sign}0`
  return `${sign}${kept}e${BigInt(exponent) - BigInt(part.length) + BigInt(digits.length - kept.length)}`
}

/** Any number that JSON can write, with a liking for those that a double cannot hold. */
const jsonNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.stringMatching(/^(0|[1-9]\d{0,30})$/),
    fc.option(fc.stringMatching(/^\d{1,25}$/)),
    fc.option(
      fc.tuple(
        fc.constantFrom('e', 'E'),
        fc.constantFrom('', '+', '-'),
        fc.stringMatching(/^0{0,2}\d{1,3}$/),
      ),
    ),
  )
  .map(
    ([sign, whole, part, power]) =>
      `${sign}${whole}${part === null ? '' : `.${part}`}${power?.join('') ?? ''}`,
  )

describe('a number in a body', () => {
  it('means the same after the body was parsed and written again, wherever it stands', () => {
    const place = fc.constantFrom(
      (n: string) => `{"a":${n}}`,
      (n: string) => `[1, ${n} ,{"deep":[[${n}]]}]`,
      (n: string) => `{"text":"${n}","n":\n${n}}`,
      (n: string) => `[[${n},${n}],"x-0e400"]`,
    )
    fc.assert(
      fc.property(jsonNumber, place, (number, wrap) => {
        const numbers = (text: string) => text.replace(/"[^"]*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? []
        const before = wrap(number)
        const after = rewritten(before)
        expect(numbers(after).map(exact)).toEqual(numbers(before).map(exact))
        expect(after.match(/"[^"]*"/g)).toEqual(before.match(/"[^"]*"/g))
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps what a double would lose', () => {
    for (const number of [
      '9007199254740993',
      '0.12345678901234567890',
      '1e400',
      '-1E-400',
      '-0',
      '-0.0',
      '123456789e301',
    ]) {
      expect(rewritten(`{"n":${number},"list":[${number}]}`)).toBe(`{"n":${number},"list":[${number}]}`)
    }
  })

  it('that a double holds stays a number to us, in whatever company and however it is written', () => {
    const body = parseJson(
      '{"long":0.12345678901234567890,"tokens":10.0,"small":1.1e-05,"zero":0.0,"big":1e3}',
    )
    expect(body).toMatchObject({ tokens: 10, small: 0.000011, zero: 0, big: 1000 })
  })
})

it('What is no JSON is refused, long numbers in it or not', () => {
  for (const text of [
    '',
    '{',
    '[1,]',
    '{"a":12345678901234567890',
    '01',
    '1e',
    '"\u0001"',
    'NaN',
    '\ufeff{}',
  ]) {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  }
})

it('A field named __proto__ is a field, not a prototype', () => {
  const body = parseJson('{"__proto__":{"admin":true},"n":12345678901234567890}') as object
  expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
  expect((body as { admin?: boolean }).admin).toBeUndefined()
  expect(JSON.stringify(body)).toBe('{"__proto__":{"admin":true},"n":12345678901234567890}')
})

it('Only a JSON object is an object: no list, no null, no number that was kept as text', () => {
  expect(isObject({})).toBe(true)
  expect(isObject(parseJson('{}'))).toBe(true)
  for (const other of [null, [], 'x', 1, undefined, true]) expect(isObject(other)).toBe(false)
  expect(isObject(parseJson('12345678901234567890'))).toBe(false)
})
