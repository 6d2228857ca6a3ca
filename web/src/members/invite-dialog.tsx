import { Radio, Stack, TextInput } from '@mantine/core'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { useFields } from '../parts/use-fields.ts'
import { useMe, useOrganization } from '../session.ts'
import { type Role, rolesThatMayBeGiven, useInvite } from './member-api.ts'
import { NoMailNote } from './no-mail-note.tsx'

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const { role: mine, name } = useOrganization()
  const { mail } = useMe().features
  const invite = useInvite()
  const { values, field } = useFields<{ email: string; role: Role }>(
    { email: '', role: 'member' },
    invite.error,
  )
  const { error: _, ...role } = field('role')
  const send = () => {
    const onSuccess = () => {
      saidSo(mail ? `The invitation is on its way to ${values.email}` : `${values.email} is invited`)
      onClose()
    }
    invite.mutate({ email: values.email.trim(), role: values.role }, { onSuccess })
  }
  return (
    <FormDialog
      title={`Invite somebody to ${name}`}
      opened
      onClose={onClose}
      onSubmit={send}
      submit="Invite"
      busy={invite.isPending}
      error={invite.error}
      fields={values}
    >
      <TextInput
        label="E-mail"
        type="email"
        description="The invitation can be accepted with this address only"
        placeholder="grace@example.com"
        required
        maxLength={256}
        data-autofocus
        {...field('email')}
      />
      <Radio.Group label="Role" {...role} onChange={(value) => role.onChange(value as Role)}>
        <Stack gap="xs" mt={4}>
          {rolesThatMayBeGiven(mine).map(({ value, label, rights }) => (
            <Radio key={value} value={value} label={label} description={rights} />
          ))}
        </Stack>
      </Radio.Group>
      <NoMailNote />
    </FormDialog>
  )
}
