import { Button, type ButtonProps, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './error-note.tsx'

interface Confirmation {
  readonly title: string
  /** What will happen, and whether it can be undone. */
  readonly children: ReactNode
  /** The verb: "Revoke", "Remove". */
  readonly confirm: string
  readonly onConfirm: () => Promise<unknown>
}

/** A button for what is hard to undo: it asks first, and stays open with the reason when it failed. */
export function ConfirmButton({
  label,
  title,
  children,
  confirm,
  onConfirm,
  ...button
}: Confirmation & ButtonProps & { label: ReactNode }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <Button variant="default" color="red" {...button} onClick={open}>
        {label}
      </Button>
      <ConfirmDialog opened={opened} onClose={close} title={title} confirm={confirm} onConfirm={onConfirm}>
        {children}
      </ConfirmDialog>
    </>
  )
}

/** The same without its button, for a menu's item. */
export function ConfirmDialog(props: Confirmation & { opened: boolean; onClose: () => void }) {
  const { opened, onClose, title, children, confirm, onConfirm } = props
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
            Cancel
          </Button>
          <Button color="red.8" onClick={() => action.mutate()} loading={action.isPending} data-autofocus>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
