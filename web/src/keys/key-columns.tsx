import { Badge, Code, Group, Stack, Text } from '@mantine/core'
import { Amount } from '../parts/amount.tsx'
import type { Column } from '../parts/data-table.tsx'
import { LimitBar } from '../parts/limit-bar.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import type { ApiKey } from './key-api.ts'
import { KeyMenu } from './key-menu.tsx'

const OWNER: Column<ApiKey> = {
  name: 'Owner',
  cell: ({ owner }) => (
    <Text size="sm" title={owner.email} truncate maw={170}>
      {owner.name || owner.email}
    </Text>
  ),
}

/** @param withOwner where keys of several people are listed */
export function keyColumns(withOwner: boolean): Column<ApiKey>[] {
  return [
    { name: 'Key', cell: (key) => <NameAndLabel apiKey={key} /> },
    { name: 'Status', cell: (key) => <State apiKey={key} /> },
    { name: 'Project', cell: ({ project }) => project?.name ?? <Text c="dimmed">–</Text> },
    ...(withOwner ? [OWNER] : []),
    {
      name: 'Limit',
      cell: (key) => <LimitBar limit={key.limit} remaining={key.limit_remaining} reset={key.limit_reset} />,
    },
    { name: 'Usage', right: true, cell: ({ usage }) => <Amount value={usage} /> },
    { name: 'Last used', cell: ({ last_used }) => <TimeAgo at={last_used} /> },
    { name: 'Actions', bare: true, right: true, width: 50, cell: (key) => <KeyMenu apiKey={key} /> },
  ]
}

function NameAndLabel({ apiKey }: { apiKey: ApiKey }) {
  return (
    <Stack gap={2} align="flex-start">
      <Text size="sm" fw={600} lineClamp={2} maw={280}>
        {apiKey.name}
      </Text>
      <Code fz="xs">{apiKey.label}</Code>
    </Stack>
  )
}

function State({ apiKey }: { apiKey: ApiKey }) {
  const { state, expires_at, environment } = apiKey
  return (
    <Group gap={6}>
      <StateBadge state={state} />
      {environment !== 'production' && (
        <Badge size="sm" radius="sm" tt="none" variant="default">
          {environment}
        </Badge>
      )}
      {expires_at && state !== 'expired' && (
        <Text size="xs" c="dimmed">
          expires <TimeAgo at={expires_at} />
        </Text>
      )}
    </Group>
  )
}
