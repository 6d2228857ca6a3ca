import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import {
  type EventFilter,
  findActiveDays,
  findDay,
  findPlaces,
  findPlacesOfAll,
  type Place,
} from './explore.store.ts'
import { dayOf } from './usage-event.ts'

/** From then on no further look is begun; milliseconds. */
const LOOK_MS = 80
/** A look that took less makes room for a larger one; so does one that found little, unless it took long. */
const QUICK_MS = 10
const LONG_MS = 40
/** Nodes take their time from the database, and a moment to agree. */
const AHEAD_MS = 60_000
/** Up to so many persons are walked each for himself; more, together in short spans of time. */
const WALKED_ALONE = 6
const SPANS_FIRST = 4
const SPANS_MOST = 24
const SLICE_FIRST_MS = DAY_MS / 16
const DAYS_FIRST = 1
const DAYS_MOST = 512

export interface Found {
  readonly places: readonly Place[]
  /** Milliseconds: all since then was looked at, and there may be more before. Null: there is nothing more. */
  readonly searchedTo: number | null
}

/**
 * The newest requests of a filter before a place, in bounded time: sums by day say who had such requests on which day,
 * and only these persons' days are walked. What takes too long answers with what was found so far.
 *
 * @param from milliseconds; nothing that began before
 * @param limit how many at most
 * @param lookMs when to begin no further look
 */
export async function walk(
  deps: Pick<Deps, 'db' | 'now'>,
  filter: EventFilter,
  from: number | undefined,
  before: Place,
  limit: number,
  lookMs = LOOK_MS,
): Promise<Found> {
  const { userId, keyId, model, projectId, endUser, outcome, status } = filter
  const everything = [keyId, model, projectId, endUser, outcome, status].every((value) => value === undefined)
  if (userId !== undefined && everything) {
    const places = await findPlaces(deps.db, filter, [{ userId, from: from ?? 0, before }], limit)
    return { places, searchedTo: null }
  }
  if (everything)
    return {
      places: await findPlacesOfAll(deps.db, filter, { from: from ?? 0, before }, limit),
      searchedTo: null,
    }
  return new Walk(deps, filter, { from: from ?? 0, before, limit, lookMs }).run()
}

interface ActiveDay {
  readonly day: number
  readonly userIds: string[]
}

interface Range {
  readonly from: number
  readonly before: Place
  readonly limit: number
  readonly lookMs: number
}

class Walk {
  readonly #deps: Pick<Deps, 'db' | 'now'>
  readonly #filter: EventFilter
  readonly #from: number
  readonly #before: Place
  readonly #limit: number
  readonly #deadline: number
  #places: Place[] = []
  #spansAtOnce = SPANS_FIRST
  #sliceMs = SLICE_FIRST_MS

  constructor(deps: Pick<Deps, 'db' | 'now'>, filter: EventFilter, range: Range) {
    this.#deps = deps
    this.#filter = filter
    this.#from = range.from
    const ahead = deps.now() + AHEAD_MS
    this.#before = range.before.at > ahead ? { at: ahead, id: '' } : range.before
    this.#limit = range.limit
    this.#deadline = performance.now() + range.lookMs
  }

  async run(): Promise<Found> {
    const { db } = this.#deps
    const first = await findDay(db, this.#filter)
    const last = await findDay(db, this.#filter, dayOf(this.#before.at))
    if (first === undefined || last === undefined) return { places: [], searchedTo: null }
    const least = Math.max(this.#from, first * DAY_MS)
    let width = DAYS_FIRST
    for (let lastDay = last; (lastDay + 1) * DAY_MS > least; ) {
      const start = Math.max(dayOf(least), lastDay - width + 1)
      const began = performance.now()
      const rows = await findActiveDays(db, this.#filter, { firstDay: start, lastDay })
      if (mayGrow(began, rows.length === 0)) width = Math.min(width * 2, DAYS_MOST)
      const searchedTo = (await this.#lookAt(byDay(rows))) ?? start * DAY_MS
      if (this.#isFull()) break
      if (this.#isLate() && searchedTo > least) return { places: this.#places, searchedTo }
      lastDay = start - 1
    }
    return { places: this.#places, searchedTo: null }
  }

  /** Day by day; returns the time up to which all was looked at when time ran out before the end. */
  async #lookAt(days: readonly ActiveDay[]): Promise<number | undefined> {
    for (let next = 0; next < days.length; ) {
      const { day, userIds } = days[next] as ActiveDay
      if (userIds.length > WALKED_ALONE) {
        const searchedTo = await this.#walkTogether(day)
        if (searchedTo !== undefined) return searchedTo
        next++
      } else next = await this.#walkAlone(days, next)
      if (this.#isFull()) return undefined
      if (next < days.length && this.#isLate()) return (days[next - 1] as ActiveDay).day * DAY_MS
    }
    return undefined
  }

  /** Several days with few persons each, at once; returns the next day to look at. */
  async #walkAlone(days: readonly ActiveDay[], start: number): Promise<number> {
    const spans = []
    let next = start
    for (; next < days.length && (next === start || spans.length < this.#spansAtOnce); next++) {
      const { day, userIds } = days[next] as ActiveDay
      if (userIds.length > WALKED_ALONE) break
      const from = Math.max(this.#from, day * DAY_MS)
      for (const userId of userIds) spans.push({ userId, from, before: this.#upTo((day + 1) * DAY_MS) })
    }
    const began = performance.now()
    const found = await findPlaces(this.#deps.db, this.#filter, spans, this.#limit)
    this.#add(found)
    if (mayGrow(began, found.length * 4 < this.#limit))
      this.#spansAtOnce = Math.min(this.#spansAtOnce * 4, SPANS_MOST)
    return next
  }

  /** A day of many persons, in slices from its end. */
  async #walkTogether(day: number): Promise<number | undefined> {
    const least = Math.max(this.#from, day * DAY_MS)
    for (let end = Math.min((day + 1) * DAY_MS, this.#before.at + 1); end > least && !this.#isFull(); ) {
      const began = performance.now()
      const from = Math.max(least, end - this.#sliceMs)
      const span = { from, before: this.#upTo(end) }
      const found = await findPlacesOfAll(this.#deps.db, this.#filter, span, this.#limit)
      this.#add(found)
      if (mayGrow(began, found.length * 4 < this.#limit)) this.#sliceMs = Math.min(this.#sliceMs * 4, DAY_MS)
      end = from
      if (end > least && !this.#isFull() && this.#isLate()) return end
    }
    return undefined
  }

  #upTo(end: number): Place {
    return end > this.#before.at ? this.#before : { at: end, id: '' }
  }

  #isFull(): boolean {
    return this.#places.length >= this.#limit
  }

  #isLate(): boolean {
    return performance.now() > this.#deadline
  }

  #add(places: readonly Place[]): void {
    this.#places = [...this.#places, ...places].sort(byPlace).slice(0, this.#limit)
  }
}

function mayGrow(began: number, foundLittle: boolean): boolean {
  return performance.now() - began < (foundLittle ? LONG_MS : QUICK_MS)
}

function byDay(rows: readonly { readonly day: number; readonly user_id: string }[]): ActiveDay[] {
  const days: ActiveDay[] = []
  for (const { day, user_id } of rows) {
    if (days.at(-1)?.day !== day) days.push({ day, userIds: [] })
    days.at(-1)?.userIds.push(user_id)
  }
  return days
}

function byPlace(a: Place, b: Place): number {
  return b.at - a.at || (a.id < b.id ? 1 : -1)
}
