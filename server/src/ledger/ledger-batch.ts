import { type Decision, decide } from '../limits/decide.ts'
import type { BatchRow, BatchStatement, SqlValue } from '../storage/batch.ts'
import { commitUsage } from '../usage/usage-batch.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { Counters } from './counters.ts'
import type { Admission, LedgerBatch, LedgerResult, Share, Sweep } from './entry.ts'
import { readSheet, type SheetHold, SheetWriter } from './hold-sheet.ts'
import { lostEvent, writeBeginning } from './lost-event.ts'
import { packResult, unpackBatch } from './packed.ts'

/** The name under which the batch is registered with the database threads. */
export const LEDGER_BATCH = 'ledger'
/** The same where nothing lies between the ledger and the database's driver, so that nothing need be packed. */
export const DIRECT_LEDGER_BATCH = 'ledger-direct'

type Steps<T> = Generator<BatchStatement, T, BatchRow[]>

interface Sheet {
  readonly id: string
  readonly node: string
  readonly sent: boolean
  readonly placedAt: number
  readonly holds: readonly SheetHold[]
}

/** What is known of the sheets that a batch is about, once nobody else can change them. */
interface Standing {
  /** Sheets that are there. */
  readonly sheets: ReadonlySet<string>
  readonly swept: ReadonlyMap<string, Sheet>
  /** Requests that have their usage row, or get it in this batch. */
  readonly settled: Set<string>
}

/**
 * The group commit: what has ended is settled first, so that what it gives back can be taken by those who wait; then
 * each admission is decided in turn; then the rows. Counters are locked in the order of their ids before a sheet is
 * touched, on every node alike. Settling a second time, after a connection was lost while it committed, changes nothing:
 * a sheet that is gone settles nothing, nor does a request that has its usage row.
 */
export function* commitLedger(batch: LedgerBatch): Steps<LedgerResult> {
  const { admissions, touches } = batch
  const found = yield* readSheets(batch.sweeps.map(({ sheet }) => sheet))
  const counters = new Counters(yield* readCounters(batch, found))
  const missing = counters.missing(admissions.flatMap(({ quotas }) => quotas.map(({ counter }) => counter)))
  if (missing.length > 0) return { missing }
  const standing = yield* lockSheets(batch, found)

  const events = settleEnded(batch, standing, counters)
  const rest: SqlValue[][] = []
  const empty: string[] = []
  const swept = batch.sweeps.map((sweep) => {
    const sheet = standing.swept.get(sweep.sheet)
    if (!sheet) return 0
    const { closed, open } = settleSwept(sweep, sheet, standing, counters, batch.now, events)
    if (open.length === 0) empty.push(sheet.id)
    else if (closed > 0) rest.push(rowOf(sheet, open))
    return closed
  })
  const together = new SheetWriter()
  let placedAt = 0
  const decisions = admissions.map((admission) => {
    const decision = decide(admission.quotas, (id) => counters.get(id), admission.demand, admission.at)
    if (!decision.admitted) return decision
    const shares = hold(decision, counters)
    if (admission.sent) {
      placedAt ||= admission.at
      together.add(admission.id, admission.at, admission.context, shares)
    } else rest.push(ownSheet(batch, admission, shares))
    return decision
  })
  if (together.size > 0) rest.push([batch.sheet, batch.node, 1, placedAt, together.toString()])
  yield {
    head: 'INSERT INTO counters (id, window_start, spent_amount, held_amount, granted_amount) VALUES',
    tail: `ON CONFLICT (id) DO UPDATE SET window_start = excluded.window_start,
      spent_amount = excluded.spent_amount, held_amount = excluded.held_amount`,
    rows: counters.changedRows(),
  }
  const emptied = [...batch.done, ...empty]
  if (emptied.length > 0) yield { remove: 'hold_sheets', ids: [...new Set(emptied)].sort() }
  yield {
    head: 'INSERT INTO hold_sheets (id, node, sent, placed_at, holds) VALUES',
    tail: 'ON CONFLICT (id) DO UPDATE SET holds = excluded.holds',
    rows: rest,
  }
  const written = yield* commitUsage({ events, touches })
  return { decisions, written, swept }
}

/** The same for a batch that came from another thread. */
export function* commitPackedLedger(packed: string): Steps<string> {
  const batch = unpackBatch(packed)
  return packResult(yield* commitLedger(batch), batch.admissions)
}

function* readSheets(ids: readonly string[]): Steps<Map<string, Sheet>> {
  if (ids.length === 0) return new Map()
  const read = 'SELECT id, node, sent, placed_at, holds FROM hold_sheets'
  const rows = yield { read, ids: [...new Set(ids)].sort(), lock: false }
  return new Map(
    rows.map((row) => [
      row.id as string,
      {
        id: row.id as string,
        node: row.node as string,
        sent: row.sent === 1,
        placedAt: row.placed_at as number,
        holds: readSheet(row.holds as string),
      },
    ]),
  )
}

function* readCounters(batch: LedgerBatch, found: ReadonlyMap<string, Sheet>): Steps<BatchRow[]> {
  const names = new Set<string>()
  for (const { hold } of batch.settlements) for (const { counter } of hold?.parts ?? []) names.add(counter)
  for (const { holds } of found.values())
    for (const { parts } of holds) for (const { counter } of parts) names.add(counter)
  for (const { quotas } of batch.admissions) for (const { counter } of quotas) names.add(counter)
  if (names.size === 0) return []
  const read = 'SELECT id, window_start, spent_amount, held_amount, granted_amount FROM counters'
  return yield { read, ids: [...names].sort(), lock: true }
}

/** In one go and in the order of their ids, so that nobody who locks others of them waits for us while we wait for him. */
function* lockSheets(batch: LedgerBatch, found: ReadonlyMap<string, Sheet>): Steps<Standing> {
  const names = new Set(found.keys())
  for (const { hold } of batch.settlements) if (hold) names.add(hold.sheet)
  if (names.size === 0) return { sheets: names, swept: found, settled: new Set() }
  const locked = yield { read: 'SELECT id FROM hold_sheets', ids: [...names].sort(), lock: true }
  const sheets = new Set(locked.map(({ id }) => id as string))
  // Read again: while they were waited for, a slow node may have marked its request as sent.
  const swept = yield* readSheets([...found.keys()].filter((id) => sheets.has(id)))
  const doubtful = [
    ...batch.doubtful,
    ...[...swept.values()].flatMap(({ holds }) => holds.map(({ id }) => id)),
  ]
  const rows =
    doubtful.length === 0
      ? []
      : yield { read: 'SELECT id FROM usage_events', ids: [...new Set(doubtful)].sort(), lock: false }
  return { sheets, swept, settled: new Set(rows.map(({ id }) => id as string)) }
}

/** The rows of requests that have ended. A late one, whose sheet was swept, changes nothing. */
function settleEnded(
  { settlements }: LedgerBatch,
  { sheets, settled }: Standing,
  counters: Counters,
): UsageEvent[] {
  const events: UsageEvent[] = []
  for (const { event, hold, charge } of settlements) {
    if (!hold) events.push(event)
    else if (sheets.has(hold.sheet) && !settled.has(hold.id)) {
      settled.add(hold.id)
      const charges = counters.settle(hold.parts, (unit) => (unit === 'in_flight' ? 0n : charge[unit]))
      events.push({ ...event, charges })
    }
  }
  return events
}

/**
 * The rows of requests whose node is gone: what may have reached a provider is charged as held.
 *
 * @returns how many holds were closed, and those that stay
 */
function settleSwept(
  sweep: Sweep,
  { sent, holds }: Sheet,
  { settled }: Standing,
  counters: Counters,
  now: number,
  events: UsageEvent[],
): { closed: number; open: SheetHold[] } {
  const open: SheetHold[] = []
  const [underWay, unanswered] = [new Set(sweep.open), new Set(sweep.unanswered)]
  let closed = 0
  for (const hold of holds) {
    if (settled.has(hold.id)) continue
    if (underWay.has(hold.id)) {
      open.push(hold)
      continue
    }
    const charged = sent && !unanswered.has(hold.id)
    settled.add(hold.id)
    closed++
    const charges = counters.settle(hold.parts, (unit, held) => (charged && unit !== 'in_flight' ? held : 0n))
    // Of a request that was answered 503 before anything was sent, no row is due.
    if (!unanswered.has(hold.id)) events.push({ ...lostEvent(hold, charged, now), charges })
  }
  return { closed, open }
}

function rowOf({ id, node, sent, placedAt }: Sheet, open: readonly SheetHold[]): SqlValue[] {
  const sheet = new SheetWriter()
  for (const { id, parts, context } of open) sheet.add(id, context.started_at, writeBeginning(context), parts)
  return [id, node, sent ? 1 : 0, placedAt, sheet.toString()]
}

function hold({ parts }: Extract<Decision, { admitted: true }>, counters: Counters): Share[] {
  const shares = parts.map(({ quota, windowStart, amount }) => ({
    counter: quota.counter,
    windowStart,
    unit: quota.unit,
    amount,
  }))
  counters.hold(shares)
  return shares
}

/** What may not be sent yet has a sheet of its own, which says later that it may. */
function ownSheet(
  { node }: LedgerBatch,
  { id, at, context }: Admission,
  shares: readonly Share[],
): SqlValue[] {
  const sheet = new SheetWriter()
  sheet.add(id, at, context, shares)
  return [id, node, 0, at, sheet.toString()]
}
