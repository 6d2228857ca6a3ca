import type { Deps } from '../deps.ts'
import type { Store } from '../storage/store.ts'

/** Long looks at once; on SQLite each has a thread and a connection of its own. */
const AT_ONCE = 2

const running = new WeakMap<Store, { count: number; readonly waiting: (() => void)[] }>()

/** Reads beside the requests instead of in their way, a few at a time. */
export async function longRead<T>(store: Store, work: (db: Deps['db']) => Promise<T>): Promise<T> {
  const state = running.get(store) ?? { count: 0, waiting: [] }
  running.set(store, state)
  if (state.count >= AT_ONCE) await new Promise<void>((go) => state.waiting.push(go))
  else state.count++
  try {
    return await store.snapshot(work)
  } finally {
    // The place goes on to the next one in the queue.
    const next = state.waiting.shift()
    if (next) next()
    else state.count--
  }
}
