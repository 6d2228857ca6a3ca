import type { FormEvent } from 'react'

/** Runs what a form is for, and keeps the browser from leaving the page. */
export function onSubmit(act: () => void): (event: FormEvent) => void {
  return (event) => {
    event.preventDefault()
    act()
  }
}
