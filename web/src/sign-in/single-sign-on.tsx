import { Button, Stack } from '@mantine/core'
import { IconLogin2 } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { pathOf } from './config.ts'

/** A button for each provider; it leaves this page for the provider's. */
export function SingleSignOn({
  providers,
  next,
}: {
  providers: readonly { id: string; name: string }[]
  next?: string | undefined
}) {
  const start = useMutation({
    mutationFn: (provider: string) =>
      authAnswer(auth.signIn.social({ provider, callbackURL: pathOf(next), errorCallbackURL: '/sign-in' })),
  })
  if (providers.length === 0) return null
  return (
    <Stack gap="xs">
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          variant="default"
          leftSection={<IconLogin2 size={17} />}
          onClick={() => start.mutate(id)}
          loading={start.isPending && start.variables === id}
          fullWidth
        >
          Continue with {name}
        </Button>
      ))}
      <ErrorNote error={start.error} />
    </Stack>
  )
}
