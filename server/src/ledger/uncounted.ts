import type { Deps } from '../deps.ts'
import { DAY_MS, windowStart } from '../lib/window.ts'
import { type CounterName, readCounter } from '../limits/quota.ts'
import type { CounterTable } from '../storage/tables.ts'
import { movedBy, refundedSince, usedSince, usedWithout } from './used.store.ts'

/** Of a subject with more requests in the window, those that its counter of requests or tokens missed stay uncounted. */
const ROWS_MOST = 20_000n

type Reading = Pick<Deps, 'db' | 'now' | 'store'>

/**
 * Whether a counter counts what its subject used, and not only what was held on it: not one per minute, of requests in
 * flight, or of a balance, which pays only for what was counted against it.
 */
export function countsUse({ balance, period, unit }: CounterName): boolean {
  return !balance && period !== 'minute' && unit !== 'in_flight'
}

/** What a counter that is not there yet has to start at in the current window, in its unit. */
export async function usedBefore({ db, now }: Pick<Deps, 'db' | 'now'>, id: string): Promise<bigint> {
  const name = readCounter(id)
  if (!countsUse(name)) return 0n
  const start = windowStart(name.period, now())
  const used = await usedSince(db, name, start / DAY_MS)
  if (used === 0n || name.unit !== 'credits') return used
  return notBelowZero(used - (await refundedSince(db, name, start)))
}

/**
 * What was used in the current window, less what was refunded of it, and does not stand on the counter: while its limit was
 * away, requests held nothing on it. Costs two sums where nothing is missing. Of tokens and requests, what a request was
 * charged differs from what its row says, so there it is the rows of requests without the counter that count, unless they
 * are too many.
 *
 * @param row as stored
 */
export async function uncounted({ db, now, store }: Reading, row: CounterTable): Promise<bigint> {
  const { id } = row
  const name = readCounter(id)
  const { unit } = name
  const start = windowStart(name.period, now())
  // A clock that went back does not open an old window again.
  if (!countsUse(name) || unit === 'in_flight' || row.window_start > start) return 0n
  const spent = row.window_start === start ? row.spent_amount : 0n
  const missing = (await usedSince(db, name, start / DAY_MS)) - spent
  if (missing <= 0n) return 0n
  if (unit !== 'credits') {
    // A request waits while they are read.
    if ((await usedSince(db, { ...name, unit: 'requests' }, start / DAY_MS)) > ROWS_MOST) return 0n
    const without = await usedWithout(db, store.kind, id, { ...name, unit }, start)
    return notBelowZero(without - (await movedBy(db, 'opening', id, start)))
  }
  // Refunds lower a counter, so this is below zero.
  if (missing + (await movedBy(db, 'refund', id, start)) <= 0n) return 0n
  return notBelowZero(missing - (await refundedSince(db, name, start)))
}

/** What a counter of credits has beyond what was used in its window and not refunded; nano-credits. */
export async function overcounted({ db, now }: Pick<Deps, 'db' | 'now'>, row: CounterTable): Promise<bigint> {
  const name = readCounter(row.id)
  const start = windowStart(name.period, now())
  if (!countsUse(name) || row.window_start !== start) return 0n
  const used = await usedSince(db, name, start / DAY_MS)
  return notBelowZero(row.spent_amount - (used - (await refundedSince(db, name, start))))
}

function notBelowZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n
}
