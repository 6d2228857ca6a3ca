import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { Dialog } from '../parts/dialog.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { SecretOnce } from '../parts/secret-once.tsx'
import { useFields } from '../parts/use-fields.ts'
import { useCreateUser } from './people-api.ts'
import { PlanSelect } from './plan-select.tsx'

/** Makes an account. The link by which its user sets a password goes by mail; without mail it is shown, this once. */
export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateUser()
  const { values, field } = useFields<{ name: string; email: string; plan: string | null }>(
    { name: '', email: '', plan: null },
    create.error,
  )
  const send = () => {
    const onSuccess = ({ data }: { data: { link: string | null } }) => {
      if (data.link !== null) return
      saidSo(`${values.email} has an account; a letter with a link to set a password is on its way`)
      onClose()
    }
    create.mutate({ ...values, name: values.name.trim(), email: values.email.trim() }, { onSuccess })
  }
  const link = create.data?.data.link
  if (link) return <PassOn email={values.email} link={link} onClose={onClose} />
  return (
    <FormDialog
      title="Create an account"
      opened
      onClose={onClose}
      onSubmit={send}
      submit="Create account"
      busy={create.isPending}
      error={create.error}
      fields={values}
    >
      <TextInput
        label="Name"
        placeholder="Grace Hopper"
        required
        maxLength={200}
        data-autofocus
        {...field('name')}
      />
      <TextInput
        label="E-mail"
        type="email"
        description="Gets a link to set a password; until then the account has none"
        placeholder="grace@example.com"
        required
        maxLength={256}
        {...field('email')}
      />
      <PlanSelect label="Plan" {...field('plan')} />
    </FormDialog>
  )
}

function PassOn({ email, link, onClose }: { email: string; link: string; onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} title={`${email} has an account`} held>
      <Stack>
        <Text size="sm">
          This server sends no mail. Pass this link on: whoever opens it within a day sets the password.
        </Text>
        <SecretOnce secret={link} what="link" />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
