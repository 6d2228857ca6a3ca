import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { auth, authAnswer } from '../auth-client.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { useFields } from '../parts/use-fields.ts'
import { NewPassword } from '../sign-in/new-password.tsx'

const EMPTY = { currentPassword: '', newPassword: '' }

export function Password() {
  const { values, field, set } = useFields(EMPTY)
  const change = useMutation({
    mutationFn: () => authAnswer(auth.changePassword({ ...values, revokeOtherSessions: true })),
    onSuccess: () => {
      set(EMPTY)
      saidSo('Your password is changed, and your other sessions are signed out')
    },
  })
  return (
    <Section title="Password" description="Changing it signs out all your other sessions.">
      <form onSubmit={onSubmit(() => change.mutate())}>
        <Stack>
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            {...field('currentPassword')}
          />
          <NewPassword label="New password" withAsterisk={false} {...field('newPassword')} />
          <ErrorNote error={change.error} />
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              Change password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}
