import type { Deps } from '../deps.ts'
import { DAY_MS } from '../lib/window.ts'
import { type ActivePair, findPairs, findPairsOfDay } from './explore.store.ts'
import { type EventFilter, LEGS_MOST, type Leg, legs, type Place } from './legs.store.ts'
import { dayOf } from './usage-event.ts'

/** A span of time, and the legs on which all requests of the filter lie in it. */
export interface Stretch {
  /** Milliseconds. */
  readonly from: number
  readonly legs: readonly Leg[]
  /** Nearly every entry of the legs is of the filter. */
  readonly isExact: boolean
  /** There is nothing before it. */
  readonly isLast: boolean
}

/** The next stretch before a place; undefined when there is none. */
type Guide = (before: Place, wanted: number) => Promise<Stretch | undefined>

/** A day with more of them has so many requests of the filter that time is the shorter way. */
const CROWD = 96
const PAIRS_MOST = 1024
/** Whatever was not completed; see `usage_events_ended`. */
const ENDED = ['failed', 'aborted', 'incomplete'] as const

/** Which indexes to walk for a filter, and where. */
export function guideOf(db: Deps['db'], filter: EventFilter, from: number): Guide {
  const { organizationId, userId, keyId, model, projectId, endUser, outcome, status } = filter
  const isWhole = [userId, keyId, model, projectId, endUser, outcome, status].every((is) => is === undefined)
  const always = (list: readonly Leg[], isExact: boolean): Guide => {
    return async () => ({ from, legs: list, isExact, isLast: true })
  }
  if (endUser !== undefined) return always([legs.endUser(organizationId, endUser, userId)], false)
  if (keyId !== undefined) return always([legs.key(keyId)], false)
  if (projectId !== undefined) return always([legs.project(projectId, userId)], false)
  if (endedOf(filter).length > 0 && (model === undefined || userId !== undefined))
    return always(endedLegs(filter), false)
  if (userId !== undefined && model !== undefined) return always([legs.person(userId, model)], false)
  if (userId !== undefined || model !== undefined) return new Days(db, filter, from).next
  return always([legs.time(organizationId)], isWhole)
}

/** Which outcomes the filter may match, when `completed` is not among them. */
function endedOf({ outcome, status }: EventFilter): readonly (typeof ENDED)[number][] {
  if (outcome === 'completed') return []
  if (outcome !== undefined) return [outcome]
  return status === undefined || status === 200 ? [] : ENDED
}

function endedLegs(filter: EventFilter): Leg[] {
  const { organizationId, userId, status } = filter
  return endedOf(filter).map((outcome) =>
    userId === undefined
      ? legs.ended(organizationId, outcome, status)
      : legs.endedOfPerson(userId, outcome, status),
  )
}

/** Stretches of days by the sums that tell which models a person, or which persons a model, had on which day. */
class Days {
  readonly #db: Deps['db']
  readonly #filter: EventFilter
  readonly #from: number
  #pairs = CROWD

  constructor(db: Deps['db'], filter: EventFilter, from: number) {
    this.#db = db
    this.#filter = filter
    this.#from = from
  }

  readonly next: Guide = async (before, wanted) => {
    const lastDay = dayOf(before.id === '' ? before.at - 1 : before.at)
    const pairs = await findPairs(
      this.#db,
      this.#filter,
      { firstDay: dayOf(this.#from), lastDay },
      this.#pairs,
    )
    const first = pairs[0]
    if (first === undefined) return undefined
    const isAll = pairs.length < this.#pairs
    const oldest = (pairs.at(-1) as ActivePair).day
    if (!isAll && oldest === first.day) return this.#crowded(first.day)
    const whole = isAll ? pairs : pairs.filter(({ day }) => day > oldest)
    const taken = newestDays(whole, Math.min(wanted * (this.#pairs / CROWD), PAIRS_MOST))
    // Days of which the rows were removed have sums; the further back, the more of them at once.
    this.#pairs = Math.min(this.#pairs * 2, PAIRS_MOST)
    return {
      ...this.#since((taken.at(-1) as ActivePair).day),
      legs: this.#legsOf(taken),
      isExact: this.#filter.outcome === undefined && this.#filter.status === undefined,
      isLast: isAll && taken.length === whole.length,
    }
  }

  /** One day of very many persons or models. */
  async #crowded(day: number): Promise<Stretch> {
    const since = { ...this.#since(day), isLast: false }
    if (this.#filter.userId !== undefined) {
      const pairs = await findPairsOfDay(this.#db, this.#filter, day)
      if (pairs.length <= LEGS_MOST) return { ...since, legs: this.#legsOf(pairs), isExact: true }
    }
    const ended = endedLegs(this.#filter)
    const list = ended.length > 0 ? ended : [legs.time(this.#filter.organizationId)]
    return { ...since, legs: list, isExact: false }
  }

  #since(day: number): { from: number } {
    return { from: Math.max(this.#from, day * DAY_MS) }
  }

  #legsOf(pairs: readonly ActivePair[]): Leg[] {
    const { userId, model } = this.#filter
    return [...new Set(pairs.map(({ subject }) => subject))].map((subject) =>
      legs.person(userId ?? subject, model ?? subject),
    )
  }
}

/** Whole days, newest first, until there are enough pairs, each of which has at least one request; or too many legs. */
function newestDays(pairs: readonly ActivePair[], enough: number): ActivePair[] {
  const taken: ActivePair[] = []
  const subjects = new Set<string>()
  for (const pair of pairs) {
    const isNewDay = pair.day !== taken.at(-1)?.day
    if (isNewDay && taken.length > 0 && (taken.length >= enough || subjects.size > CROWD / 2)) break
    taken.push(pair)
    subjects.add(pair.subject)
  }
  return taken
}
