import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatNanos, nanosToNumber, numberToNanos, parseNanos } from './decimal.ts'

const amount = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
const digits = fc.stringMatching(/^\d{1,25}$/)

/** What a decimal text says, as a fraction of whole numbers: worked out without the code under test. */
function fraction(negative: boolean, whole: string, decimals: string, exponent: number) {
  const numerator = BigInt(whole + decimals) * (negative ? -1n : 1n)
  const shift = exponent - decimals.length
  return shift >= 0
    ? { numerator: numerator * 10n ** BigInt(shift), denominator: 1n }
    : { numerator, denominator: 10n ** BigInt(-shift) }
}

describe('amounts', () => {
  it('survive being written and read again, whatever their size', () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 9 }), (nanos, decimals) => {
        expect(parseNanos(formatNanos(nanos, decimals))).toBe(nanos)
      }),
    )
  })

  it('are read to the last nano-unit, or refused when there is something below it', () => {
    const exponents = fc.integer({ min: -30, max: 15 })
    fc.assert(
      fc.property(fc.boolean(), digits, fc.option(digits), exponents, (negative, whole, part, exponent) => {
        const text = `${negative ? '-' : ''}${whole}${part === null ? '' : `.${part}`}e${exponent}`
        const { numerator, denominator } = fraction(negative, whole, part ?? '', exponent)
        const nanos = numerator * 1_000_000_000n
        expect(parseNanos(text)).toBe(nanos % denominator === 0n ? nanos / denominator : undefined)
      }),
    )
  })

  it('are never taken from a text that is no decimal number', () => {
    const junk = [
      '',
      ' ',
      '1 ',
      ' 1',
      '+1',
      '.5',
      '5.',
      '1,5',
      '1_000',
      '0x10',
      '1e',
      '1e5.5',
      '--1',
      '-',
      'NaN',
    ]
    const foreign = ['Infinity', '１２', '١', '1\n', '1e1000', '1.2.3', 'null', '1e-', '½']
    for (const text of [...junk, ...foreign]) expect([text, parseNanos(text)]).toEqual([text, undefined])
  })

  it('are written as briefly as can be, with the decimals that were asked for', () => {
    expect(formatNanos(1_500_000_000n)).toBe('1.5')
    expect(formatNanos(-1n)).toBe('-0.000000001')
    expect(formatNanos(0n)).toBe('0')
    expect(formatNanos(0n, 2)).toBe('0.00')
    expect(formatNanos(12_000_000_000n, 2)).toBe('12.00')
    expect(formatNanos(1_234_567_891n, 2)).toBe('1.234567891')
  })

  it('come from a JSON number as JavaScript prints it, and not at all when it is finer than a nano-unit', () => {
    expect(numberToNanos(0.1)).toBe(100_000_000n)
    expect(numberToNanos(0.1 + 0.2)).toBeUndefined()
    expect(numberToNanos(1.005)).toBe(1_005_000_000n)
    expect(numberToNanos(1e-7)).toBe(100n)
    expect(numberToNanos(1e-10)).toBeUndefined()
    expect(numberToNanos(1e21)).toBe(10n ** 30n)
    expect(numberToNanos(-0)).toBe(0n)
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]) {
      expect(numberToNanos(none)).toBeUndefined()
    }
  })

  it('below 2²³ units pass through a JSON number without loss', () => {
    const most = 2n ** 23n * 1_000_000_000n - 1n
    fc.assert(
      fc.property(fc.bigInt({ min: -most, max: most }), (nanos) => {
        expect(numberToNanos(nanosToNumber(nanos))).toBe(nanos)
      }),
    )
  })
})
