import { TextInput } from '@mantine/core'
import { NoMailNote } from '../members/no-mail-note.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { useMe } from '../session.ts'
import { useCreateUser } from './people-api.ts'
import { PlanSelect } from './plan-select.tsx'

/** Makes an account. The link by which its user sets a password goes by mail, or to the server's log. */
export function CreateUserDialog({ onClose }: { onClose: () => void }) {
  const { mail } = useMe().features
  const create = useCreateUser()
  const { values, field } = useFields<{ name: string; email: string; plan: string | null }>(
    { name: '', email: '', plan: null },
    create.error,
  )
  const send = () => {
    const onSuccess = () => {
      const how = mail ? 'a letter with a link to set a password is on its way' : 'the link is in the log'
      saidSo(`${values.email} has an account; ${how}`)
      onClose()
    }
    create.mutate({ ...values, name: values.name.trim(), email: values.email.trim() }, { onSuccess })
  }
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
      <NoMailNote />
    </FormDialog>
  )
}
