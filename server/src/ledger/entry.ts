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
  /** The sheet that it stands on; see `hold-sheet.ts`. */
  readonly sheet: string
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

/** A decision, and the sheet on which the hold of an admitted request stands. */
export type Placed =
  | (Extract<Decision, { admitted: true }> & { readonly sheet: string })
  | Extract<Decision, { admitted: false }>

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

/** A sheet with holds that their own process does not settle. */
export interface Sweep {
  readonly sheet: string
  /** Those of its requests that are under way all the same. */
  readonly open: readonly string[]
  /** Those whose admission was never answered, so that nothing was sent, whatever the sheet says. */
  readonly unanswered: readonly string[]
}

export interface LedgerBatch {
  readonly node: string
  readonly now: number
  /** The name of the sheet for what is let in; a request that is not to be sent yet has one of its own, of its id. */
  readonly sheet: string
  /** Sheets whose last hold is settled here. */
  readonly done: readonly string[]
  /** Requests among the settlements that may have been settled before: nobody learned how it ended, or it came late. */
  readonly doubtful: readonly string[]
  readonly settlements: readonly Settlement[]
  readonly sweeps: readonly Sweep[]
  readonly admissions: readonly Admission[]
  readonly touches: readonly Touch[]
}

export interface Committed {
  readonly decisions: readonly Decision[]
  /** How many usage rows were new. */
  readonly written: number
  /** How many holds each sweep closed. */
  readonly swept: readonly number[]
}

/** Either all that came of a batch, or, with nothing done, the counters that must be opened first. */
export type LedgerResult = Committed | { readonly missing: readonly string[] }
