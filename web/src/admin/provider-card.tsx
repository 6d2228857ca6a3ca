import { Alert, Button, Divider, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconPlugConnected } from '@tabler/icons-react'
import { type Provider, useDeleteProvider, useTestProvider } from './catalogue-api.ts'
import { ConnectionTest } from './connection-test.tsx'
import { Credentials } from './credentials.tsx'
import { EntryMenu } from './entry-menu.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { RouteList } from './route-list.tsx'
import { SourceBadge } from './source-badge.tsx'

const KINDS = {
  openai: "OpenAI's API",
  http: 'any service that makes files',
  sandbox: 'sandbox, without a network',
}

export function ProviderCard({ provider }: { provider: Provider }) {
  const test = useTestProvider(provider.id)
  return (
    <Paper p="lg" component="section" aria-label={`Provider ${provider.id}`}>
      <Stack>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <Stack gap={2} miw={0}>
            <Group gap="xs">
              <Title order={2}>{provider.id}</Title>
              <SourceBadge source={provider.source} />
            </Group>
            <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {provider.baseUrl ?? KINDS[provider.kind]}
            </Text>
          </Stack>
          {provider.source === 'database' && <ProviderMenu provider={provider} />}
        </Group>
        {provider.fault && (
          <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title="It is not served">
            {provider.fault}
          </Alert>
        )}
        <Routes routes={provider.routes} />
        {provider.kind !== 'sandbox' && (
          <>
            <Divider />
            <Credentials provider={provider} />
          </>
        )}
        <div>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlugConnected size={16} />}
            loading={test.isPending}
            onClick={() => test.mutate(undefined)}
            aria-label={`Test connection to ${provider.id}`}
          >
            Test connection
          </Button>
          <ConnectionTest result={test.data} error={test.error} />
        </div>
      </Stack>
    </Paper>
  )
}

function Routes({ routes }: Pick<Provider, 'routes'>) {
  if (routes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No model is routed here yet.
      </Text>
    )
  }
  const named = routes.map(({ model, providerModel, ...health }) => {
    return { ...health, name: model, as: providerModel === model ? undefined : providerModel }
  })
  return <RouteList label="Models that are routed here" routes={named} />
}

function ProviderMenu({ provider }: { provider: Provider }) {
  const remove = useDeleteProvider()
  return (
    <EntryMenu
      what={`the provider ${provider.id}`}
      warning="Its credentials are deleted with it. This cannot be undone. Models that are routed to it have to be routed elsewhere first."
      onDelete={() => remove.mutateAsync(provider.id)}
      editing={(close) => <ProviderDialog provider={provider} taken={[]} onClose={close} />}
    />
  )
}
