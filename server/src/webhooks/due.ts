import type { Store } from '../storage/store.ts'

const wakers = new WeakMap<Store, () => void>()

/** Lets the sender of this node look at once; without it, it looks every second. */
export function onDue(store: Store, wake: () => void): void {
  wakers.set(store, wake)
}

export function wakeSender(store: Store): void {
  wakers.get(store)?.()
}
