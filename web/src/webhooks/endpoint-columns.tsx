import { Badge, Group, Stack, Text } from '@mantine/core'
import type { Column } from '../parts/data-table.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { EndpointMenu } from './endpoint-menu.tsx'
import type { Endpoint } from './webhook-api.ts'

export const ENDPOINT_COLUMNS: Column<Endpoint>[] = [
  { name: 'Endpoint', cell: (endpoint) => <Address endpoint={endpoint} /> },
  { name: 'Status', cell: (endpoint) => <State endpoint={endpoint} /> },
  { name: 'Events', cell: ({ events }) => <Events events={events} /> },
  { name: 'Created', cell: ({ created_at }) => <TimeAgo at={created_at} /> },
  {
    name: 'Actions',
    bare: true,
    right: true,
    width: 50,
    cell: (endpoint) => <EndpointMenu endpoint={endpoint} />,
  },
]

function Address({ endpoint: { url, description } }: { endpoint: Endpoint }) {
  return (
    <Stack gap={0}>
      <Text size="sm" fw={600} maw={420} style={{ overflowWrap: 'anywhere' }}>
        {url}
      </Text>
      {description && (
        <Text size="xs" c="dimmed">
          {description}
        </Text>
      )}
    </Stack>
  )
}

function State({ endpoint }: { endpoint: Endpoint }) {
  const { active, disabled_reason, failing_since, former_secret_until } = endpoint
  return (
    <Stack gap={2} align="flex-start">
      <StateBadge state={active ? 'active' : 'disabled'} />
      {!active && disabled_reason && <Small>{disabled_reason}</Small>}
      {active && failing_since && (
        <Small alarming>
          failing since <TimeAgo at={failing_since} />
        </Small>
      )}
      {former_secret_until && (
        <Small>
          old secret ends <TimeAgo at={former_secret_until} />
        </Small>
      )}
    </Stack>
  )
}

function Small({ alarming, children }: { alarming?: boolean; children: React.ReactNode }) {
  return (
    <Text size="xs" c={alarming ? 'var(--mantine-color-error)' : 'dimmed'}>
      {children}
    </Text>
  )
}

function Events({ events }: Pick<Endpoint, 'events'>) {
  if (events.length === 0) return <Text size="sm">All events</Text>
  return (
    <Group gap={4}>
      {events.map((event) => (
        <Badge key={event} variant="default" size="sm" radius="sm" tt="none">
          {event}
        </Badge>
      ))}
    </Group>
  )
}
