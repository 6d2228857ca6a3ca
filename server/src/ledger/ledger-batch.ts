import { type Decision, decide } from '../limits/decide.ts'
import type { BatchRow, BatchStatement, SqlValue } from '../storage/batch.ts'
import { commitUsage } from '../usage/usage-batch.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { Counters } from './counters.ts'
import {
  type Admission,
  type Hold,
  type LedgerBatch,
  type LedgerResult,
  readShares,
  type Share,
  writeShares,
} from './entry.ts'
import { lostEvent } from './lost-event.ts'
import { packResult, unpackBatch } from './packed.ts'

/** The name under which the batch is registered with the database threads. */
export const LEDGER_BATCH = 'ledger'
/** The same where nothing lies between the ledger and the database's driver, so that nothing need be packed. */
export const DIRECT_LEDGER_BATCH = 'ledger-direct'

type Steps<T> = Generator<BatchStatement, T, BatchRow[]>

interface SweptHold extends Hold {
  readonly sent: boolean
  readonly context: string
}

/**
 * The group commit: what has ended is settled first, so that what it gives back can be taken by those who wait; then
 * each admission is decided in turn; then the rows. Counters are locked in the order of their ids before a hold is
 * touched, on every node alike. Settling a second time, after a connection was lost while it committed, changes nothing:
 * a hold that is gone settles nothing, and a usage row that is there is not written again.
 */
export function* commitLedger(batch: LedgerBatch): Steps<LedgerResult> {
  const { settlements, admissions, touches, node } = batch
  const found = yield* readSwept(
    batch.sweeps.map(({ id }) => id),
    false,
  )
  const counters = new Counters(yield* readCounters(batch, found))
  const missing = counters.missing(admissions.flatMap(({ quotas }) => quotas.map(({ counter }) => counter)))
  if (missing.length > 0) return { missing }
  // Read again under lock: while the counters were waited for, a slow node may have marked its request as sent.
  const swept = yield* readSwept([...found.keys()], true)

  const holds = settlements.flatMap(({ hold }) => (hold ? [hold.id] : []))
  const closed = yield { remove: 'holds', ids: [...holds, ...swept.keys()].sort() }
  const open = new Set(closed.map(({ id }) => id as string))
  const events = [...settleEnded(batch, open, counters), ...settleSwept(batch, swept, open, counters)]
  const placed: SqlValue[][] = []
  const decisions = admissions.map((admission) => {
    const decision = decide(admission.quotas, (id) => counters.get(id), admission.demand, admission.at)
    if (decision.admitted) placed.push(place(admission, decision, counters, node))
    return decision
  })
  yield {
    head: 'INSERT INTO counters (id, window_start, spent_amount, held_amount, granted_amount) VALUES',
    tail: `ON CONFLICT (id) DO UPDATE SET window_start = excluded.window_start,
      spent_amount = excluded.spent_amount, held_amount = excluded.held_amount`,
    rows: counters.changedRows(),
  }
  yield {
    head: 'INSERT INTO holds (id, node, sent, placed_at, parts, context) VALUES',
    tail: '',
    rows: placed,
  }
  const written = yield* commitUsage({ events, touches })
  return { decisions, written }
}

/** The same for a batch that came from another thread. */
export function* commitPackedLedger(packed: string): Steps<string> {
  const batch = unpackBatch(packed)
  return packResult(yield* commitLedger(batch), batch.admissions)
}

function* readSwept(ids: readonly string[], lock: boolean): Steps<Map<string, SweptHold>> {
  if (ids.length === 0) return new Map()
  const rows = yield { read: 'SELECT id, sent, parts, context FROM holds', ids: [...ids].sort(), lock }
  return new Map(
    rows.map((row) => {
      const id = row.id as string
      const parts = readShares(row.parts as string)
      return [id, { id, parts, sent: row.sent === 1, context: row.context as string }]
    }),
  )
}

function* readCounters(batch: LedgerBatch, swept: ReadonlyMap<string, SweptHold>): Steps<BatchRow[]> {
  const names = new Set<string>()
  for (const { hold } of batch.settlements) for (const { counter } of hold?.parts ?? []) names.add(counter)
  for (const { parts } of swept.values()) for (const { counter } of parts) names.add(counter)
  for (const { quotas } of batch.admissions) for (const { counter } of quotas) names.add(counter)
  if (names.size === 0) return []
  const read = 'SELECT id, window_start, spent_amount, held_amount, granted_amount FROM counters'
  return yield { read, ids: [...names].sort(), lock: true }
}

/** The rows of requests that have ended. A late one, whose hold was swept, changes nothing. */
function settleEnded({ settlements }: LedgerBatch, open: Set<string>, counters: Counters): UsageEvent[] {
  const events: UsageEvent[] = []
  for (const { event, hold, charge } of settlements) {
    if (!hold) events.push(event)
    else if (open.delete(hold.id)) {
      const charges = counters.settle(hold.parts, (unit) => (unit === 'in_flight' ? 0n : charge[unit]))
      events.push({ ...event, charges })
    }
  }
  return events
}

/** The rows of requests whose node is gone: what may have reached a provider is charged as held. */
function settleSwept(
  { sweeps, now }: LedgerBatch,
  swept: ReadonlyMap<string, SweptHold>,
  open: Set<string>,
  counters: Counters,
): UsageEvent[] {
  const events: UsageEvent[] = []
  for (const { id, unanswered } of sweeps) {
    const hold = swept.get(id)
    if (!hold || !open.delete(id)) continue
    const charged = hold.sent && !unanswered
    const charges = counters.settle(hold.parts, (unit, held) => (charged && unit !== 'in_flight' ? held : 0n))
    // Of a request that was answered 503 before anything was sent, no row is due.
    if (!unanswered) events.push({ ...lostEvent(hold, charged, now), charges })
  }
  return events
}

function place(
  admission: Admission,
  { parts }: Extract<Decision, { admitted: true }>,
  counters: Counters,
  node: string,
): SqlValue[] {
  const shares: Share[] = parts.map(({ quota, windowStart, amount }) => ({
    counter: quota.counter,
    windowStart,
    unit: quota.unit,
    amount,
  }))
  counters.hold(shares)
  return [admission.id, node, admission.sent ? 1 : 0, admission.at, writeShares(shares), admission.context]
}
