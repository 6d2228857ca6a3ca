import { Anchor, Button, Checkbox, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../api.ts'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { useFields } from '../parts/use-fields.ts'
import { Door } from './door.tsx'

/** The end of this attempt. The library's own words speak of its cookie, and of codes that nobody sends. */
const OVER = new Set(['TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE', 'INVALID_TWO_FACTOR_COOKIE'])

/** The second step of a sign-in: a code of the app, or one of the backup codes. */
export function TwoFactorChallenge({ onDone, onBack }: { onDone: () => void; onBack: () => void }) {
  const [backup, setBackup] = useState(false)
  const { values, field, check, set } = useFields({ code: '', trust: false })
  const verify = useMutation({
    mutationFn: () => {
      const body = { code: values.code.replaceAll(' ', ''), trustDevice: values.trust }
      return authAnswer<unknown>(
        backup ? auth.twoFactor.verifyBackupCode(body) : auth.twoFactor.verifyTotp(body),
      )
    },
    onSuccess: onDone,
  })
  const switchKind = () => {
    verify.reset()
    set({ code: '' })
    setBackup(!backup)
  }
  if (verify.error instanceof ApiError && OVER.has(verify.error.code)) {
    return <Over onBack={onBack} />
  }
  return (
    <Door
      title="Two-factor authentication"
      intro={backup ? 'Each backup code works once.' : 'Open your authenticator app and type its six digits.'}
      foot={
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          Back to the sign-in
        </Anchor>
      }
    >
      <form onSubmit={onSubmit(() => verify.mutate())}>
        <Stack>
          <TextInput
            key={String(backup)}
            label={backup ? 'Backup code' : 'Code'}
            autoComplete="one-time-code"
            inputMode={backup ? 'text' : 'numeric'}
            required
            autoFocus
            {...field('code')}
          />
          <Checkbox label="Do not ask again on this device for 30 days" {...check('trust')} />
          <ErrorNote error={verify.error} />
          <Button type="submit" loading={verify.isPending} fullWidth>
            Continue
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={switchKind}>
            {backup ? 'Use the app instead' : 'Use a backup code'}
          </Anchor>
        </Stack>
      </form>
    </Door>
  )
}

function Over({ onBack }: { onBack: () => void }) {
  return (
    <Door title="Sign in again">
      <Text size="sm">There were too many wrong codes, or the sign-in began too long ago.</Text>
      <Button onClick={onBack}>Back to the sign-in</Button>
    </Door>
  )
}
