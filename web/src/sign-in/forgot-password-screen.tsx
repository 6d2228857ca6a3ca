import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { Door } from './door.tsx'

export function ForgotPasswordScreen() {
  const { values, field } = useFields({ email: '' })
  const ask = useMutation({
    mutationFn: () => authAnswer(auth.requestPasswordReset({ ...values, redirectTo: '/reset-password' })),
  })
  const foot = (
    <Anchor component={Link} to="/sign-in">
      Back to the sign-in
    </Anchor>
  )
  if (ask.isSuccess) {
    return (
      <Door title="Look into your mail" foot={foot}>
        <Text size="sm">
          If there is an account for {values.email}, a link to choose a new password is on its way. It works
          for an hour, once.
        </Text>
      </Door>
    )
  }
  return (
    <Door title="Forgot your password?" intro="We send you a link to choose a new one." foot={foot}>
      <form onSubmit={onSubmit(() => ask.mutate())}>
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            autoFocus
            {...field('email')}
          />
          <ErrorNote error={ask.error} />
          <Button type="submit" loading={ask.isPending} fullWidth>
            Send the link
          </Button>
        </Stack>
      </form>
    </Door>
  )
}
