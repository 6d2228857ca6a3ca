import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { LEGS_MOST, type Leg, legs, rowsOf } from './legs.store.ts'
import {
  countByDay,
  countEntries,
  countOfKey,
  findModels,
  firstWholeDay,
  guessOf,
  isElsewhere,
  isOwnKey,
  readScattered,
  type Span,
  subjectAlone,
  timesAt,
  type Way,
} from './list-usage.store.ts'
import type { UsageFilter } from './usage.store.ts'
import type { Days } from './usage-days.store.ts'
import { dayOf } from './usage-event.ts'

/** Beyond every time that a request can have; milliseconds and UTC days. */
const END_MS = 8_640_000_000_000_000
const END_DAY = END_MS / DAY_MS
/** A person with fewer requests has them counted sooner than the sums of all his days are read. */
const COUNTED_MOST = 5000

type Db = Deps['db']
type Reader = Pick<Deps, 'db' | 'store' | 'now'>

/** A span of time, newest first among its like, and how many requests of the filter it has. */
interface Part extends Span {
  readonly requests: number
}

/**
 * A page of usage rows, newest first, and how many there are in all. Entries of an index are counted, where they are
 * few or know all that is asked for; else days by their sums, so that no page counts more than a part of one day.
 *
 * @param page `number` from 1
 * @param countedMost up to how many requests of a person are counted one by one
 */
export async function listUsage(
  deps: Reader,
  filter: UsageFilter,
  page: { readonly number: number; readonly size: number },
  countedMost = COUNTED_MOST,
) {
  // No row has an empty one; in the sums it stands for none.
  if (filter.endUser === '' || filter.projectId === '') return { items: [], total: 0 }
  const { db } = deps
  const span = { from: filter.from ?? 0, before: filter.to ?? END_MS }
  const skip = (page.number - 1) * page.size
  if (!(await hasMany(db, filter, span, countedMost))) {
    const way = await wayOf(db, filter, daysIn(span))
    const total = await countedTotal(db, filter, way, span)
    if (total !== undefined)
      return { items: await rowsAt(db, filter, way, { ...span, requests: total }, skip, page.size), total }
  }
  const parts = await partsOf(deps, filter, span)
  const total = parts.reduce((sum, { requests }) => sum + requests, 0)
  const found = partsAt(parts, skip, page.size)
  if (found === undefined) return { items: [], total }
  const ofDays = await wayOf(db, filter, daysIn(found.part))
  return { items: await rowsAt(db, filter, ofDays, found.part, found.skip, page.size), total }
}

const daysIn = ({ from, before }: Span): Days => ({ firstDay: dayOf(from), lastDay: dayOf(before - 1) })

/** Along which indexes the requests of a filter lie. */
async function wayOf(db: Db, filter: UsageFilter, days: Days): Promise<Way> {
  const { organizationId, userId, model, keyId, endUser, projectId } = filter
  const isAlone = [model, keyId, endUser, projectId].filter((is) => is !== undefined).length === 1
  if (endUser !== undefined)
    return { legs: [legs.endUser(organizationId, endUser, userId)], isExact: isAlone }
  if (keyId !== undefined)
    return { legs: [legs.key(keyId)], isExact: isAlone && (await isOwnKey(db, filter, keyId)) }
  if (projectId !== undefined) return { legs: [legs.project(projectId, userId)], isExact: isAlone }
  const models = model === undefined ? await findModels(db, filter, days) : [model]
  if (models.length > LEGS_MOST) return { legs: [legs.time(organizationId)], isExact: false }
  return {
    legs: models.map((model): Leg => legs.person(userId, model)),
    isExact: !(await isElsewhere(db, filter, days)),
  }
}

/** Whether sums are sooner read than requests are counted; of a model, a project or an end user they are few. */
async function hasMany(db: Db, filter: UsageFilter, span: Span, most: number): Promise<boolean> {
  if (subjectAlone(filter) !== undefined) return true
  if ((filter.keyId ?? filter.endUser ?? filter.projectId) !== undefined) return false
  return filter.model !== undefined || (await guessOf(db, filter, daysIn(span))) > most
}

/** By entries of the indexes; undefined when these would have to be looked up. */
async function countedTotal(db: Db, filter: UsageFilter, way: Way, span: Span): Promise<number | undefined> {
  if (!way.isExact) return undefined
  const isAllTime = span.from === 0 && span.before === END_MS
  return filter.keyId !== undefined && isAllTime && (await firstWholeDay(db)) === 0
    ? countOfKey(db, filter.keyId)
    : countEntries(db, filter, way, span)
}

/** The parts that a page lies in, as one, and how much of it comes before the page. */
function partsAt(
  parts: readonly Part[],
  skip: number,
  size: number,
): { part: Part; skip: number } | undefined {
  let first = 0
  for (; first < parts.length && skip >= (parts[first] as Part).requests; first++)
    skip -= (parts[first] as Part).requests
  let last = first
  for (let found = -skip; last < parts.length && found < size; last++) found += (parts[last] as Part).requests
  if (first === last) return undefined
  const requests = parts.slice(first, last).reduce((sum, part) => sum + part.requests, 0)
  const { from } = parts[last - 1] as Part
  return { part: { from, before: (parts[first] as Part).before, requests }, skip }
}

/** All that the filter matches, newest first: whole days by their sums; what a time cuts, or lost rows, by its rows. */
async function partsOf(deps: Reader, filter: UsageFilter, { from, before }: Span): Promise<Part[]> {
  const { db, now } = deps
  const firstWhole = await firstWholeDay(db)
  const firstDay = Math.max(Math.ceil(from / DAY_MS), firstWhole)
  const endDay = Math.min(Math.floor(before / DAY_MS), END_DAY)
  const count = async (span: Span): Promise<number> =>
    span.from < span.before ? countEntries(db, filter, await wayOf(db, filter, daysIn(span)), span) : 0
  if (firstDay > endDay) return [{ from, before, requests: await count({ from, before }) }]
  const asked = { firstDay: Math.max(firstDay - 1, firstWhole), lastDay: endDay }
  const counts = await readScattered(deps, (db) => countByDay(db, filter, asked))
  const sums = new Map(counts.map(({ day, requests }) => [day, requests]))
  /** Of a day that a time cuts the shorter side is counted; nothing has begun later than now. */
  const cut = async (span: Span): Promise<Part> => {
    const start = dayOf(span.from) * DAY_MS
    const end = start + DAY_MS
    const other =
      span.from === start ? { from: span.before, before: end } : { from: start, before: span.from }
    const length = (side: Span) => Math.min(side.before, Math.max(now(), side.from)) - side.from
    const isWhole = span.from < span.before && dayOf(start) >= firstWhole && span.before <= end
    if (!isWhole || length(span) <= length(other)) return { ...span, requests: await count(span) }
    return { ...span, requests: Math.max(0, (sums.get(dayOf(start)) ?? 0) - (await count(other))) }
  }
  const days = [...sums]
    .filter(([day, requests]) => requests > 0 && day >= firstDay && day < endDay)
    .sort(([a], [b]) => b - a)
    .map(([day, requests]) => ({ from: day * DAY_MS, before: (day + 1) * DAY_MS, requests }))
  return [
    await cut({ from: endDay * DAY_MS, before }),
    ...days,
    await cut({ from, before: firstDay * DAY_MS }),
  ]
}

/** The rows that lie so many places from the newest of a span; sought from its nearer end. */
async function rowsAt(db: Db, filter: UsageFilter, way: Way, part: Part, skip: number, size: number) {
  const { from, before, requests } = part
  const due = Math.min(size, requests - skip)
  if (due <= 0 || way.legs.length === 0) return []
  const after = requests - skip - due
  const newest = skip <= after
  const times = await timesAt(
    db,
    filter,
    way,
    { from, before },
    { skip: newest ? skip : after, size: due, newest },
  )
  if (times.length === 0) return []
  const last = Math.max(...times)
  const first = Math.min(...times)
  const ties = await countEntries(db, filter, way, { from: last, before: last + 1 })
  const tiesHere = times.filter((time) => time === last).length
  // Those that began with the newest row of the page, and stand before it.
  const over =
    ties === tiesHere
      ? 0
      : first < last
        ? ties - tiesHere
        : skip - (await countEntries(db, filter, way, { from: last + 1, before }))
  const range = { from: first, before: { at: last + 1, id: '' } }
  return (await rowsOf(db, filter, way.legs, range, over + due)).slice(over)
}
