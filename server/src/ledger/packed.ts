import type { Decision } from '../limits/decide.ts'
import type { Quota, Unit } from '../limits/quota.ts'
import { type PackedEvent, packEvent, type Touch, unpackEvent } from '../usage/usage-event.ts'
import type { Admission, Charge, Committed, LedgerBatch, LedgerResult, Settlement, Sweep } from './entry.ts'

/**
 * Batches and results as one text, for the way to the database thread and back, with amounts as decimals. The
 * structured clone of the same objects takes twice as long, which every request would pay. What many requests share is
 * written once: the list of quotas of a key, and the names of counters.
 */
interface PackedBatch {
  readonly node: string
  readonly now: number
  readonly sheet: string
  readonly done: readonly string[]
  readonly doubtful: readonly string[]
  readonly lists: readonly (readonly PackedQuota[])[]
  /** Names of counters and sheets, contexts, and what else many entries share. */
  readonly texts: readonly string[]
  readonly settlements: readonly PackedSettlement[]
  readonly sweeps: readonly Sweep[]
  readonly admissions: readonly PackedAdmission[]
  readonly touches: readonly Touch[]
}

type PackedQuota = Omit<Quota, 'amount' | 'minimum'> & {
  readonly amount: string | null
  readonly minimum: string
}

type PackedShare = readonly [counter: number, windowStart: number, unit: Unit, amount: string]

type PackedSettlement =
  | readonly [event: PackedEvent]
  | readonly [
      event: PackedEvent,
      sheet: number,
      parts: readonly PackedShare[],
      credits: string,
      tokens: string,
      requests: string,
    ]

type PackedAdmission = readonly [
  id: string,
  list: number,
  at: number,
  sent: boolean,
  context: number,
  inputTokens: number,
  choices: number,
  outputTokens: number,
  leastOutputTokens: number,
  inputNanos: string,
  outputNanos: string,
  fixedNanos: string,
]

const text = (amount: bigint | null): string | null => (amount === null ? null : amount.toString())

/** Gives each text a place, the same one to the same text. */
class SharedTexts {
  readonly list: string[] = []
  readonly #places = new Map<string, number>()

  placeOf(text: string): number {
    const known = this.#places.get(text)
    if (known !== undefined) return known
    this.#places.set(text, this.list.length)
    return this.list.push(text) - 1
  }
}

export function packBatch(batch: LedgerBatch): string {
  const lists: (readonly Quota[])[] = []
  const texts = new SharedTexts()
  const admissions = batch.admissions.map((admission) => packAdmission(admission, lists, texts))
  const settlements = batch.settlements.map((settlement) => packSettlement(settlement, texts))
  const packed: PackedBatch = {
    node: batch.node,
    now: batch.now,
    sheet: batch.sheet,
    done: batch.done,
    doubtful: batch.doubtful,
    lists: lists.map((list) =>
      list.map((quota) => ({ ...quota, amount: text(quota.amount), minimum: quota.minimum.toString() })),
    ),
    texts: texts.list,
    settlements,
    sweeps: batch.sweeps,
    admissions,
    touches: batch.touches,
  }
  return JSON.stringify(packed)
}

function packAdmission(
  admission: Admission,
  lists: (readonly Quota[])[],
  texts: SharedTexts,
): PackedAdmission {
  const { id, quotas, at, sent, context, demand } = admission
  let list = lists.lastIndexOf(quotas)
  if (list < 0) list = lists.push(quotas) - 1
  return [
    id,
    list,
    at,
    sent,
    texts.placeOf(context),
    demand.inputTokens,
    demand.choices,
    demand.outputTokens,
    demand.leastOutputTokens,
    demand.inputNanos.toString(),
    demand.outputNanos.toString(),
    demand.fixedNanos.toString(),
  ]
}

function packSettlement({ event, hold, charge }: Settlement, texts: SharedTexts): PackedSettlement {
  const packed = packEvent(event, texts)
  if (!hold) return [packed]
  const parts = hold.parts.map(
    ({ counter, windowStart, unit, amount }) =>
      [texts.placeOf(counter), windowStart, unit, amount.toString()] as const,
  )
  const { credits, tokens, requests } = charge
  return [packed, texts.placeOf(hold.sheet), parts, `${credits}`, `${tokens}`, `${requests}`]
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
    sheet: batch.sheet,
    done: batch.done,
    doubtful: batch.doubtful,
    settlements: batch.settlements.map((settlement) => unpackSettlement(settlement, batch.texts)),
    sweeps: batch.sweeps,
    admissions: batch.admissions.map((admission) => unpackAdmission(admission, lists, batch.texts)),
    touches: batch.touches,
  }
}

function unpackAdmission(
  packed: PackedAdmission,
  lists: readonly (readonly Quota[])[],
  texts: readonly string[],
): Admission {
  const [id, list, at, sent, context, inputTokens, choices, outputTokens, leastOutputTokens] = packed
  return {
    id,
    quotas: lists[list] as readonly Quota[],
    at,
    sent,
    context: texts[context] as string,
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

const NO_CHARGE: Charge = { credits: 0n, tokens: 0n, requests: 0n }

function unpackSettlement(packed: PackedSettlement, texts: readonly string[]): Settlement {
  const event = unpackEvent(packed[0], texts)
  if (packed.length === 1) return { event, hold: undefined, charge: NO_CHARGE }
  const [, sheet, shares, credits, tokens, requests] = packed
  const parts = shares.map(([counter, windowStart, unit, amount]) => {
    return { counter: texts[counter] as string, windowStart, unit, amount: BigInt(amount) }
  })
  return {
    event,
    hold: { id: event.id, sheet: texts[sheet] as string, parts },
    charge: { credits: BigInt(credits), tokens: BigInt(tokens), requests: BigInt(requests) },
  }
}

type PackedDecision =
  | readonly [output: number, parts: readonly (readonly [number, string, string, number | null])[]]
  | readonly [refused: null, quota: number, string, string, number | null, boolean]

type PackedResult =
  | { readonly missing: readonly string[] }
  | (Omit<Committed, 'decisions'> & { readonly decisions: readonly PackedDecision[] })

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
  return JSON.stringify({ ...result, decisions } satisfies PackedResult)
}

export function unpackResult(packed: string, admissions: readonly Admission[]): LedgerResult {
  const result = JSON.parse(packed) as PackedResult
  if ('missing' in result) return result
  return {
    ...result,
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
