import type { Store } from '../storage/store.ts'

/** @param isAsked whether a person waits for it, so that no rest of a destination counts any more */
type Wake = (destinations: readonly string[], isAsked: boolean) => void

const wakers = new WeakMap<Store, Wake>()

/** Lets the sender of this node look at once; without it, it looks every second. */
export function onDue(store: Store, wake: Wake): void {
  wakers.set(store, wake)
}

/** Says where something has become due. */
export function wakeSender(store: Store, destinations: readonly string[], isAsked = false): void {
  wakers.get(store)?.(destinations, isAsked)
}
