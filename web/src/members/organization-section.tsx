import { Badge, Button, Group, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'
import { auth, authAnswer } from '../auth-client.ts'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { onSubmit } from '../parts/on-submit.ts'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { useFields } from '../parts/use-fields.ts'
import { useIsManager, useMe, useOrganization, useSwitchOrganization } from '../session.ts'
import { CreateOrganizationDialog } from './create-organization-dialog.tsx'

/** The organisation itself: its name, the way out of it, and the way to another one. */
export function OrganizationSection() {
  const { id, name, personal, plan } = useOrganization()
  const manager = useIsManager()
  const [creating, { open, close }] = useDisclosure()
  return (
    <Section
      title="Organisation"
      description={
        <Group gap="xs">
          {!manager && `${name} ·`}
          {plan ? `Plan ${plan}` : 'Without a plan of its own'}
          {personal && (
            <Badge size="sm" variant="light" color="gray" tt="none" radius="sm">
              personal
            </Badge>
          )}
        </Group>
      }
    >
      {manager && <Rename key={id} />}
      {!personal && (
        <Group gap="xs">
          <Button variant="default" onClick={open}>
            Create another organisation
          </Button>
          <Leave />
        </Group>
      )}
      {creating && <CreateOrganizationDialog onClose={close} />}
    </Section>
  )
}

function Rename() {
  const { name } = useOrganization()
  const queries = useQueryClient()
  const rename = useMutation({
    mutationFn: (name: string) => answer(api.PATCH('/api/dashboard/organization', { body: { name } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['me'] })
      saidSo('The organisation has its new name')
    },
  })
  const { values, field } = useFields({ name }, rename.error)
  const text = field('name')
  return (
    <form onSubmit={onSubmit(() => rename.mutate(values.name.trim()))}>
      <Group align="flex-end" gap="xs">
        <TextInput label="Name" required maxLength={200} flex="1 1 14rem" maw={420} {...text} />
        <Button
          type="submit"
          variant="default"
          loading={rename.isPending}
          disabled={values.name.trim() === name}
        >
          Save name
        </Button>
      </Group>
      {!text.error && <ErrorNote error={rename.error} />}
    </form>
  )
}

function Leave() {
  const { id, name } = useOrganization()
  const { organizations } = useMe()
  const switchTo = useSwitchOrganization()
  const own = organizations.find(({ personal }) => personal) ?? organizations.find((other) => other.id !== id)
  return (
    <ConfirmButton
      label="Leave"
      title={`Leave ${name}?`}
      confirm="Leave"
      onConfirm={async () => {
        await authAnswer(auth.organization.leave({ organizationId: id }))
        saidSo(`You have left ${name}`)
        if (own) await switchTo(own.id)
        else location.assign('/')
      }}
    >
      Your API keys here stop at once, and you no longer see its projects and usage. To come back you need an
      invitation. The only owner cannot leave: make another member an owner first.
    </ConfirmButton>
  )
}
