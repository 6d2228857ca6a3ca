import { Anchor, Button, Loader, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { useFilters } from '../parts/use-filters.ts'
import { configQuery, pathOf } from './config.ts'
import { Door } from './door.tsx'
import { invitationQuery } from './invitation.ts'
import { NewPassword } from './new-password.tsx'
import { SingleSignOn } from './single-sign-on.tsx'
import { useArrival } from './use-arrival.ts'

/** An account with a password: for everybody where that is allowed, else for who holds an invitation's link. */
export function SignUpScreen() {
  const [{ next, invitation: ticket }] = useFilters<'next' | 'invitation'>()
  const config = useQuery(configQuery)
  const invitation = useQuery({ ...invitationQuery(ticket ?? ''), enabled: Boolean(ticket) })
  if (!config.data || (ticket && invitation.isPending)) {
    return (
      <Door title="Create an account">
        <Loader aria-label="Loading" />
      </Door>
    )
  }
  const { signUp, emailPassword, oidc, mail } = config.data
  const mayTry = emailPassword && (signUp === 'open' || (signUp === 'invitation' && invitation.data))
  return (
    <Door title="Create an account" foot={<SignInInstead next={next} />}>
      {ticket && <ErrorNote error={invitation.error} />}
      {mayTry ? (
        <SignUpForm email={invitation.data?.email} ticket={ticket} next={next} mail={mail} />
      ) : (
        <Text size="sm">
          {signUp === 'invitation'
            ? 'Accounts here are by invitation. Open the link of yours, or ask an administrator for one.'
            : 'Accounts are made by an administrator of this server, or come with your first sign-in.'}
        </Text>
      )}
      <SingleSignOn providers={oidc} next={next} />
    </Door>
  )
}

function SignInInstead({ next }: { next: string | undefined }) {
  return (
    <>
      You have an account?{' '}
      <Anchor component={Link} to="/sign-in" search={{ next } as never}>
        Sign in
      </Anchor>
    </>
  )
}

function SignUpForm(props: {
  email: string | undefined
  ticket: string | undefined
  next: string | undefined
  mail: boolean
}) {
  const { values, field } = useFields({ name: '', email: props.email ?? '', password: '' })
  const arrive = useArrival()
  const signUp = useMutation({
    mutationFn: () => {
      const body = { ...values, callbackURL: pathOf(props.next), invitation: props.ticket }
      return authAnswer(auth.signUp.email(body))
    },
    onSuccess: ({ token }) => token && arrive(props.next),
  })
  if (signUp.data && !signUp.data.token) {
    return (
      <Text size="sm">
        {props.mail
          ? `We sent a link to ${values.email}; it opens your account.`
          : 'Your account needs a link to open it. This server sends no mail: whoever runs it finds the link in its log and can pass it on.'}
      </Text>
    )
  }
  return (
    <form onSubmit={onSubmit(() => signUp.mutate())}>
      <Stack>
        <TextInput label="Name" autoComplete="name" required maxLength={200} autoFocus {...field('name')} />
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          readOnly={Boolean(props.email)}
          {...field('email')}
        />
        <NewPassword {...field('password')} />
        <ErrorNote error={signUp.error} />
        <Button type="submit" loading={signUp.isPending} fullWidth>
          Create account
        </Button>
      </Stack>
    </form>
  )
}
