import { larger } from '../lib/bigints.ts'
import { windowEnd, windowStart } from '../lib/window.ts'
import { affordableOutput, type Demand, needOf } from './demand.ts'
import type { Counter, Quota } from './quota.ts'

/** Why a request was refused: by which quota, what was left of it, and when that changes. */
export interface Refusal {
  readonly quota: Quota
  /** What was not spent or held yet; never below zero. */
  readonly left: bigint
  /** The hold that the request would have needed at the least. */
  readonly needed: bigint
  /** When the window ends, in milliseconds; undefined for a quota without a period. */
  readonly resetsAt: number | undefined
  /** Only holds of requests in flight stand in the way: without them there would be enough. */
  readonly blockedByHolds: boolean
}

/** A share of one quota, taken for one request. */
export interface Part {
  readonly quota: Quota
  readonly windowStart: number
  readonly amount: bigint
  /** What the quota has left beside this share and all others. */
  readonly left: bigint
  readonly resetsAt: number | undefined
}

export type Decision =
  | { readonly admitted: true; readonly output: number; readonly parts: readonly Part[] }
  | { readonly admitted: false; readonly refusal: Refusal }

/**
 * Whether a request fits into every quota that applies, and how long its answer may be. All admit, or none is touched:
 * the function only reads, and what it returns is applied whole or not at all. If several refuse, the one is told that
 * does so for longest, since before that no retry succeeds.
 *
 * @param counterOf the counter of a quota as stored; one that was never used has none
 * @param now milliseconds by the database's clock
 */
export function decide(
  quotas: readonly Quota[],
  counterOf: (counter: string) => Counter | undefined,
  demand: Demand,
  now: number,
): Decision {
  let output = demand.outputTokens
  let refusal: Refusal | undefined
  for (const quota of quotas) {
    const counter = current(counterOf(quota.counter), quota, now)
    const left = leftOf(quota, counter)
    const affordable = left < quota.minimum ? -1 : affordableOutput(demand, quota.unit, left)
    if (affordable < demand.leastOutputTokens) {
      const next = refuse(quota, counter, demand, now)
      if (!refusal || freeAt(next) > freeAt(refusal)) refusal = next
    }
    output = Math.min(output, affordable)
  }
  if (refusal) return { admitted: false, refusal }
  const parts = quotas.map((quota) => {
    const counter = current(counterOf(quota.counter), quota, now)
    const amount = needOf(demand, quota.unit, output)
    const resetsAt = windowEnd(quota.period, Math.max(now, counter.windowStart))
    return {
      quota,
      windowStart: counter.windowStart,
      amount,
      left: leftOf(quota, counter) - amount,
      resetsAt,
    }
  })
  return { admitted: true, output, parts }
}

const EMPTY = { spent: 0n, held: 0n, granted: 0n }

/** The counter in the window of `now`. A clock that went back does not open an old window again. */
export function current(counter: Counter | undefined, quota: Pick<Quota, 'period'>, now: number): Counter {
  return inWindow(counter, windowStart(quota.period, now))
}

/** The counter in the window that began then, or in its own if that is newer. */
export function inWindow(counter: Counter | undefined, start: number): Counter {
  return counter && counter.windowStart >= start ? counter : { ...EMPTY, windowStart: start }
}

/** What is neither spent nor held; below zero where a limit was lowered below that. */
export function leftOf(quota: Quota, counter: Counter): bigint {
  return (quota.amount ?? counter.granted) - counter.spent - counter.held
}

/** Whether the request asks for more than the whole limit, so that it is refused however little is used. */
export function isBeyondLimit({ quota, needed }: Refusal): boolean {
  return quota.amount !== null && needed > quota.amount
}

/** When a refusal may end, in milliseconds; 0 where only requests in flight stand in the way. */
function freeAt(refusal: Refusal): number {
  const { quota, resetsAt, blockedByHolds } = refusal
  if (isBeyondLimit(refusal)) return Number.POSITIVE_INFINITY
  // What was held of a count of requests is spent when they end.
  if (blockedByHolds && quota.unit !== 'requests') return 0
  return resetsAt ?? Number.POSITIVE_INFINITY
}

function refuse(quota: Quota, counter: Counter, demand: Demand, now: number): Refusal {
  const left = leftOf(quota, counter)
  const least = needOf(demand, quota.unit, demand.leastOutputTokens)
  const needed = larger(least, quota.minimum)
  return {
    quota,
    left: larger(left, 0n),
    needed,
    resetsAt: windowEnd(quota.period, Math.max(now, counter.windowStart)),
    blockedByHolds: left + counter.held >= needed,
  }
}
