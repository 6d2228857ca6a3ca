import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { configQuery } from './config.ts'
import { Door } from './door.tsx'

const IN_THE_LOG = 'This server sends no mail: whoever runs it finds the link in its log and can pass it on'

export function ForgotPasswordScreen() {
  const { values, field } = useFields({ email: '' })
  const { mail = true } = useQuery(configQuery).data ?? {}
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
      <Door title={mail ? 'Look into your mail' : 'Ask for the link'} foot={foot}>
        <Text size="sm">
          If there is an account for {values.email}, a link to choose a new password{' '}
          {mail ? 'is on its way' : `is made. ${IN_THE_LOG}`}. It works for an hour, once.
        </Text>
      </Door>
    )
  }
  return (
    <Door
      title="Forgot your password?"
      intro={
        mail ? 'We send you a link to choose a new one.' : `A link lets you choose a new one. ${IN_THE_LOG}.`
      }
      foot={foot}
    >
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
            {mail ? 'Send the link' : 'Make the link'}
          </Button>
        </Stack>
      </form>
    </Door>
  )
}
