import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ApiError } from '../api.ts'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'

/** After a sign-in that failed because the address is not verified: the way to another link. */
export function ResendVerification({ error, email }: { error: unknown; email: string }) {
  const send = useMutation({
    mutationFn: () => authAnswer(auth.sendVerificationEmail({ email, callbackURL: '/' })),
  })
  if (!(error instanceof ApiError && error.code === 'EMAIL_NOT_VERIFIED')) return null
  if (send.isSuccess) return <Text size="sm">A new link is on its way to {email}.</Text>
  return (
    <>
      <ErrorNote error={send.error} />
      <Button variant="default" onClick={() => send.mutate()} loading={send.isPending}>
        Send the link again
      </Button>
    </>
  )
}
