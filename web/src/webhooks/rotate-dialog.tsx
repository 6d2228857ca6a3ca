import { Select, Text } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import { useState } from 'react'
import { exactTime } from '../parts/figures.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { NewSecret } from './new-secret.tsx'

const OVERLAPS = [
  { value: '0', label: 'Not at all: it became known' },
  { value: '1', label: 'For an hour' },
  { value: '24', label: 'For a day' },
  { value: '168', label: 'For a week' },
]

const WORDS =
  'A new secret is shown once. The old one signs beside it for a while, so that no delivery is refused while you change the receiver. Receivers that read the X- signature headers need the new one at once.'

function wordsOfTwo(until: string): string {
  return `The secret before the present one still signs, until ${exactTime(until)}. Wait until then, or end both now: the receiver refuses deliveries until it has the new one, which is shown once.`
}

/** Makes another secret, beside which the one before signs for a while: one, and no more at a time. */
export function RotateDialog(props: {
  rotate: Pick<
    UseMutationResult<{ secret: string | null }, Error, number>,
    'data' | 'isPending' | 'error'
  > & {
    mutate: (hours: number) => void
  }
  /** Until when the secret before the present one still signs. */
  formerUntil: string | null
  onClose: () => void
}) {
  const { rotate, formerUntil, onClose } = props
  const isDouble = formerUntil !== null && Date.parse(formerUntil) > Date.now()
  const [hours, setHours] = useState(isDouble ? '0' : '24')
  if (rotate.data) {
    return (
      <NewSecret title="The new secret" secret={rotate.data.secret} onClose={onClose}>
        <Text size="sm">
          Give it to the receiver now.{' '}
          {hours === '0'
            ? 'Nothing else signs any more.'
            : 'Until the old one ends, each delivery carries a signature of both.'}
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
      <Text size="sm">{isDouble ? wordsOfTwo(formerUntil) : WORDS}</Text>
      <Select
        label="The old secret goes on signing"
        data={isDouble ? OVERLAPS.slice(0, 1) : OVERLAPS}
        allowDeselect={false}
        value={hours}
        onChange={(value) => setHours(value ?? '24')}
      />
    </FormDialog>
  )
}
