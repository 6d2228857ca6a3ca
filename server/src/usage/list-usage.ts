import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { findEventsById } from './explore.store.ts'
import { countByDay, countRows, findIds, firstWholeDay, type Range } from './list-usage.store.ts'
import type { UsageFilter } from './usage.store.ts'

/** Beyond every time that a request can have; milliseconds and UTC days. */
const END_MS = 8_640_000_000_000_000
const END_DAY = END_MS / DAY_MS

/** A span of time, newest first among its like, and how many requests of the filter it has. */
interface Part extends Range {
  readonly requests: number
}

/**
 * A page of usage rows, newest first, and how many there are in all. Days that were not asked for are counted by their
 * sums and skipped, so that a page takes no longer the deeper it lies.
 *
 * @param page `number` from 1
 */
export async function listUsage(
  { db }: Pick<Deps, 'db'>,
  filter: UsageFilter,
  page: { readonly number: number; readonly size: number },
) {
  // No row has an empty one; in the sums it stands for none.
  if (filter.endUser === '' || filter.projectId === '') return { items: [], total: 0 }
  const parts = await partsOf(db, filter)
  const total = parts.reduce((sum, { requests }) => sum + requests, 0)
  let skip = (page.number - 1) * page.size
  let first = 0
  for (; first < parts.length && skip >= (parts[first] as Part).requests; first++)
    skip -= (parts[first] as Part).requests
  let last = first
  for (let found = -skip; last < parts.length && found < page.size; last++)
    found += (parts[last] as Part).requests
  if (first === last) return { items: [], total }
  const range = { from: (parts[last - 1] as Part).from, before: (parts[first] as Part).before }
  return { items: await findEventsById(db, await findIds(db, filter, range, page.size, skip)), total }
}

/** All that the filter matches, newest first: whole days by their sums; what a time cuts, or lost rows, by its rows. */
async function partsOf(db: Deps['db'], filter: UsageFilter): Promise<Part[]> {
  const from = filter.from ?? 0
  const before = filter.to ?? END_MS
  const firstDay = Math.max(Math.ceil(from / DAY_MS), await firstWholeDay(db))
  const endDay = Math.min(Math.floor(before / DAY_MS), END_DAY)
  const counted = async (range: Range): Promise<Part> => ({
    ...range,
    requests: range.from < range.before ? await countRows(db, filter, range) : 0,
  })
  if (firstDay >= endDay) return [await counted({ from, before })]
  const whole = await countByDay(db, filter, { firstDay, lastDay: endDay - 1 })
  const days = whole
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.day - a.day)
    .map(({ day, requests }) => ({ from: day * DAY_MS, before: (day + 1) * DAY_MS, requests }))
  return [
    await counted({ from: endDay * DAY_MS, before }),
    ...days,
    await counted({ from, before: firstDay * DAY_MS }),
  ]
}
