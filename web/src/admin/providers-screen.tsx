import { Button, Skeleton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlug, IconPlus } from '@tabler/icons-react'
import { ErrorNote } from '../parts/error-note.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { useProviders } from './catalogue-api.ts'
import { ProviderCard } from './provider-card.tsx'
import { ProviderDialog } from './provider-dialog.tsx'

export function ProvidersScreen() {
  const providers = useProviders()
  const [creating, { open, close }] = useDisclosure()
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={open} disabled={!providers.data}>
      Add provider
    </Button>
  )
  return (
    <Page
      title="Providers"
      description="The servers that models run on. Any server that speaks OpenAI's API can be one, and any service that makes files over HTTP; route models to it under Models."
      actions={add}
    >
      <ErrorNote
        error={providers.error}
        {...(providers.data && { title: 'This list may be out of date' })}
        onRetry={() => void providers.refetch()}
      />
      {providers.isPending && [0, 1].map((place) => <Skeleton key={place} height={170} radius="md" />)}
      {providers.data?.length === 0 && (
        <NothingYet icon={<IconPlug />} title="No providers yet" action={add}>
          Add the address and the credential of the first one, test the connection, then route a model to it.
        </NothingYet>
      )}
      {providers.data?.map((provider) => (
        <ProviderCard key={provider.id} provider={provider} />
      ))}
      {creating && <ProviderDialog taken={(providers.data ?? []).map(({ id }) => id)} onClose={close} />}
    </Page>
  )
}
