import { Alert, Anchor, Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { useFilters } from '../parts/use-filters.ts'
import { passkeyObstacle } from '../passkeys.ts'
import { configQuery } from './config.ts'
import { Door } from './door.tsx'
import { PasskeyButton } from './passkey-button.tsx'
import { ResendVerification } from './resend-verification.tsx'
import { SingleSignOn } from './single-sign-on.tsx'
import { TwoFactorChallenge } from './two-factor-challenge.tsx'
import { useArrival, useLeadOn } from './use-arrival.ts'

export function SignInScreen() {
  const [{ next, error }] = useFilters<'next' | 'error'>()
  const [challenged, setChallenged] = useState(false)
  const config = useQuery(configQuery)
  const arrive = useArrival()
  useLeadOn(next)
  if (challenged)
    return <TwoFactorChallenge onDone={() => arrive(next)} onBack={() => setChallenged(false)} />
  const { signUp, emailPassword = true, oidc = [], passkeys, setupNeeded } = config.data ?? {}
  const hasPasskeys = passkeys !== undefined && passkeyObstacle(passkeys) === undefined
  const foot = signUp === 'open' && (
    <>
      No account yet?{' '}
      <Anchor component={Link} to="/sign-up" search={{ next } as never}>
        Create one
      </Anchor>
    </>
  )
  return (
    <Door title="Sign in" foot={foot}>
      {setupNeeded && (
        <Alert variant="light" title="This server has no administrator yet">
          Open the one-time link that it wrote to its log at the start.
        </Alert>
      )}
      {error && <ErrorNote error={new Error(wordsFor(error))} />}
      {emailPassword && <PasswordForm onDone={() => arrive(next)} onChallenge={() => setChallenged(true)} />}
      {emailPassword && (hasPasskeys || oidc.length > 0) && <Divider label="or" />}
      {hasPasskeys && <PasskeyButton onDone={() => arrive(next)} />}
      <SingleSignOn providers={oidc} next={next} />
    </Door>
  )
}

function PasswordForm({ onDone, onChallenge }: { onDone: () => void; onChallenge: () => void }) {
  const { values, field } = useFields({ email: '', password: '' })
  const signIn = useMutation({
    mutationFn: () => authAnswer(auth.signIn.email(values)),
    onSuccess: (answer) =>
      'twoFactorRedirect' in answer && answer.twoFactorRedirect ? onChallenge() : onDone(),
  })
  return (
    <form onSubmit={onSubmit(() => signIn.mutate())}>
      <Stack>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          autoFocus
          {...field('email')}
        />
        <PasswordInput label="Password" autoComplete="current-password" required {...field('password')} />
        <ErrorNote error={signIn.error} />
        <ResendVerification error={signIn.error} email={values.email} />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          Sign in
        </Button>
        <Anchor component={Link} to="/forgot-password" size="sm" ta="center">
          Forgot your password?
        </Anchor>
      </Stack>
    </form>
  )
}

const LOST_WAY = 'That sign-in took too long, or was begun in another tab. Begin it again here.'

const WORDS: Record<string, string> = {
  signup_disabled: 'There is no account for you here yet. Ask an administrator for an invitation.',
  account_not_linked: 'An account with this e-mail address exists already. Sign in to it by its password.',
  access_denied: 'The provider refused, or the sign-in was cancelled.',
  invalid_token: 'This link is used up or too old.',
  state_mismatch: LOST_WAY,
  state_not_found: LOST_WAY,
  please_restart_the_process: LOST_WAY,
  email_not_found:
    'The provider does not tell your e-mail address, which an account here needs. Ask an administrator.',
  email_not_verified:
    'The provider has not verified your e-mail address yet. Verify it there, then sign in again.',
}

/** Providers come back with a code in the address. Anybody can write there, so only known codes become words. */
function wordsFor(code: string): string {
  return WORDS[code.toLowerCase()] ?? 'The sign-in did not succeed. Try again, or ask an administrator.'
}
