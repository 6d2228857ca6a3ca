import { Button, type ButtonProps, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './error-note.tsx'
import { once } from './on-submit.ts'

interface Confirmation {
  readonly title: string
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode
  /** The verb: "Revoke", "Remove". */
  readonly confirm: string
  /** What leaves everything as it is, where "Cancel" could be taken for the deed. */
  readonly keep?: string
  readonly onConfirm: () => Promise<unknown>
}

/** A button for what is hard to undo: it asks first, and stays open with the reason when it failed. */
export function ConfirmButton({
  label,
  title,
  children,
  confirm,
  keep,
  onConfirm,
  ...button
}: Confirmation & ButtonProps & { label: ReactNode }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" color="red" {...button} onClick={open}>
        {label}
      </Button>
      <ConfirmDialog {...{ opened, title, confirm, onConfirm }} {...(keep && { keep })} onClose={close}>
        {children}
      </ConfirmDialog>
    </>
  )
}

/** The same without its button, for a menu's item. */
export function ConfirmDialog(props: Confirmation & { opened: boolean; onClose: () => void }) {
  const { opened, onClose, title, children, confirm, keep = 'Cancel', onConfirm } = props
  const action = useMutation({ mutationFn: onConfirm, onSuccess: onClose })
  const close = () => {
    action.reset()
    onClose()
  }
  return (
    <Dialog opened={opened} onClose={close} title={title} busy={action.isPending}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <ErrorNote error={action.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} disabled={action.isPending}>
            {keep}
          </Button>
          <Button
            color="red.8"
            onClick={once(() => action.mutate())}
            // Enter that is still held down from the menu is no answer.
            onKeyDown={(event) => event.repeat && event.preventDefault()}
            loading={action.isPending}
            data-autofocus
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
