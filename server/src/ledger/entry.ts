import type { Decision } from '../limits/decide.ts'
import type { Demand } from '../limits/demand.ts'
import type { Quota, Unit } from '../limits/quota.ts'
import type { Touch, UsageEvent } from '../usage/usage-event.ts'

/** A share of one counter's window, held for a request. Amounts in the counter's unit. */
export interface Share {
  readonly counter: string
  readonly windowStart: number
  readonly unit: Unit
  readonly amount: bigint
}

/** What is taken from every quota that applies to a request, before it is sent. */
export interface Hold {
  /** The request's id. */
  readonly id: string
  readonly parts: readonly Share[]
}

/** A request that asks to be let in. */
export interface Admission {
  readonly id: string
  readonly quotas: readonly Quota[]
  readonly demand: Demand
  /** When it came, in milliseconds by the database's clock: it belongs to the windows of this moment. */
  readonly at: number
  /** Whether it may reach a provider from the commit on; else that is marked in a commit of its own. */
  readonly sent: boolean
  /** What its usage row says if this node dies over it; JSON. */
  readonly context: string
}

/** What a request has come to, by unit; no more of it is charged than was held. */
export interface Charge {
  readonly credits: bigint
  readonly tokens: bigint
  readonly requests: bigint
}

/** A request that has ended. Without a hold there was no quota. */
export interface Settlement {
  readonly event: UsageEvent
  readonly hold: Hold | undefined
  readonly charge: Charge
}

/** A hold that its own process does not settle. */
export interface Sweep {
  readonly id: string
  /** Its admission was never answered, so nothing was sent, whatever its row says. */
  readonly unanswered: boolean
}

export interface LedgerBatch {
  readonly node: string
  readonly now: number
  readonly settlements: readonly Settlement[]
  readonly sweeps: readonly Sweep[]
  readonly admissions: readonly Admission[]
  readonly touches: readonly Touch[]
}

/** Either every admission's decision, or, with nothing done, the counters that must be opened first. */
export type LedgerResult =
  | { readonly decisions: readonly Decision[] /** How many usage rows were new. */; readonly written: number }
  | { readonly missing: readonly string[] }

/** The parts of a hold as its row keeps them. */
export function writeShares(parts: readonly Share[]): string {
  return JSON.stringify(
    parts.map(({ counter, windowStart, unit, amount }) => [counter, windowStart, unit, `${amount}`]),
  )
}

export function readShares(text: string): Share[] {
  const parts = JSON.parse(text) as [string, number, Unit, string][]
  return parts.map(([counter, windowStart, unit, amount]) => ({
    counter,
    windowStart,
    unit,
    amount: BigInt(amount),
  }))
}
