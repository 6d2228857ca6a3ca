import { Button, Stack } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { ErrorNote } from '../parts/error-note.tsx'
import { signInWithPasskey } from '../passkeys.ts'

/** The browser shows the passkeys that it has for this site; nobody types an address. */
export function PasskeyButton({ onDone }: { onDone: () => unknown }) {
  const signIn = useMutation({ mutationFn: signInWithPasskey, onSuccess: onDone })
  return (
    <Stack gap="xs">
      <Button
        variant="default"
        leftSection={<IconFingerprint size={17} />}
        onClick={() => signIn.mutate()}
        loading={signIn.isPending}
        fullWidth
      >
        Sign in with a passkey
      </Button>
      <ErrorNote error={signIn.error} />
    </Stack>
  )
}
