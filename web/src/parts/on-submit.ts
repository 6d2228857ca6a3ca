import type { SyntheticEvent } from 'react'

const acting = new WeakSet<EventTarget>()

/**
 * Acts once for a form or a button, however often it is pressed before the screen has had time to show that it acts.
 * From then on the button itself is closed.
 */
export function once(act: () => void): (event: SyntheticEvent) => void {
  return ({ currentTarget }) => {
    if (acting.has(currentTarget)) return
    acting.add(currentTarget)
    setTimeout(() => acting.delete(currentTarget))
    act()
  }
}

/** Runs what a form is for, once, and keeps the browser from leaving the page. */
export function onSubmit(act: () => void): (event: SyntheticEvent) => void {
  return (event) => {
    event.preventDefault()
    once(act)(event)
  }
}
