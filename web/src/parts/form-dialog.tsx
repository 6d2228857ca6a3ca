import { Button, Group, type ModalProps, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { ApiError } from '../api.ts'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './error-note.tsx'
import { onSubmit } from './on-submit.ts'

/** A dialog with a form. It shows what failed, unless a field of `fields` shows it already. */
export function FormDialog(props: {
  title: string
  opened: boolean
  onClose: () => void
  onSubmit: () => void
  /** The verb on the button: "Create key". */
  submit: string
  busy: boolean
  error: unknown
  fields?: object
  size?: ModalProps['size']
  children: ReactNode
}) {
  const { error, fields = {} } = props
  const isShown = error instanceof ApiError && error.param !== undefined && error.param in fields
  return (
    <Dialog
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      size={props.size}
      busy={props.busy}
    >
      <form onSubmit={onSubmit(props.onSubmit)} noValidate={false}>
        <Stack>
          {props.children}
          {!isShown && <ErrorNote error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose} disabled={props.busy}>
              Cancel
            </Button>
            <Button type="submit" loading={props.busy}>
              {props.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
