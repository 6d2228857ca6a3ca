import type { BatchRow, BatchStatement } from '../storage/batch.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { type ChargedShare, charge, writeCharges } from './counters.ts'
import type { LedgerBatch, Sweep } from './entry.ts'
import { readSheet, type SheetHold } from './hold-sheet.ts'
import { lostEvent } from './lost-event.ts'

type Steps<T> = Generator<BatchStatement, T, BatchRow[]>

export interface Sheet {
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
  /** Requests that have their usage row. */
  readonly settled: ReadonlySet<string>
}

/**
 * Locks all sheets of a batch in one go and in the order of their ids, so that nobody who locks others of them waits for us
 * while we wait for him.
 */
export function* lockSheets({ settlements, sweeps, done, doubtful }: LedgerBatch): Steps<Standing> {
  const names = new Set([...sweeps.map(({ sheet }) => sheet), ...done])
  for (const { hold } of settlements) if (hold) names.add(hold.sheet)
  if (names.size === 0) return { sheets: names, swept: new Map(), settled: new Set() }
  const locked = yield { read: 'SELECT id FROM hold_sheets', ids: [...names].sort(), lock: true }
  const sheets = new Set(locked.map(({ id }) => id as string))
  const swept = yield* readSheets(sweeps.map(({ sheet }) => sheet).filter((id) => sheets.has(id)))
  const unsure = [...doubtful, ...[...swept.values()].flatMap(({ holds }) => holds.map(({ id }) => id))]
  const rows =
    unsure.length === 0
      ? []
      : yield { read: 'SELECT id FROM usage_events', ids: [...new Set(unsure)].sort(), lock: false }
  return { sheets, swept, settled: new Set(rows.map(({ id }) => id as string)) }
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

/** What a batch ends. */
export interface Endings {
  /** The rows of requests that have ended. */
  readonly events: UsageEvent[]
  /** What they give back and are charged. */
  readonly shares: ChargedShare[]
  /** How many holds each sweep closed. */
  readonly swept: number[]
  /** Swept sheets on which nothing is left, and those on which less is. */
  readonly empty: string[]
  readonly rest: { readonly sheet: Sheet; readonly open: readonly SheetHold[] }[]
}

/** What comes of the settlements and sweeps of a batch, whatever the counters say. */
export function endingsOf({ settlements, sweeps, now }: LedgerBatch, standing: Standing): Endings {
  const endings: Endings = { events: [], shares: [], swept: [], empty: [], rest: [] }
  const settled = new Set(standing.settled)
  for (const { event, hold, charge: asked } of settlements) {
    if (!hold) endings.events.push(event)
    // A late one, whose sheet was swept, changes nothing.
    else if (standing.sheets.has(hold.sheet) && !settled.has(hold.id)) {
      settled.add(hold.id)
      const shares = charge(hold.parts, (unit) => (unit === 'in_flight' ? 0n : asked[unit]))
      endings.shares.push(...shares)
      endings.events.push({ ...event, charges: writeCharges(shares) })
    }
  }
  for (const sweep of sweeps) {
    const sheet = standing.swept.get(sweep.sheet)
    if (!sheet) {
      endings.swept.push(0)
      continue
    }
    const { closed, open } = endSwept(sweep, sheet, settled, now, endings)
    if (open.length === 0) endings.empty.push(sheet.id)
    else if (closed > 0) endings.rest.push({ sheet, open })
    endings.swept.push(closed)
  }
  return endings
}

/**
 * The rows of requests whose node is gone: what may have reached a provider is charged as held.
 *
 * @returns how many holds were closed, and those that stay
 */
function endSwept(
  sweep: Sweep,
  { sent, holds }: Sheet,
  settled: Set<string>,
  now: number,
  { events, shares }: Endings,
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
    const taken = charge(hold.parts, (unit, held) => (charged && unit !== 'in_flight' ? held : 0n))
    shares.push(...taken)
    // Of a request that was answered 503 before anything was sent, no row is due.
    if (!unanswered.has(hold.id))
      events.push({ ...lostEvent(hold, charged, now), charges: writeCharges(taken) })
  }
  return { closed, open }
}
