import type { Selectable } from 'kysely'
import type { Deps } from '../deps.ts'
import type { UsageEventTable } from '../storage/tables.ts'
import { type EventFilter, type Leg, type Place, type Range, reachOf, rowsOf } from './legs.store.ts'
import { guideOf, type Stretch } from './stretches.ts'

/** From then on no further look is begun; milliseconds. */
const LOOK_MS = 60
/** A look that took less makes room for a larger one. */
const QUICK_MS = 12
const GROWTH = 4
/** Entries of an index that one look goes past, at first and at most. */
const ENTRIES_FIRST = 2
const ENTRIES_MOST = 4000
/** So that a page is full in one look though its last entry is left for the next one, and those that began with it. */
const TIES_SPARE = 4

type Row = Selectable<UsageEventTable>

export interface Found {
  readonly rows: readonly Row[]
  /** Milliseconds: all since then was looked at, and there may be more before. Null: there is nothing more. */
  readonly searchedTo: number | null
}

/**
 * The newest requests of a filter before a place, in bounded time: each look goes along one index, or a few, past a
 * bounded number of entries. What takes too long answers with what was found so far.
 *
 * @param from milliseconds; nothing that began before
 * @param limit how many at most
 * @param lookMs when to begin no further look
 */
export async function walk(
  { db }: Pick<Deps, 'db'>,
  filter: EventFilter,
  from: number | undefined,
  before: Place,
  limit: number,
  lookMs = LOOK_MS,
): Promise<Found> {
  // Only what was completed has this status, and nothing else was completed.
  if (filter.outcome === 'completed' && (filter.status ?? 200) !== 200) return { rows: [], searchedTo: null }
  const deadline = performance.now() + lookMs
  const guide = guideOf(db, filter, from ?? 0)
  let rows: Row[] = []
  for (let place = before; ; ) {
    const stretch = await guide(place, limit - rows.length)
    if (stretch === undefined) return { rows, searchedTo: null }
    const look = new Look(db, filter, stretch)
    for (let next: Place | undefined = place; next !== undefined; ) {
      const found = await look.on({ from: stretch.from, before: next }, limit - rows.length)
      rows = [...rows, ...found.rows]
      if (rows.length >= limit) return { rows, searchedTo: null }
      next = found.next
      if (next !== undefined && performance.now() > deadline) return { rows, searchedTo: next.at }
    }
    if (stretch.isLast) return { rows, searchedTo: null }
    place = { at: stretch.from, id: '' }
    if (performance.now() > deadline) return { rows, searchedTo: place.at }
  }
}

/** Looks at the entries of some legs, more of them at a time while that is quick. */
class Look {
  readonly #db: Deps['db']
  readonly #filter: EventFilter
  readonly #legs: readonly Leg[]
  readonly #isExact: boolean
  #factor = 1

  constructor(db: Deps['db'], filter: EventFilter, { legs, isExact }: Stretch) {
    this.#db = db
    this.#filter = filter
    this.#legs = legs
    this.#isExact = isExact
  }

  /** @returns the rows found, and where to go on; no `next` when all of the range was looked at */
  async on(range: Range, wanted: number): Promise<{ rows: Row[]; next: Place | undefined }> {
    // Every entry of it is wanted.
    if (this.#isExact && this.#legs.length === 1)
      return { rows: await rowsOf(this.#db, this.#filter, this.#legs, range, wanted), next: undefined }
    const began = performance.now()
    const entries = this.#isExact ? wanted + TIES_SPARE : wanted * ENTRIES_FIRST * this.#factor
    const reach = await reachOf(this.#db, this.#legs, range, Math.min(ENTRIES_MOST, entries))
    if (reach.oldest === undefined) return { rows: [], next: undefined }
    const isAll = reach.entries < Math.min(ENTRIES_MOST, entries)
    // Legs that the reach does not name may have entries of the same time as its last one.
    const isOneTime = reach.oldest + 1 >= range.before.at
    const from = isAll ? range.from : isOneTime ? reach.oldest : reach.oldest + 1
    const legs = !isAll && isOneTime ? this.#legs : reach.legs.map((leg) => this.#legs[leg] as Leg)
    const rows = await rowsOf(this.#db, this.#filter, legs, { from, before: range.before }, wanted)
    if (performance.now() - began < QUICK_MS) this.#factor *= GROWTH
    return { rows, next: isAll ? undefined : { at: from, id: '' } }
  }
}
