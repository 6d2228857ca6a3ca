import { Button, Group, Menu, Skeleton, Stack, Text } from '@mantine/core'
import { IconEdit, IconFingerprint, IconTrash } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { NameDialog } from '../parts/name-dialog.tsx'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { addPasskey, listPasskeys, type Passkey, removePasskey, renamePasskey } from '../passkeys.ts'
import { deviceOf } from './device.ts'
import { isStale, SignInAgain } from './sign-in-again.tsx'

/** @param obstacle why none can be added on this page; those that are there can still be removed */
export function Passkeys({ obstacle }: { obstacle: string | undefined }) {
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [stale, setStale] = useState(false)
  const passkeys = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys })
  const refresh = () => queries.invalidateQueries({ queryKey: ['passkeys'] })
  const add = async (name: string) => {
    try {
      await addPasskey(name)
      await refresh()
      saidSo('The passkey is added')
    } catch (error) {
      if (!isStale(error)) throw error
      setStale(true)
    }
  }
  return (
    <Section
      title="Passkeys"
      description="Sign in by the fingerprint, the face or the PIN of a device, without a password or a code."
      actions={!obstacle && !stale && <Button onClick={() => setAdding(true)}>Add a passkey</Button>}
    >
      {obstacle && <Text size="sm">{obstacle}</Text>}
      {stale && <SignInAgain to="add a passkey" />}
      <ErrorNote error={passkeys.error} onRetry={() => void passkeys.refetch()} />
      {passkeys.isPending && <Skeleton height={48} />}
      {passkeys.data?.length === 0 && !obstacle && <None />}
      {passkeys.data && passkeys.data.length > 0 && (
        <Stack component="ul" gap="sm" p={0} m={0}>
          {passkeys.data.map((passkey) => (
            <One key={passkey.id} passkey={passkey} onChange={refresh} />
          ))}
        </Stack>
      )}
      {adding && (
        <NameDialog
          title="Add a passkey"
          submit="Continue"
          name={deviceOf(navigator.userAgent).name}
          description="By which you tell it from others here. The browser then asks where to keep it, and who you are."
          onSave={add}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  )
}

function None() {
  return (
    <Text size="sm" c="dimmed">
      You have none yet. A passkey stays on your device and works on this site alone: there is nothing to
      remember, and nothing that a false page could take from you. Your password goes on working.
    </Text>
  )
}

function One({ passkey, onChange }: { passkey: Passkey; onChange: () => unknown }) {
  const { name, createdAt, lastUsedAt } = passkey
  const [dialog, setDialog] = useState<Dialog>()
  return (
    <Group component="li" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <IconFingerprint size={22} stroke={1.5} style={{ flexShrink: 0 }} />
        <Stack gap={0} miw={0}>
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            added <TimeAgo at={createdAt} /> · last used <TimeAgo at={lastUsedAt} />
          </Text>
        </Stack>
      </Group>
      <RowMenu of={name}>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('rename')}>
          Rename
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={16} />} color="red" onClick={() => setDialog('remove')}>
          Remove
        </Menu.Item>
      </RowMenu>
      <Dialogs passkey={passkey} dialog={dialog} onChange={onChange} onClose={() => setDialog(undefined)} />
    </Group>
  )
}

type Dialog = 'rename' | 'remove'

function Dialogs(props: {
  passkey: Passkey
  dialog: Dialog | undefined
  onChange: () => unknown
  onClose: () => void
}) {
  const { passkey, dialog, onChange, onClose } = props
  const { id, name } = passkey
  return (
    <>
      {dialog === 'rename' && (
        <NameDialog
          title={`Rename ${name}`}
          submit="Rename"
          name={name}
          onSave={async (name) => {
            await renamePasskey(id, name)
            await onChange()
          }}
          onClose={onClose}
        />
      )}
      <ConfirmDialog
        opened={dialog === 'remove'}
        onClose={onClose}
        title={`Remove ${name}?`}
        confirm="Remove"
        onConfirm={async () => {
          await removePasskey(id)
          await onChange()
          saidSo('The passkey is removed')
        }}
      >
        It signs nobody in any more, from now on. Sessions that began with it go on. Delete it from the
        device, too, so that the browser does not offer it.
      </ConfirmDialog>
    </>
  )
}
