import { type Decision, decide } from '../limits/decide.ts'
import type { BatchRow, BatchStatement, SqlValue } from '../storage/batch.ts'
import { addToSums, insertEvents } from '../usage/usage-batch.ts'
import { Counters } from './counters.ts'
import type { Admission, LedgerBatch, LedgerResult, Share } from './entry.ts'
import { type SheetHold, SheetWriter } from './hold-sheet.ts'
import { writeBeginning } from './lost-event.ts'
import { packResult, unpackBatch } from './packed.ts'
import { endingsOf, lockSheets, type Sheet } from './sheets-in-batch.ts'

/** The name under which the batch is registered with the database threads. */
export const LEDGER_BATCH = 'ledger'
/** The same where nothing lies between the ledger and the database's driver, so that nothing need be packed. */
export const DIRECT_LEDGER_BATCH = 'ledger-direct'

type Steps<T> = Generator<BatchStatement, T, BatchRow[]>

/**
 * The group commit. First the rows of what has ended, which wait for nobody; then the counters, for which other nodes
 * wait, are locked for as short as can be: what has ended is settled, so that what it gives back can be taken by those who
 * wait, and each admission is decided in turn. Every node locks in this order: sheets, rows, counters, sums, each by
 * id. Settling a second time, after a connection was lost while it committed, changes nothing: a sheet that is gone
 * settles nothing, nor does a request that has its usage row.
 */
export function* commitLedger(batch: LedgerBatch): Steps<LedgerResult> {
  const { admissions, touches } = batch
  const endings = endingsOf(batch, yield* lockSheets(batch))
  const counted = yield* insertEvents(endings.events)
  const counters = new Counters(yield* readCounters(batch, endings.shares))
  const missing = counters.missing(admissions.flatMap(({ quotas }) => quotas.map(({ counter }) => counter)))
  if (missing.length > 0) {
    if (endings.events.length > 0) yield { undo: true }
    return { missing }
  }
  counters.settle(endings.shares)
  const { decisions, sheets } = admit(batch, counters)
  yield {
    head: 'INSERT INTO counters (id, window_start, spent_amount, held_amount, granted_amount) VALUES',
    tail: `ON CONFLICT (id) DO UPDATE SET window_start = excluded.window_start,
      spent_amount = excluded.spent_amount, held_amount = excluded.held_amount`,
    rows: counters.changedRows(),
  }
  const emptied = [...batch.done, ...endings.empty]
  if (emptied.length > 0) yield { remove: 'hold_sheets', ids: [...new Set(emptied)].sort() }
  yield {
    head: 'INSERT INTO hold_sheets (id, node, sent, placed_at, holds) VALUES',
    tail: 'ON CONFLICT (id) DO UPDATE SET holds = excluded.holds',
    rows: [...endings.rest.map(({ sheet, open }) => rowOf(sheet, open)), ...sheets],
  }
  yield* addToSums(counted, touches)
  return { decisions, written: counted.length, swept: endings.swept }
}

/** Decides about each in turn; those that may be sent share a sheet. */
function admit(batch: LedgerBatch, counters: Counters): { decisions: Decision[]; sheets: SqlValue[][] } {
  const sheets: SqlValue[][] = []
  const together = new SheetWriter()
  let placedAt = 0
  const decisions = batch.admissions.map((admission) => {
    const decision = decide(admission.quotas, (id) => counters.get(id), admission.demand, admission.at)
    if (!decision.admitted) return decision
    const shares = hold(decision, counters)
    if (admission.sent) {
      placedAt ||= admission.at
      together.add(admission.id, admission.at, admission.context, shares)
    } else sheets.push(ownSheet(batch, admission, shares))
    return decision
  })
  if (together.size > 0) sheets.push([batch.sheet, batch.node, 1, placedAt, together.toString()])
  return { decisions, sheets }
}

/** The same for a batch that came from another thread. */
export function* commitPackedLedger(packed: string): Steps<string> {
  const batch = unpackBatch(packed)
  return packResult(yield* commitLedger(batch), batch.admissions)
}

function* readCounters({ admissions }: LedgerBatch, settled: readonly Share[]): Steps<BatchRow[]> {
  const names = new Set(settled.map(({ counter }) => counter))
  for (const { quotas } of admissions) for (const { counter } of quotas) names.add(counter)
  if (names.size === 0) return []
  const read = 'SELECT id, window_start, spent_amount, held_amount, granted_amount FROM counters'
  return yield { read, ids: [...names].sort(), lock: true }
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
