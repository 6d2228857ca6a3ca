import { Button, Select, Stack, Tabs } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { DataTable } from '../parts/data-table.tsx'
import { FilterBar } from '../parts/filter-bar.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { useFilters } from '../parts/use-filters.ts'
import { useIsManager } from '../session.ts'
import { DeliveryTable } from './delivery-table.tsx'
import { ENDPOINT_COLUMNS } from './endpoint-columns.tsx'
import { CreateEndpointDialog } from './endpoint-dialog.tsx'
import { OwnSecretSection } from './own-secret.tsx'
import { EVENTS, useEndpoints } from './webhook-api.ts'

const STATES = [
  { value: 'pending', label: 'On its way' },
  { value: 'delivered', label: 'Delivered' },
  { value: 'failed', label: 'Failed' },
]

type FilterName = 'tab' | 'endpoint' | 'state' | 'event'

export function WebhooksScreen() {
  const [{ tab }, setFilters] = useFilters<FilterName>()
  const manager = useIsManager()
  const [creating, { open, close }] = useDisclosure()
  const add = manager && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      Add endpoint
    </Button>
  )
  return (
    <Page
      title="Webhooks"
      description="This server tells your programs what happened: a task ended, a key was revoked, a budget runs low. Each delivery is signed and tried again for a day."
      actions={add}
    >
      <Tabs
        value={tab === 'deliveries' ? tab : 'endpoints'}
        onChange={(value) => setFilters({ tab: value === 'deliveries' ? value : null })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="endpoints">{manager ? 'Endpoints' : 'Secret'}</Tabs.Tab>
          <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="endpoints">
          <Stack>
            {manager && <Endpoints add={add} />}
            <OwnSecretSection />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <Deliveries />
        </Tabs.Panel>
      </Tabs>
      {creating && <CreateEndpointDialog onClose={close} />}
    </Page>
  )
}

function Endpoints({ add }: { add: ReactNode }) {
  const endpoints = useEndpoints(true)
  return (
    <DataTable
      label="Endpoints"
      columns={ENDPOINT_COLUMNS}
      rows={endpoints.data}
      rowKey={({ id }) => id}
      error={endpoints.error}
      onRetry={() => void endpoints.refetch()}
      empty={
        <NothingYet icon={<IconWebhook />} title="No endpoints yet" action={add}>
          Add the address of a program of yours and choose what it is told of. It gets a secret, with which it
          checks that a delivery came from here.
        </NothingYet>
      }
    />
  )
}

function Filters() {
  const [{ endpoint, state, event }, setFilters] = useFilters<FilterName>()
  const manager = useIsManager()
  const endpoints = useEndpoints(manager)
  return (
    <FilterBar>
      {manager && (
        <Select
          aria-label="Endpoint"
          placeholder="Any address"
          data={(endpoints.data ?? []).map(({ id, url }) => ({ value: id, label: url }))}
          value={endpoint ?? null}
          onChange={(value) => setFilters({ endpoint: value })}
          clearable
          w={260}
        />
      )}
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={STATES}
        value={state ?? null}
        onChange={(value) => setFilters({ state: value })}
        clearable
        w={150}
      />
      <Select
        aria-label="Event"
        placeholder="Any event"
        data={EVENTS.map(({ value }) => value)}
        value={event ?? null}
        onChange={(value) => setFilters({ event: value })}
        clearable
        w={180}
      />
    </FilterBar>
  )
}

function Deliveries() {
  const [{ endpoint, state, event }] = useFilters<FilterName>()
  const filtered = Boolean(endpoint || state || event)
  return (
    <Stack>
      <Filters />
      <DeliveryTable
        endpoint={endpoint}
        state={state}
        event={event}
        empty={
          <NothingYet icon={<IconWebhook />} title={filtered ? 'No delivery matches' : 'No deliveries yet'}>
            {filtered
              ? 'Take a filter away.'
              : 'As soon as something happens that an endpoint is told of, it stands here with each attempt and what was answered. Send a test event to try it.'}
          </NothingYet>
        }
      />
    </Stack>
  )
}
