import { Menu } from '@mantine/core'
import { IconEdit, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'

/** Editing and deleting an entry that was made here: a plan, a provider, a model. */
export function EntryMenu(props: {
  /** As people call it: "the plan Free". */
  what: string
  /** What goes with it, and when it cannot be deleted. */
  warning: string
  onDelete: () => Promise<unknown>
  editing: (close: () => void) => ReactNode
}) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <RowMenu of={props.what}>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('edit')}>
          Edit
        </Menu.Item>
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} />}
          onClick={() => setDialog('delete')}
        >
          Delete
        </Menu.Item>
      </RowMenu>
      {dialog === 'edit' && props.editing(close)}
      <ConfirmDialog
        opened={dialog === 'delete'}
        onClose={close}
        title={`Delete ${props.what}?`}
        confirm="Delete"
        onConfirm={async () => {
          await props.onDelete()
          saidSo(`${props.what[0]?.toUpperCase()}${props.what.slice(1)} is deleted`)
        }}
      >
        {props.warning}
      </ConfirmDialog>
    </>
  )
}
