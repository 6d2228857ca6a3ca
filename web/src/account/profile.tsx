import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { auth, authAnswer } from '../auth-client.ts'
import { NoMailNote } from '../members/no-mail-note.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { useFields } from '../parts/use-fields.ts'
import { useMe } from '../session.ts'

export function Profile() {
  const { user } = useMe()
  return (
    <Section title="Profile">
      <NameForm name={user.name} />
      <AddressForm email={user.email} />
    </Section>
  )
}

function NameForm({ name }: { name: string }) {
  const queries = useQueryClient()
  const { values, field } = useFields({ name })
  const rename = useMutation({
    mutationFn: () => authAnswer(auth.updateUser({ name: values.name.trim() })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['me'] })
      saidSo('Your name is changed')
    },
  })
  return (
    <form onSubmit={onSubmit(() => rename.mutate())}>
      <Stack gap="xs">
        <Group align="flex-end">
          <TextInput
            label="Name"
            autoComplete="name"
            required
            withAsterisk={false}
            maxLength={200}
            flex="1 1 14rem"
            {...field('name')}
          />
          <Button type="submit" variant="default" loading={rename.isPending} disabled={values.name === name}>
            Save name
          </Button>
        </Group>
        <ErrorNote error={rename.error} />
      </Stack>
    </form>
  )
}

function AddressForm({ email }: { email: string }) {
  const { mail } = useMe().features
  const queries = useQueryClient()
  const { values, field } = useFields({ email })
  const move = useMutation({
    mutationFn: () => authAnswer(auth.changeEmail({ newEmail: values.email, callbackURL: '/account' })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['me'] }),
  })
  return (
    <form onSubmit={onSubmit(() => move.mutate())}>
      <Stack gap="xs">
        <Group align="flex-end">
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="email"
            required
            withAsterisk={false}
            flex="1 1 14rem"
            {...field('email')}
          />
          <Button type="submit" variant="default" loading={move.isPending} disabled={values.email === email}>
            Change address
          </Button>
        </Group>
        {move.isSuccess && values.email !== email && (
          <>
            <Text size="sm">
              {mail
                ? `A link to confirm the change is on its way: to ${email} if that was confirmed once, else to ${values.email}.`
                : 'A link to confirm the change is made.'}
            </Text>
            <NoMailNote />
          </>
        )}
        <ErrorNote error={move.error} />
      </Stack>
    </form>
  )
}
