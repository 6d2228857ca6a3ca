import type { Unit } from './quota.ts'

/**
 * The most that a request can cost, as far as it is known before it is sent. Its output may be open: a client that set
 * no maximum is given what the budgets afford, down to `leastOutputTokens`.
 */
export interface Demand {
  /** An upper bound of the input, in tokens. */
  readonly inputTokens: number
  /** How many answers are asked for (`n`); each may be as long as the output. */
  readonly choices: number
  /** The most that one answer may be long, in tokens. */
  readonly outputTokens: number
  /** The shortest that it may be cut to; equal to `outputTokens` when the client has set the maximum. */
  readonly leastOutputTokens: number
  /** Nano-credits per million tokens, at the dearest. */
  readonly inputNanos: bigint
  readonly outputNanos: bigint
  /** What the request costs besides its tokens, in nano-credits. */
  readonly fixedNanos: bigint
}

const MILLION = 1_000_000n

/** The most that the request takes of a quota of that unit when its answers may have `output` tokens each. */
export function needOf(demand: Demand, unit: Unit, output: number): bigint {
  if (unit === 'requests' || unit === 'in_flight') return 1n
  const outputs = BigInt(demand.choices) * BigInt(output)
  if (unit === 'tokens') return BigInt(demand.inputTokens) + outputs
  const exact = BigInt(demand.inputTokens) * demand.inputNanos + outputs * demand.outputNanos
  return demand.fixedNanos + (exact + MILLION - 1n) / MILLION
}

/** The longest answer, in tokens, that `left` of a unit pays for; below zero when not even the input fits. */
export function affordableOutput(demand: Demand, unit: Unit, left: bigint): number {
  if (unit === 'requests' || unit === 'in_flight') return left >= 1n ? demand.outputTokens : -1
  const choices = BigInt(demand.choices)
  const input = BigInt(demand.inputTokens)
  const free =
    unit === 'tokens' ? left - input : (left - demand.fixedNanos) * MILLION - input * demand.inputNanos
  const each = unit === 'tokens' ? choices : choices * demand.outputNanos
  if (free < 0n) return -1
  if (each === 0n) return demand.outputTokens
  const most = free / each
  return most >= BigInt(demand.outputTokens) ? demand.outputTokens : Number(most)
}
