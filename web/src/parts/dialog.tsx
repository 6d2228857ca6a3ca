import { Modal, type ModalProps } from '@mantine/core'
import { useEffect, useState } from 'react'

/** What was pressed last. A dialog that is mounted open comes too late to see where the focus was. */
let pressed: HTMLElement | null = null
/** What opened the dialog of now, the nearest first. */
let openers: readonly HTMLElement[] = []

document.addEventListener(
  'click',
  ({ target }) => {
    const item = target instanceof Element ? target.closest<HTMLElement>('button, a, [role=menuitem]') : null
    // The items of a menu go with it; its button stays.
    const menu = item?.closest('[role=menu]')
    pressed = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : item
  },
  true,
)

function takeOpeners(): readonly HTMLElement[] {
  if (pressed) openers = pressed.closest('[role=dialog]') ? [pressed, ...openers].slice(0, 4) : [pressed]
  return openers
}

/**
 * The frame of every dialog. When it is closed the focus goes back to what opened it, or else to the screen.
 *
 * @param held closes by its buttons alone: it shows what cannot be shown again
 * @param busy does not close: what it asked for is on its way
 */
export function Dialog({
  held = false,
  busy = false,
  ...props
}: ModalProps & { held?: boolean; busy?: boolean }) {
  useReturnOfFocus(props.opened)
  return (
    <Modal
      {...props}
      onClose={busy ? () => {} : props.onClose}
      returnFocus={false}
      closeOnEscape={!held}
      closeOnClickOutside={!held}
    />
  )
}

function useReturnOfFocus(opened: boolean): void {
  const [from, setFrom] = useState<readonly HTMLElement[] | undefined>(() =>
    opened ? takeOpeners() : undefined,
  )
  if (opened !== (from !== undefined)) setFrom(opened ? takeOpeners() : undefined)
  useEffect(() => {
    if (!opened) return
    return () => {
      const back = from?.find((opener) => opener.isConnected) ?? document.getElementById('content')
      back?.focus({ preventScroll: true })
    }
  }, [opened, from])
}
