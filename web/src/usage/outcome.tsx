import { Group, Text } from '@mantine/core'
import { StateBadge } from '../parts/state-badge.tsx'
import type { UsageRow } from './usage-api.ts'

const OUTCOME_NAMES: Readonly<Record<UsageRow['outcome'], string>> = {
  completed: 'completed',
  incomplete: 'cut off',
  failed: 'failed',
  aborted: 'stopped',
}

const COLORS: Readonly<Record<UsageRow['outcome'], string>> = {
  completed: 'green',
  incomplete: 'orange',
  failed: 'red',
  aborted: 'gray',
}

/** How a request ended: a word, and the status that the client saw. */
export function Outcome({ row }: { row: Pick<UsageRow, 'outcome' | 'status'> }) {
  return (
    <Group gap={6} wrap="nowrap">
      <span style={{ flexShrink: 0, display: 'inline-flex' }}>
        <StateBadge state={OUTCOME_NAMES[row.outcome]} color={COLORS[row.outcome]} />
      </span>
      <Text size="xs" c="dimmed" className="num">
        {row.status}
      </Text>
    </Group>
  )
}
