import { Button, Stack } from '@mantine/core'
import { IconLogin2 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { pathOf } from './config.ts'

/** How long a provider's page may take to come. A second way begun meanwhile would make the first one invalid. */
const LEAVING_MS = 5000

/** A button for each provider; it leaves this page for the provider's. */
export function SingleSignOn({
  providers,
  next,
}: {
  providers: readonly { id: string; name: string }[]
  next?: string | undefined
}) {
  const leaving = useRef(false)
  const back = next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'
  const start = useMutation({
    mutationFn: (provider: string) =>
      authAnswer(auth.signIn.social({ provider, callbackURL: pathOf(next), errorCallbackURL: back })),
    onSettled: (_, error) => setTimeout(() => (leaving.current = false), error ? 0 : LEAVING_MS),
  })
  const leave = (provider: string) => {
    if (leaving.current) return
    leaving.current = true
    start.mutate(provider)
  }
  if (providers.length === 0) return null
  return (
    <Stack gap="xs">
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          variant="default"
          leftSection={<IconLogin2 size={17} />}
          onClick={() => leave(id)}
          loading={start.isPending && start.variables === id}
          fullWidth
          // A name may be longer than a line.
          styles={{
            root: { height: 'auto', minHeight: 36, paddingBlock: 6 },
            label: { whiteSpace: 'normal' },
          }}
        >
          Continue with {name}
        </Button>
      ))}
      <ErrorNote error={start.error} />
    </Stack>
  )
}
