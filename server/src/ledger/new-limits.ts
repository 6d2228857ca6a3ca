import type { Deps } from '../deps.ts'
import { UNITS } from '../limits/quota.ts'
import type { Store } from '../storage/store.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { countersOf } from './counters-of-request.ts'
import type { Hold } from './entry.ts'
import { catchUpCounters } from './open-counters.ts'

interface Turns {
  readonly underWay: Map<string, Promise<void>>
  /** Those that have not begun yet: what ends before they do is counted by them. */
  readonly next: Map<string, Promise<void>>
}

const TURNS = new WeakMap<Store, Turns>()

/**
 * A request has its row, and its limits have changed since it began. The nodes that met the new ones looked at what was
 * used then, and do not hear of a request that ends here without a share of them: so it is counted here.
 *
 * @throws Error when the database cannot be asked
 */
export function countUnderNewLimits(deps: Deps, event: UsageEvent, hold: Hold | undefined): Promise<void> {
  const held = new Set(hold?.parts.map(({ counter }) => counter))
  const counters = UNITS.flatMap((unit) => countersOf(event, unit)).filter((counter) => !held.has(counter))
  const { underWay, next } = turnsOf(deps.store)
  const name = counters.join()
  const queued = next.get(name)
  if (queued) return queued
  const before = underWay.get(name) ?? Promise.resolve()
  const forget = () => {
    if (underWay.get(name) === turn) underWay.delete(name)
  }
  const begin = () => {
    next.delete(name)
    underWay.set(name, turn)
    return catchUpCounters(deps, counters)
  }
  const turn: Promise<void> = before.then(begin, begin)
  next.set(name, turn)
  turn.then(forget, forget)
  return turn
}

function turnsOf(store: Store): Turns {
  const known = TURNS.get(store)
  if (known) return known
  const made = { underWay: new Map(), next: new Map() }
  TURNS.set(store, made)
  return made
}
