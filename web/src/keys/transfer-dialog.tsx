import { Text } from '@mantine/core'
import { useState } from 'react'
import { FormDialog } from '../parts/form-dialog.tsx'
import { MemberSelect } from '../parts/member-select.tsx'
import { saidSo } from '../parts/said-so.ts'
import { type ApiKey, useTransferKey } from './key-api.ts'

/** Gives a key to another member, so that it survives whoever made it. */
export function TransferDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const transfer = useTransferKey(apiKey.hash)
  const [user, setUser] = useState<string | null>(null)
  const send = () => {
    if (!user) return
    const onSuccess = () => {
      saidSo(`${apiKey.name} has another owner`)
      onClose()
    }
    transfer.mutate(user, { onSuccess })
  }
  return (
    <FormDialog
      title={`Transfer ${apiKey.name}`}
      opened
      onClose={onClose}
      onSubmit={send}
      submit="Transfer"
      busy={transfer.isPending}
      error={transfer.error}
    >
      <Text size="sm">
        It belongs to {apiKey.owner.name || apiKey.owner.email} now. The new owner's limits apply from the
        next request on; the secret stays the same.
      </Text>
      <MemberSelect
        label="New owner"
        placeholder="Choose a member"
        value={user}
        onChange={setUser}
        required
      />
    </FormDialog>
  )
}
