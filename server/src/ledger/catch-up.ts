import { type Deps, inTime } from '../deps.ts'
import { AppError } from '../errors.ts'
import { LruMap } from '../lib/lru.ts'
import type { Limits } from '../limits/limits-of-key.ts'
import { type Quota, readCounter, UNITS } from '../limits/quota.ts'
import type { Store } from '../storage/store.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { countersOf } from './counters-of-request.ts'
import type { Hold } from './entry.ts'
import { catchUpCounters } from './open-counters.ts'
import { countsUse } from './uncounted.ts'

/** Beyond so many, a counter whose list of quotas is made anew is only looked at once more. */
const COUNTERS_KEPT = 50_000

/** When this process looked whether a counter counts all that was used. */
interface Look {
  /** As of which change of limits it was done: for those that have not changed since, none need look again. */
  changed: number
  /** When it was done for these first, in milliseconds; endless while it is under way. */
  since: number
  /** A request without the counter, which had begun before, has ended since. */
  isStale: boolean
}

interface Looks {
  readonly counters: LruMap<string, Look>
  readonly underWay: WeakMap<readonly Quota[], Promise<void>>
  /** Rises when one of them turns stale. */
  generation: number
  newest: number
  busy: number
}

const LOOKS = new WeakMap<Store, Looks>()

/** Lists whose counters are up to date, as of a generation: a list is made anew after every change of its limits. */
const DONE = new WeakMap<readonly Quota[], number>()

/**
 * Before the first request under a list of quotas that is new or has changed: what was used while one of them did not
 * apply counts. Undefined, at once, for every request after it.
 *
 * @param limits from which the list was made
 * @throws AppError `store_unavailable`
 */
export function catchUp(deps: Deps, limits: Limits, quotas: readonly Quota[]): Promise<void> | undefined {
  const looks = looksOf(deps.store)
  if (DONE.get(quotas) === looks.generation) return undefined
  const underWay = looks.underWay.get(quotas)
  if (underWay) return inTime(underWay)
  const counters = quotas.map(({ counter }) => counter)
  // From the others nothing can be missing, and they need not be remembered.
  const counting = counters.filter((counter) => countsUse(readCounter(counter)))
  const due = counting.filter((counter) => isDue(looks, counter, limits.changed))
  if (due.length === 0) {
    DONE.set(quotas, looks.generation)
    return undefined
  }
  const { generation } = looks
  const work = look(deps, looks, due, limits.changed, counters).then(() => {
    DONE.set(quotas, generation)
  })
  looks.underWay.set(quotas, work)
  const forget = () => looks.underWay.delete(quotas)
  work.then(forget, forget)
  return inTime(work)
}

/**
 * A request has its row. If it held nothing on a counter that was looked at while it ran, that must be looked at once
 * more: its limit came while the request was under way.
 */
export function noteEnded({ store }: Pick<Deps, 'store'>, event: UsageEvent, hold: Hold | undefined): void {
  const looks = LOOKS.get(store)
  if (!looks || (looks.busy === 0 && looks.newest < event.started_at)) return
  for (const id of UNITS.flatMap((unit) => countersOf(event, unit))) {
    const look = looks.counters.get(id)
    if (!look || look.isStale || look.since < event.started_at) continue
    if (hold?.parts.some(({ counter }) => counter === id)) continue
    look.isStale = true
    looks.generation++
  }
}

function isDue({ counters }: Looks, counter: string, changed: number): boolean {
  const look = counters.get(counter)
  return !look || look.isStale || look.changed < changed || look.since === Number.POSITIVE_INFINITY
}

async function look(
  deps: Deps,
  looks: Looks,
  due: readonly string[],
  changed: number,
  counters: readonly string[],
): Promise<void> {
  const mine = due.map((counter) => {
    const known = looks.counters.get(counter)
    // Who ran when these limits were first met may be missing; who began after that began under them.
    const isAgain = known !== undefined && known.changed >= changed
    const look = isAgain ? known : { changed, since: Number.POSITIVE_INFINITY, isStale: false }
    look.isStale = false
    looks.counters.set(counter, look)
    return look
  })
  looks.busy++
  try {
    await catchUpCounters(deps, counters)
    const now = deps.now()
    looks.newest = Math.max(looks.newest, now)
    for (const each of mine) each.since = Math.min(each.since, now)
  } catch (cause) {
    for (const each of mine) each.isStale = true
    throw new AppError('store_unavailable', { cause })
  } finally {
    looks.busy--
  }
}

function looksOf(store: Store): Looks {
  const known = LOOKS.get(store)
  if (known) return known
  const counters = new LruMap<string, Look>(COUNTERS_KEPT)
  const made = { counters, underWay: new WeakMap(), generation: 0, newest: 0, busy: 0 }
  LOOKS.set(store, made)
  return made
}
