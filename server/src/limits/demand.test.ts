import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affordableOutput, type Demand, needOf } from './demand.ts'
import { UNITS } from './quota.ts'

const MILLION = 1_000_000n

/** Small figures and large ones, so that roundings and the bounds of numbers are both met. */
const tokens = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2_000_000 }))
const price = fc.oneof(
  fc.bigInt({ min: 0n, max: 5n }),
  fc.bigInt({ min: 0n, max: 100n * 10n ** 9n }),
  fc.constant(MILLION),
)
const demand: fc.Arbitrary<Demand> = fc
  .record({
    inputTokens: tokens,
    choices: fc.integer({ min: 1, max: 8 }),
    outputTokens: tokens,
    leastOutputTokens: tokens,
    inputNanos: price,
    outputNanos: price,
    fixedNanos: fc.oneof(fc.constant(0n), price),
  })
  .map((drawn) => ({ ...drawn, leastOutputTokens: Math.min(drawn.leastOutputTokens, drawn.outputTokens) }))
const unit = fc.constantFrom(...UNITS)

const LETTER: Demand = {
  inputTokens: 1000,
  choices: 1,
  outputTokens: 4000,
  leastOutputTokens: 16,
  inputNanos: 1_000_000_000n,
  outputNanos: 2_000_000_000n,
  fixedNanos: 0n,
}

describe('what a request takes of a quota', () => {
  it.each([
    ['one credit for a million tokens', {}, 'credits', 4000, 9_000_000n],
    ['each of n answers', { choices: 3 }, 'credits', 4000, 25_000_000n],
    ['what it costs besides its tokens', { fixedNanos: 5n }, 'credits', 0, 1_000_005n],
    ['a part of a nano-credit as a whole one', { inputNanos: 1n, outputNanos: 1n }, 'credits', 1, 1n],
    ['nothing where nothing costs', { inputNanos: 0n, outputNanos: 0n }, 'credits', 4000, 0n],
    ['input and all outputs', { choices: 2 }, 'tokens', 4000, 9000n],
    ['one request whatever n is', { choices: 7 }, 'requests', 4000, 1n],
    ['one place in flight', {}, 'in_flight', 4000, 1n],
  ] as const)('is %s', (_, change, of, output, needed) => {
    expect(needOf({ ...LETTER, ...change }, of, output)).toBe(needed)
  })

  it('is what exact fractions say, rounded up, at any price', () => {
    fc.assert(
      fc.property(demand, tokens, (drawn, output) => {
        const exact =
          BigInt(drawn.inputTokens) * drawn.inputNanos + BigInt(drawn.choices * output) * drawn.outputNanos
        const rounded = needOf(drawn, 'credits', output) - drawn.fixedNanos
        expect(rounded * MILLION >= exact && (rounded - 1n) * MILLION < exact).toBe(true)
      }),
    )
  })
})

describe('the longest answer that is paid for', () => {
  it('is the greatest whose need is left: one token more would not be paid for, and below zero nothing is', () => {
    const near = fc.tuple(demand, unit, tokens, fc.bigInt({ min: -3n, max: 3n }))
    fc.assert(
      fc.property(near, fc.bigInt({ min: -(10n ** 6n), max: 10n ** 12n }), ([drawn, of, at, off], any) => {
        for (const left of [needOf(drawn, of, at) + off, any]) {
          const longest = affordableOutput(drawn, of, left)
          expect(longest).toBeLessThanOrEqual(drawn.outputTokens)
          expect(Number.isSafeInteger(longest)).toBe(true)
          if (longest >= 0) expect(needOf(drawn, of, longest)).toBeLessThanOrEqual(left)
          else expect(needOf(drawn, of, 0)).toBeGreaterThan(left)
          if (longest < drawn.outputTokens)
            expect(needOf(drawn, of, Math.max(longest, -1) + 1)).toBeGreaterThan(left)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
