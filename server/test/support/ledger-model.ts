/**
 * What the ledger promises, written as plainly as possible and never fast: nothing is summed up in advance, every
 * amount is added up anew from the claims, and the longest answer is found by trying.
 */
import type { Charge } from '../../src/ledger/entry.ts'
import { windowEnd } from '../../src/lib/window.ts'
import type { Demand } from '../../src/limits/demand.ts'
import type { Quota, Unit } from '../../src/limits/quota.ts'

/** What a request took of one counter's window. */
export interface Claim {
  readonly counter: string
  readonly unit: Unit
  readonly window: number
  readonly held: bigint
  charged: bigint
  refunded: bigint
}

export interface Request {
  readonly id: string
  readonly node: string
  readonly claims: readonly Claim[]
  sent: boolean
  state: 'open' | 'settled' | 'swept'
}

/** A decision without what follows from it. */
export type Verdict =
  | { readonly output: number; readonly parts: readonly { window: number; amount: bigint; left: bigint }[] }
  | {
      readonly refusedBy: string
      readonly left: bigint
      readonly needed: bigint
      readonly blockedByHolds: boolean
    }

const DAY_MS = 86_400_000

/** By the letters of the calendar. */
function windowOf(period: Quota['period'], at: number): number {
  const text = new Date(at).toISOString()
  if (period === 'none') return 0
  if (period === 'minute') return Date.parse(`${text.slice(0, 16)}:00Z`)
  if (period === 'month') return Date.parse(`${text.slice(0, 7)}-01T00:00:00Z`)
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`)
  if (period === 'day') return day
  return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS
}

function need(demand: Demand, unit: Unit, output: number): bigint {
  const tokens = demand.inputTokens + demand.choices * output
  if (unit === 'tokens') return BigInt(tokens)
  if (unit !== 'credits') return 1n
  const millionths =
    demand.inputNanos * BigInt(demand.inputTokens) + demand.outputNanos * BigInt(demand.choices * output)
  const whole = millionths / 1_000_000n
  return demand.fixedNanos + (whole * 1_000_000n === millionths ? whole : whole + 1n)
}

export class LedgerModel {
  readonly requests: Request[] = []
  /** The newest window that each counter has reached. */
  readonly #windows = new Map<string, number>()
  readonly #granted = new Map<string, bigint>()

  /** What the counter's row must say. */
  counter(id: string) {
    const window = this.#windows.get(id) ?? 0
    const claims = this.#claims(id, window)
    return {
      id,
      window_start: window,
      spent_amount: claims.reduce((sum, { charged, refunded }) => sum + charged - refunded, 0n),
      held_amount: claims.reduce((sum, { held, open }) => sum + (open ? held : 0n), 0n),
      granted_amount: this.granted(id),
    }
  }

  granted(id: string): bigint {
    return this.#granted.get(id) ?? 0n
  }

  grant(id: string, amount: bigint): void {
    this.#granted.set(id, this.granted(id) + amount)
  }

  /** What is left of a quota at a time; below zero where a limit was lowered. */
  left(quota: Quota, at: number): bigint {
    const claims = this.#claims(quota.counter, this.#windowAt(quota, at))
    const taken = claims.reduce(
      (sum, claim) => sum + (claim.open ? claim.held : claim.charged - claim.refunded),
      0n,
    )
    return (quota.amount ?? this.granted(quota.counter)) - taken
  }

  held(quota: Quota, at: number): bigint {
    const claims = this.#claims(quota.counter, this.#windowAt(quota, at))
    return claims.reduce((sum, { held, open }) => sum + (open ? held : 0n), 0n)
  }

  decide(quotas: readonly Quota[], demand: Demand, at: number): Verdict {
    const least = demand.leastOutputTokens
    let refused: { readonly verdict: Verdict; readonly freeAt: number } | undefined
    for (const quota of quotas) {
      const left = this.left(quota, at)
      const needed = need(demand, quota.unit, least)
      if (left >= needed && left >= quota.minimum) continue
      let wanted = needed
      if (quota.minimum > wanted) wanted = quota.minimum
      const blockedByHolds = left + this.held(quota, at) >= wanted
      const verdict = {
        refusedBy: quota.counter,
        left: left > 0n ? left : 0n,
        needed: wanted,
        blockedByHolds,
      }
      const end = windowEnd(quota.period, Math.max(at, this.#windowAt(quota, at))) ?? Number.POSITIVE_INFINITY
      const never = quota.amount !== null && wanted > quota.amount
      const passing = blockedByHolds && quota.unit !== 'requests' ? 0 : end
      const freeAt = never ? Number.POSITIVE_INFINITY : passing
      if (!refused || freeAt > refused.freeAt) refused = { verdict, freeAt }
    }
    if (refused) return refused.verdict
    let output = demand.outputTokens
    while (quotas.some((quota) => need(demand, quota.unit, output) > this.left(quota, at))) output--
    const parts = quotas.map((quota) => {
      const amount = need(demand, quota.unit, output)
      return { window: this.#windowAt(quota, at), amount, left: this.left(quota, at) - amount }
    })
    return { output, parts }
  }

  place(id: string, node: string, sent: boolean, quotas: readonly Quota[], parts: readonly Part[]) {
    const claims = parts.map(({ window, amount }, place) => {
      const { counter, unit } = quotas[place] as Quota
      this.#windows.set(counter, window)
      return { counter, unit, window, held: amount, charged: 0n, refunded: 0n }
    })
    const request: Request = { id, node, sent, claims, state: 'open' }
    this.requests.push(request)
    return request
  }

  settle(request: Request, charge: Charge): void {
    if (request.state !== 'open') return
    request.state = 'settled'
    for (const claim of request.claims) {
      const asked = claim.unit === 'in_flight' ? 0n : charge[claim.unit]
      claim.charged = asked
      if (asked > claim.held) claim.charged = claim.held
    }
  }

  sweep(request: Request): void {
    if (request.state !== 'open') return
    request.state = 'swept'
    for (const claim of request.claims)
      if (request.sent && claim.unit !== 'in_flight') claim.charged = claim.held
  }

  /** What of a request can be given back: of each counter of credits that still counts it. */
  refundable(request: Request): Claim[] {
    return request.claims.filter(
      ({ counter, unit, window, charged, refunded }) =>
        unit === 'credits' && window === this.counter(counter).window_start && charged > refunded,
    )
  }

  refund(request: Request, amount: bigint): void {
    for (const claim of this.refundable(request)) {
      const left = claim.charged - claim.refunded
      claim.refunded += left < amount ? left : amount
    }
  }

  /** A clock that goes back does not lead back. */
  #windowAt(quota: Quota, at: number): number {
    return Math.max(windowOf(quota.period, at), this.#windows.get(quota.counter) ?? 0)
  }

  #claims(counter: string, window: number) {
    return this.requests.flatMap(({ claims, state }) =>
      claims
        .filter((claim) => claim.counter === counter && claim.window === window)
        .map((claim) => ({ ...claim, open: state === 'open' })),
    )
  }
}

interface Part {
  readonly window: number
  readonly amount: bigint
}
