import { ActionIcon, Menu } from '@mantine/core'
import {
  IconDots,
  IconEdit,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconUserShare,
} from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useIsManager } from '../session.ts'
import { EditKeyDialog } from './edit-key-dialog.tsx'
import { type ApiKey, useChangeKey, useRevokeKey } from './key-api.ts'
import { TransferDialog } from './transfer-dialog.tsx'

type Dialog = 'edit' | 'disable' | 'transfer' | 'revoke'

export function KeyMenu({ apiKey }: { apiKey: ApiKey }) {
  const [dialog, setDialog] = useState<Dialog>()
  const manager = useIsManager()
  const change = useChangeKey(apiKey.hash)
  const disabled = apiKey.state === 'disabled'
  const enable = () =>
    change.mutate({ disabled: false }, { onSuccess: () => saidSo(`${apiKey.name} works again`) })
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Actions of ${apiKey.name}`}
            loading={change.isPending}
          >
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('edit')}>
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={disabled ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            onClick={disabled ? enable : () => setDialog('disable')}
          >
            {disabled ? 'Enable' : 'Disable'}
          </Menu.Item>
          {manager && (
            <Menu.Item leftSection={<IconUserShare size={16} />} onClick={() => setDialog('transfer')}>
              Transfer
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            c="var(--mantine-color-error)"
            leftSection={<IconTrash size={16} />}
            onClick={() => setDialog('revoke')}
          >
            Revoke
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialogs apiKey={apiKey} dialog={dialog} onClose={() => setDialog(undefined)} />
    </>
  )
}

function Dialogs({
  apiKey,
  dialog,
  onClose,
}: {
  apiKey: ApiKey
  dialog: Dialog | undefined
  onClose: () => void
}) {
  const change = useChangeKey(apiKey.hash)
  const revoke = useRevokeKey(apiKey.hash)
  return (
    <>
      {dialog === 'edit' && <EditKeyDialog apiKey={apiKey} onClose={onClose} />}
      {dialog === 'transfer' && <TransferDialog apiKey={apiKey} onClose={onClose} />}
      <ConfirmDialog
        opened={dialog === 'disable'}
        onClose={onClose}
        title={`Disable ${apiKey.name}?`}
        confirm="Disable"
        onConfirm={() => change.mutateAsync({ disabled: true })}
      >
        Programs that use it are refused from their next request on, until you enable it again.
      </ConfirmDialog>
      <ConfirmDialog
        opened={dialog === 'revoke'}
        onClose={onClose}
        title={`Revoke ${apiKey.name}?`}
        confirm="Revoke"
        onConfirm={async () => {
          await revoke.mutateAsync(undefined)
          saidSo(`${apiKey.name} was revoked`)
        }}
      >
        Programs that use it are refused from their next request on. This cannot be undone; its usage and its
        entries in the audit log stay.
      </ConfirmDialog>
    </>
  )
}
