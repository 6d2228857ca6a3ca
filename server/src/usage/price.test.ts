import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { costOf, NO_TOKENS, type Price, parsePrice, type Tokens } from './price.ts'

/** A price as the configuration may hold it: up to nine digits before the point and nine behind. */
const priceText = fc.oneof(
  fc.constantFrom('0', '0.000000001', '999999999.999999999', '1', '0.15', '2.5'),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 999_999_999n }), fc.stringMatching(/^\d{1,9}$/), fc.boolean())
    .map(([whole, fraction, hasFraction]) => (hasFraction ? `${whole}.${fraction}` : `${whole}`)),
)
const prices = fc.record({ input: priceText, output: priceText, cachedInput: priceText })
const count = fc.oneof(fc.nat(3), fc.integer({ min: 0, max: 1_000_000_000 }))
const tokens: fc.Arbitrary<Tokens> = fc.record({
  input: count,
  cached: count,
  output: count,
  reasoning: count,
})

/** A price text in units of 10⁻⁹, read digit by digit and not by the code under test. */
function nanos(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(9, '0'))
}

describe('the cost of a request', () => {
  test('is the exact sum of its parts, rounded up once', () => {
    fc.assert(
      fc.property(prices, tokens, (texts, used) => {
        const cached = Math.min(used.cached, used.input)
        // One line per part, in units of 10⁻¹⁵ credits: nothing is divided before the end.
        const exact = [
          [nanos(texts.input), used.input - cached],
          [nanos(texts.cachedInput), cached],
          [nanos(texts.output), used.output],
        ] as const
        const sum = exact.reduce((total, [price, number]) => total + price * BigInt(number), 0n)
        const cost = costOf(parsePrice(texts), used)
        expect(cost * 1_000_000n).toBeGreaterThanOrEqual(sum)
        expect(cost * 1_000_000n - sum).toBeLessThan(1_000_000n)
      }),
    )
  })

  test.each([
    [{ input: '1' }, { input: 1 }, 1000n],
    [{ input: '0.001' }, { input: 1 }, 1n],
    // Half of a nano-credit is a whole one, and so is the smallest part of it.
    [{ input: '0.0005' }, { input: 1 }, 1n],
    [{ input: '0.000000001' }, { input: 1 }, 1n],
    // Once: three parts of a third each are one, not three.
    [
      { input: '0.000000001', cachedInput: '0.000000001', output: '0.000000001' },
      { input: 2, cached: 1, output: 1 },
      1n,
    ],
    [{ input: '1', cachedInput: '0.5', output: '2' }, { input: 10, cached: 2, output: 3 }, 15_000n],
    // Without a price of its own the cached part costs what input costs; without one, output costs nothing.
    [{ input: '1' }, { input: 10, cached: 10, output: 10 }, 10_000n],
    // More cached than there was: only what there was.
    [{ input: '1', cachedInput: '0.5' }, { input: 4, cached: 100 }, 2000n],
    [{ input: '0', output: '0' }, { input: 1_000_000, output: 1_000_000 }, 0n],
    [{ input: '999999999.999999999' }, { input: 1_000_000 }, 999_999_999_999_999_999n],
  ])('%j at %j is %s', (texts, used, cost) => {
    expect(costOf(parsePrice(texts), { ...NO_TOKENS, ...used })).toBe(cost)
  })

  test('nothing used costs nothing, and reasoning tokens are part of the output', () => {
    fc.assert(
      fc.property(prices, tokens, count, (texts, used, reasoning) => {
        const price = parsePrice(texts)
        expect(costOf(price, NO_TOKENS)).toBe(0n)
        expect(costOf(price, { ...used, reasoning })).toBe(costOf(price, used))
      }),
    )
  })

  test('more of anything never costs less', () => {
    fc.assert(
      fc.property(prices, tokens, fc.nat(1000), (texts, used, more) => {
        const price = parsePrice({ ...texts, cachedInput: '0' })
        const cost = costOf(price, used)
        expect(costOf(price, { ...used, output: used.output + more })).toBeGreaterThanOrEqual(cost)
        const grown = { ...used, cached: Math.min(used.cached, used.input), input: used.input + more }
        expect(costOf(price, grown)).toBeGreaterThanOrEqual(cost)
      }),
    )
  })

  test('a price’s version changes with the price and with nothing else', () => {
    const versionOf = (texts: Parameters<typeof parsePrice>[0]): Price['version'] => parsePrice(texts).version
    expect(versionOf({ input: '1', output: '2' })).toBe(versionOf({ input: '1', output: '2' }))
    const others = [
      { input: '1' },
      { input: '1', output: '3' },
      { input: '1', output: '2', cachedInput: '0.1' },
    ]
    expect(new Set([{ input: '1', output: '2' }, ...others].map(versionOf)).size).toBe(4)
  })
})
