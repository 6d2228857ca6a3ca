import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { Door } from './door.tsx'

/** Verifies by a press of a button: programs that look into mail open links, and press nothing. */
export function VerifyEmailScreen() {
  const [{ token, error }] = useFilters<'token' | 'error'>()
  const verify = useMutation({
    mutationFn: () => authAnswer(auth.verifyEmail({ query: { token: token ?? '' } })),
  })
  if (error || (!token && !verify.isSuccess)) {
    return (
      <Door title="This link does not work">
        <Text size="sm">It is used up or too old. Sign in, and we offer to send another.</Text>
        <Button component={Link} to="/sign-in">
          Sign in
        </Button>
      </Door>
    )
  }
  if (verify.isSuccess) {
    return (
      <Door title="Your address is verified">
        <Button component={Link} to="/">
          Go on
        </Button>
      </Door>
    )
  }
  return (
    <Door title="Verify your e-mail address" intro="One press, and your account is open.">
      <ErrorNote error={verify.error} />
      <Button onClick={() => verify.mutate()} loading={verify.isPending}>
        Verify
      </Button>
    </Door>
  )
}
