import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { useFilters } from '../parts/use-filters.ts'
import { Door } from './door.tsx'
import { NewPassword } from './new-password.tsx'

export function ResetPasswordScreen() {
  const [{ token }] = useFilters<'token' | 'error'>()
  const { values, field } = useFields({ password: '' })
  const reset = useMutation({
    mutationFn: () => authAnswer(auth.resetPassword({ newPassword: values.password, token: token ?? '' })),
  })
  if (!token) {
    return (
      <Door title="This link does not work">
        <Text size="sm">It is used up, too old, or was cut on its way.</Text>
        <Button component={Link} to="/forgot-password">
          Ask for another
        </Button>
      </Door>
    )
  }
  if (reset.isSuccess) {
    return (
      <Door title="Your password is changed" intro="All other sessions of yours were signed out.">
        <Button component={Link} to="/sign-in">
          Sign in
        </Button>
      </Door>
    )
  }
  return (
    <Door
      title="Choose a new password"
      foot={
        <Anchor component={Link} to="/sign-in">
          Back to the sign-in
        </Anchor>
      }
    >
      <form onSubmit={onSubmit(() => reset.mutate())}>
        <Stack>
          <NewPassword label="New password" autoFocus {...field('password')} />
          <ErrorNote error={reset.error} />
          <Button type="submit" loading={reset.isPending} fullWidth>
            Change password
          </Button>
        </Stack>
      </form>
    </Door>
  )
}
