import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconKey, IconPlus } from '@tabler/icons-react'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { saidSo } from '../parts/said-so.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useFields } from '../parts/use-fields.ts'
import { type Credential, type Provider, useAddCredential, useDeleteCredential } from './catalogue-api.ts'

const STATES: Record<Credential['state'], { word: string; color: string }> = {
  well: { word: 'in use', color: 'green' },
  resting: { word: 'refused of late, rests', color: 'orange' },
  unreadable: { word: 'cannot be decrypted: delete it and add it again', color: 'red' },
}

/** The credentials of a provider by name. Their texts go in and never come out. */
export function Credentials({ provider }: { provider: Provider }) {
  const [adding, { open, close }] = useDisclosure()
  const editable = provider.source === 'database'
  const { credentials } = provider
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          Credentials
        </Text>
        {editable && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={open}
            aria-label={`Add credential to ${provider.id}`}
          >
            Add credential
          </Button>
        )}
      </Group>
      {credentials.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: requests go to it without an authorisation.
        </Text>
      ) : (
        <Stack component="ul" gap="xs" p={0} m={0} aria-label={`Credentials of ${provider.id}`}>
          {credentials.map((credential) => (
            <One key={credential.id} provider={provider} credential={credential} editable={editable} />
          ))}
        </Stack>
      )}
      {adding && <AddCredential provider={provider} onClose={close} />}
    </Stack>
  )
}

function One(props: { provider: Provider; credential: Credential; editable: boolean }) {
  const { id, name, state, createdAt } = props.credential
  const remove = useDeleteCredential(props.provider.id)
  return (
    <Group component="li" gap="xs" justify="space-between">
      <Group gap="xs">
        <IconKey size={16} stroke={1.7} aria-hidden />
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <StateBadge state={STATES[state].word} color={STATES[state].color} />
        {createdAt && (
          <Text size="xs" c="dimmed">
            added <TimeAgo at={createdAt} />
          </Text>
        )}
      </Group>
      {props.editable && (
        <ConfirmButton
          label="Delete"
          size="xs"
          aria-label={`Delete the credential ${name}`}
          title={`Delete the credential ${name}?`}
          confirm="Delete"
          onConfirm={async () => {
            await remove.mutateAsync(id)
            saidSo(`The credential ${name} is deleted`)
          }}
        >
          It cannot be shown or restored.{' '}
          {props.provider.credentials.length > 1
            ? 'Requests go on with the others.'
            : 'It is the only one: requests then go to the provider without an authorisation.'}
        </ConfirmButton>
      )}
    </Group>
  )
}

function AddCredential({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const add = useAddCredential(provider.id)
  const { values, field } = useFields({ name: '', text: '' }, add.error)
  const send = () => {
    const onSuccess = () => {
      saidSo(`${provider.id} has the credential ${values.name}`)
      onClose()
    }
    add.mutate({ name: values.name.trim(), text: values.text.trim() }, { onSuccess })
  }
  return (
    <FormDialog
      title={`Add a credential to ${provider.id}`}
      opened
      onClose={onClose}
      onSubmit={send}
      submit="Add credential"
      busy={add.isPending}
      error={add.error}
      fields={values}
    >
      <TextInput
        label="Name"
        description="What people call it, for example whose account it is"
        placeholder="Team account"
        required
        maxLength={100}
        data-autofocus
        {...field('name')}
      />
      <PasswordInput
        label="Credential"
        description="Sent as bearer token. It is stored encrypted and never shown again"
        autoComplete="off"
        required
        maxLength={8192}
        {...field('text')}
      />
      <Text size="sm" c="dimmed">
        Several credentials are used in turn. One that the provider refuses rests for a while.
      </Text>
    </FormDialog>
  )
}
