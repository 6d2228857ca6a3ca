import { Button, Code, Skeleton, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { ErrorNote } from '../parts/error-note.tsx'
import { Section } from '../parts/section.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { NewSecret } from './new-secret.tsx'
import { RotateDialog } from './rotate-dialog.tsx'
import { type OwnSecret, useOwnSecret, useRotateOwnSecret } from './webhook-api.ts'

/** The secret for addresses that tasks name for themselves: they have no endpoint here that could have one. */
export function OwnSecretSection() {
  const secret = useOwnSecret()
  return (
    <Section
      title="Secret for addresses that tasks name"
      description={
        <>
          A request to /v1/generate may carry a <Code>webhook_url</Code> of its own. What is sent there is
          signed with this secret of yours.
        </>
      }
    >
      <ErrorNote error={secret.error} onRetry={() => void secret.refetch()} />
      {secret.isPending && <Skeleton height={36} width={220} />}
      {secret.data && <Secret secret={secret.data} />}
    </Section>
  )
}

function Secret({ secret: { secret_created_at, former_secret_until } }: { secret: OwnSecret }) {
  const made = secret_created_at !== null
  const [rotating, setRotating] = useState(false)
  const [shown, setShown] = useState<string>()
  const rotate = useRotateOwnSecret()
  const make = () => rotate.mutate(0, { onSuccess: ({ secret }) => setShown(secret ?? undefined) })
  return (
    <>
      <Text size="sm">
        {made
          ? 'A secret is in use.'
          : 'There is none yet: such addresses are told nothing that they could check.'}
        {former_secret_until && (
          <>
            {' '}
            The old one, which signs beside it, ends <TimeAgo at={former_secret_until} />.
          </>
        )}
      </Text>
      <ErrorNote error={rotating ? null : rotate.error} />
      <div>
        <Button
          variant={made ? 'default' : 'filled'}
          leftSection={<IconKey size={16} />}
          loading={rotate.isPending && !rotating}
          onClick={made ? () => setRotating(true) : make}
        >
          {made ? 'Rotate the secret' : 'Make a secret'}
        </Button>
      </div>
      {shown && <NewSecret title="Your secret" secret={shown} onClose={() => setShown(undefined)} />}
      {rotating && <Rotation formerUntil={former_secret_until} onClose={() => setRotating(false)} />}
    </>
  )
}

/** Mounted while it is open, so that nothing of the last secret stays. */
function Rotation(props: { formerUntil: string | null; onClose: () => void }) {
  return <RotateDialog rotate={useRotateOwnSecret()} {...props} />
}
