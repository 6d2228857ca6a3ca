import type { Deps } from '../deps.ts'
import { subjectsOf } from '../usage/subject-days.ts'
import { CounterBooks } from './counter-books.ts'
import { DayBooks } from './day-books.ts'
import { readSheet, type SheetHold } from './hold-sheet.ts'
import type { LedgerFault } from './ledger-fault.ts'
import { prunedBefore } from './prune-usage.store.ts'
import { UsageBooks } from './usage-books.ts'
import {
  eachCounter,
  eachEntry,
  eachEvent,
  eachKeyUsage,
  eachSheet,
  eachSubjectDay,
  eachUsageDay,
  eachUserDay,
  settledOf,
} from './verify-ledger.store.ts'

/** A hold of a dead node is closed within this time while any node runs (DESIGN section 5). */
const SWEPT_WITHIN_MS = 30_000
/** More faults than this tell no more than their number. */
const FAULTS_SHOWN = 1000

export interface LedgerReport {
  readonly clean: boolean
  readonly faults: readonly LedgerFault[]
  /** With those that are not in `faults` any more. */
  readonly faultCount: number
  readonly counters: number
  /** Usage rows. */
  readonly requests: number
  /** Requests under way that hold something. */
  readonly holds: number
  readonly entries: number
  /** What providers reported beyond what was held, over all usage rows that are kept; nano-credits. */
  readonly overrunNanos: bigint
}

/**
 * Checks that every counter is the sum of its rows, every hold has an owner, and every sum of usage is that of the
 * requests. It looks at one moment, while requests go on beside it, and reads rows in portions.
 *
 * @throws Error when the database cannot be asked
 */
export async function verifyLedger(deps: Deps): Promise<LedgerReport> {
  return deps.store.snapshot(async (db) => {
    const now = deps.now()
    const counters = new CounterBooks(now)
    const firstDay = await prunedBefore(db)
    const usage = new UsageBooks(firstDay)
    const persons = new DayBooks('usage_user_days', firstDay)
    const subjects = new DayBooks('usage_subject_days', firstDay)
    const strays: LedgerFault[] = []
    const count = { counters: 0, requests: 0, holds: 0, entries: 0 }
    let overrunNanos = 0n
    for await (const row of eachCounter(db)) {
      count.counters++
      counters.counter(row)
    }
    for await (const row of eachEntry(db)) {
      count.entries++
      counters.entry(row)
    }
    for await (const row of eachEvent(db)) {
      count.requests++
      usage.event(row)
      persons.event(row, [owned(row, row.model)])
      const named = subjectsOf(row).map((subject) => owned(row, subject))
      subjects.event(row, named)
      if (row.charges !== null) counters.charges(row.id, row.charges)
      overrunNanos += row.overrun_nanos ?? 0n
    }
    for await (const sheet of eachSheet(db)) {
      const holds = holdsOn(sheet, strays)
      const ids = holds.map(({ id }) => id)
      const settled = await settledOf(db, ids)
      for (const { id, parts } of holds) {
        if (settled.has(id)) continue
        count.holds++
        counters.hold(parts)
        strays.push(...strayHold(id, sheet, now))
      }
    }
    for await (const row of eachUsageDay(db)) usage.day(row)
    for await (const row of eachUserDay(db)) persons.row(row, owned(row, row.model))
    for await (const row of eachSubjectDay(db)) subjects.row(row, owned(row, row.subject))
    for await (const row of eachKeyUsage(db)) usage.key(row)
    const sums = [usage, persons, subjects].flatMap((books) => books.faults())
    const faults = [...counters.faults(), ...strays, ...sums]
    return {
      clean: faults.length === 0,
      faults: faults.slice(0, FAULTS_SHOWN),
      faultCount: faults.length,
      ...count,
      overrunNanos,
    }
  })
}

/** What a person used or asked for, readable. */
function owned({ organization_id, user_id }: Owner, what: string): string {
  return `${organization_id} ${user_id} ${what}`
}

interface Owner {
  readonly organization_id: string
  readonly user_id: string
}

interface SheetRow {
  readonly id: string
  readonly node: string
  readonly placed_at: number
  readonly lease_until: number | null
  readonly holds: string
}

function holdsOn({ id, holds }: SheetRow, faults: LedgerFault[]): SheetHold[] {
  try {
    return readSheet(holds)
  } catch {
    const [is, shouldBe] = [holds.slice(0, 200), 'a list of requests and what they hold']
    faults.push({ what: 'unreadable', id, window: null, is, shouldBe })
    return []
  }
}

function strayHold(id: string, { node, placed_at, lease_until }: SheetRow, now: number): LedgerFault[] {
  // Until then the next sweep may be on its way to it.
  if (Math.max(placed_at, lease_until ?? 0) >= now - SWEPT_WITHIN_MS) return []
  const is = `held since ${new Date(placed_at).toISOString()} by node ${node}, which has no lease`
  return [{ what: 'abandoned', id, window: null, is, shouldBe: 'closed by the sweep of any node that runs' }]
}
