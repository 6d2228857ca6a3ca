import { createHash } from 'node:crypto'
import { parseNanos } from '../lib/decimal.ts'

/** Nano-credits per million tokens, and a version that stands on every row that was costed with it. */
export interface Price {
  readonly inputNanos: bigint
  readonly cachedInputNanos: bigint
  readonly outputNanos: bigint
  readonly version: string
}

/** What a request used. Reasoning tokens are part of the output, cached ones part of the input. */
export interface Tokens {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

export const NO_TOKENS: Tokens = { input: 0, cached: 0, output: 0, reasoning: 0 }

const MILLION = 1_000_000n

/** Prices as the configuration writes them (decimal credits per million tokens). */
export function parsePrice(prices: {
  readonly input: string
  readonly output?: string
  readonly cachedInput?: string
}): Price {
  const amount = (text: string) => parseNanos(text) ?? 0n
  const version = createHash('sha256').update(JSON.stringify(prices)).digest('hex').slice(0, 12)
  return {
    inputNanos: amount(prices.input),
    cachedInputNanos: amount(prices.cachedInput ?? prices.input),
    outputNanos: amount(prices.output ?? '0'),
    version,
  }
}

/**
 * The cost of a request in nano-credits. The one rounding rule: the parts are added exactly and the sum is rounded up
 * once, to the next nano-credit.
 */
export function costOf(price: Price, tokens: Tokens): bigint {
  const cached = Math.min(tokens.cached, tokens.input)
  const exact =
    BigInt(tokens.input - cached) * price.inputNanos +
    BigInt(cached) * price.cachedInputNanos +
    BigInt(tokens.output) * price.outputNanos
  return (exact + MILLION - 1n) / MILLION
}
