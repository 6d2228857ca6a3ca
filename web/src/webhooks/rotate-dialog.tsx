import { Select, Text } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../parts/form-dialog.tsx'
import { NewSecret } from './new-secret.tsx'

const OVERLAPS = [
  { value: '0', label: 'Not at all: it became known' },
  { value: '1', label: 'For an hour' },
  { value: '24', label: 'For a day' },
  { value: '168', label: 'For a week' },
]

/** Makes another secret, beside which the one before signs for a while. */
export function RotateDialog(props: {
  rotate: Pick<
    UseMutationResult<{ secret: string | null }, Error, number>,
    'data' | 'isPending' | 'error'
  > & {
    mutate: (hours: number) => void
  }
  onClose: () => void
}) {
  const { rotate, onClose } = props
  const [hours, setHours] = useState('24')
  if (rotate.data) {
    return (
      <NewSecret title="The new secret" secret={rotate.data.secret} onClose={onClose}>
        <Text size="sm">
          Give it to the receiver now. Until the old one ends, each delivery carries a signature of both.
        </Text>
      </NewSecret>
    )
  }
  return (
    <FormDialog
      title="Rotate the secret?"
      opened
      onClose={onClose}
      onSubmit={() => rotate.mutate(Number(hours))}
      submit="Rotate"
      busy={rotate.isPending}
      error={rotate.error}
    >
      <Text size="sm">
        A new secret is shown once. The old one signs beside it for a while, so that no delivery is refused
        while you change the receiver. Receivers that read the X- signature headers need the new one at once.
      </Text>
      <Select
        label="The old secret goes on signing"
        data={OVERLAPS}
        allowDeselect={false}
        value={hours}
        onChange={(value) => setHours(value ?? '24')}
      />
    </FormDialog>
  )
}
