import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { CodeSample } from '../parts/code-sample.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { receiverSamples } from './receiver-samples.ts'

/** A signing secret, this once, and what a receiver does with it. */
export function NewSecret(props: {
  title: string
  /** Null when the answer that had it was lost. */
  secret: string | null
  onClose: () => void
  children?: ReactNode
}) {
  return (
    <Dialog opened onClose={props.onClose} title={props.title} size="lg" held>
      <Stack>
        {props.children}
        {props.secret ? <Shown secret={props.secret} /> : <ErrorNote error={LOST} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

const LOST = new Error('It was made, but its secret was lost on the way. Rotate the secret to get another.')

function Shown({ secret }: { secret: string }) {
  return (
    <>
      <SecretOnce secret={secret} what="secret" />
      <div>
        <Text size="sm" fw={600} mb={4}>
          Check each delivery with it
        </Text>
        <CodeSample samples={receiverSamples(secret)} />
      </div>
    </>
  )
}
