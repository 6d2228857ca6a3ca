import type { Decision } from '../limits/decide.ts'
import type { Quota } from '../limits/quota.ts'
import type { Touch, UsageEvent } from '../usage/usage-event.ts'
import {
  type Admission,
  type LedgerBatch,
  type LedgerResult,
  readShares,
  type Settlement,
  type Sweep,
  writeShares,
} from './entry.ts'

/**
 * Batches and results as one text, for the way to the database thread and back, with amounts as decimals. The
 * structured clone of the same objects takes twice as long, which every request would pay. Requests of one key bring
 * the same list of quotas, which is written once.
 */
interface PackedBatch {
  readonly node: string
  readonly now: number
  readonly lists: readonly (readonly PackedQuota[])[]
  readonly settlements: readonly PackedSettlement[]
  readonly sweeps: readonly Sweep[]
  readonly admissions: readonly PackedAdmission[]
  readonly touches: readonly Touch[]
}

type PackedQuota = Omit<Quota, 'amount' | 'minimum'> & {
  readonly amount: string | null
  readonly minimum: string
}

type Amounts = 'cost_nanos' | 'held_nanos' | 'overrun_nanos'
type PackedEvent = Omit<UsageEvent, Amounts> & Readonly<Record<Amounts, string | null>>

interface PackedSettlement {
  readonly event: PackedEvent
  readonly parts?: string
  readonly charge?: readonly [string, string, string]
}

type PackedAdmission = readonly [
  id: string,
  list: number,
  at: number,
  sent: boolean,
  context: string,
  inputTokens: number,
  choices: number,
  outputTokens: number,
  leastOutputTokens: number,
  inputNanos: string,
  outputNanos: string,
  fixedNanos: string,
]

const text = (amount: bigint | null | undefined): string | null => (amount == null ? null : amount.toString())

export function packBatch(batch: LedgerBatch): string {
  const lists: (readonly Quota[])[] = []
  const admissions = batch.admissions.map((admission) => packAdmission(admission, lists))
  const packed: PackedBatch = {
    node: batch.node,
    now: batch.now,
    lists: lists.map((list) =>
      list.map((quota) => ({ ...quota, amount: text(quota.amount), minimum: quota.minimum.toString() })),
    ),
    settlements: batch.settlements.map(packSettlement),
    sweeps: batch.sweeps,
    admissions,
    touches: batch.touches,
  }
  return JSON.stringify(packed)
}

function packAdmission(admission: Admission, lists: (readonly Quota[])[]): PackedAdmission {
  const { id, quotas, at, sent, context, demand } = admission
  let list = lists.lastIndexOf(quotas)
  if (list < 0) list = lists.push(quotas) - 1
  return [
    id,
    list,
    at,
    sent,
    context,
    demand.inputTokens,
    demand.choices,
    demand.outputTokens,
    demand.leastOutputTokens,
    demand.inputNanos.toString(),
    demand.outputNanos.toString(),
    demand.fixedNanos.toString(),
  ]
}

function packSettlement({ event, hold, charge }: Settlement): PackedSettlement {
  const packed = {
    ...event,
    cost_nanos: event.cost_nanos.toString(),
    held_nanos: text(event.held_nanos),
    overrun_nanos: text(event.overrun_nanos),
  }
  if (!hold) return { event: packed }
  return {
    event: packed,
    parts: writeShares(hold.parts),
    charge: [`${charge.credits}`, `${charge.tokens}`, `${charge.requests}`],
  }
}

export function unpackBatch(packed: string): LedgerBatch {
  const batch = JSON.parse(packed) as PackedBatch
  const lists = batch.lists.map((list) =>
    list.map((quota) => ({
      ...quota,
      amount: quota.amount === null ? null : BigInt(quota.amount),
      minimum: BigInt(quota.minimum),
    })),
  )
  return {
    node: batch.node,
    now: batch.now,
    settlements: batch.settlements.map(unpackSettlement),
    sweeps: batch.sweeps,
    admissions: batch.admissions.map((admission) => unpackAdmission(admission, lists)),
    touches: batch.touches,
  }
}

function unpackAdmission(packed: PackedAdmission, lists: readonly (readonly Quota[])[]): Admission {
  const [id, list, at, sent, context, inputTokens, choices, outputTokens, leastOutputTokens] = packed
  return {
    id,
    quotas: lists[list] as readonly Quota[],
    at,
    sent,
    context,
    demand: {
      inputTokens,
      choices,
      outputTokens,
      leastOutputTokens,
      inputNanos: BigInt(packed[9]),
      outputNanos: BigInt(packed[10]),
      fixedNanos: BigInt(packed[11]),
    },
  }
}

function unpackSettlement({ event, parts, charge }: PackedSettlement): Settlement {
  const amount = (value: string | null) => (value === null ? null : BigInt(value))
  const [credits, tokens, requests] = charge ?? ['0', '0', '0']
  return {
    event: {
      ...event,
      cost_nanos: BigInt(event.cost_nanos as string),
      held_nanos: amount(event.held_nanos),
      overrun_nanos: amount(event.overrun_nanos),
    },
    hold: parts === undefined ? undefined : { id: event.id, parts: readShares(parts) },
    charge: { credits: BigInt(credits), tokens: BigInt(tokens), requests: BigInt(requests) },
  }
}

type PackedDecision =
  | readonly [output: number, parts: readonly (readonly [number, string, string, number | null])[]]
  | readonly [refused: null, quota: number, string, string, number | null, boolean]

type PackedResult =
  | { readonly missing: readonly string[] }
  | { readonly decisions: readonly PackedDecision[]; readonly written: number }

/** The way back says of each quota only its place in the list that was sent. */
export function packResult(result: LedgerResult, admissions: readonly Admission[]): string {
  if ('missing' in result) return JSON.stringify(result)
  const decisions = result.decisions.map((decision, index): PackedDecision => {
    if (decision.admitted) {
      const parts = decision.parts.map(
        (part) => [part.windowStart, `${part.amount}`, `${part.left}`, part.resetsAt ?? null] as const,
      )
      return [decision.output, parts]
    }
    const { quota, left, needed, resetsAt, blockedByHolds } = decision.refusal
    const place = (admissions[index] as Admission).quotas.indexOf(quota)
    return [null, place, `${left}`, `${needed}`, resetsAt ?? null, blockedByHolds]
  })
  return JSON.stringify({ decisions, written: result.written })
}

export function unpackResult(packed: string, admissions: readonly Admission[]): LedgerResult {
  const result = JSON.parse(packed) as PackedResult
  if ('missing' in result) return result
  return {
    written: result.written,
    decisions: result.decisions.map((decision, index): Decision => {
      const { quotas } = admissions[index] as Admission
      if (decision[0] !== null) return unpackAdmitted(decision, quotas)
      const [, place, left, needed, resetsAt, blockedByHolds] = decision
      const quota = quotas[place] as Quota
      return {
        admitted: false,
        refusal: {
          quota,
          left: BigInt(left),
          needed: BigInt(needed),
          resetsAt: resetsAt ?? undefined,
          blockedByHolds,
        },
      }
    }),
  }
}

function unpackAdmitted(
  [output, parts]: Extract<PackedDecision, readonly [number, unknown]>,
  quotas: readonly Quota[],
): Decision {
  return {
    admitted: true,
    output,
    parts: parts.map(([windowStart, amount, left, resetsAt], place) => ({
      quota: quotas[place] as Quota,
      windowStart,
      amount: BigInt(amount),
      left: BigInt(left),
      resetsAt: resetsAt ?? undefined,
    })),
  }
}
