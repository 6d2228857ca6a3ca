import { Alert, Button, Divider, Group, Menu, Paper, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconEdit, IconPlugConnected, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'
import { type Provider, useDeleteProvider, useTestProvider } from './catalogue-api.ts'
import { ConnectionTest } from './connection-test.tsx'
import { Credentials } from './credentials.tsx'
import { HealthBadge } from './health-badge.tsx'
import { ProviderDialog } from './provider-dialog.tsx'
import { SourceBadge } from './source-badge.tsx'

const KINDS = { openai: "OpenAI's API", sandbox: 'sandbox, without a network' }

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
  return (
    <Stack component="ul" gap={4} p={0} m={0} aria-label="Models that are routed here">
      {routes.map((route) => (
        <Group key={`${route.model} ${route.providerModel}`} component="li" gap="xs">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {route.model}
            {route.providerModel !== route.model && (
              <Text span c="dimmed">
                {' '}
                as {route.providerModel}
              </Text>
            )}
          </Text>
          <HealthBadge {...route} />
        </Group>
      ))}
    </Stack>
  )
}

function ProviderMenu({ provider }: { provider: Provider }) {
  const [dialog, setDialog] = useState<'edit' | 'delete'>()
  const remove = useDeleteProvider()
  const close = () => setDialog(undefined)
  return (
    <>
      <RowMenu of={provider.id}>
        <Menu.Item leftSection={<IconEdit size={16} />} onClick={() => setDialog('edit')}>
          Edit
        </Menu.Item>
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={16} />}
          onClick={() => setDialog('delete')}
        >
          Delete
        </Menu.Item>
      </RowMenu>
      {dialog === 'edit' && <ProviderDialog provider={provider} taken={[]} onClose={close} />}
      <ConfirmDialog
        opened={dialog === 'delete'}
        onClose={close}
        title={`Delete the provider ${provider.id}?`}
        confirm="Delete"
        onConfirm={async () => {
          await remove.mutateAsync(provider.id)
          saidSo(`The provider ${provider.id} is deleted`)
        }}
      >
        Its credentials are deleted with it. This cannot be undone. Models that are routed to it have to be
        routed elsewhere first.
      </ConfirmDialog>
    </>
  )
}
