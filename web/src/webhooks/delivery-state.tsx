import { Group, Stack, Text } from '@mantine/core'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import type { Delivery } from './webhook-api.ts'

const COLORS = { pending: 'blue', delivered: 'green', failed: 'red' } as const

/** Whether it arrived, what was answered last, and when it is tried again. */
export function DeliveryState({ delivery }: { delivery: Delivery }) {
  const { state, attempts, last_status, last_error, next_attempt_at } = delivery
  const retrying = state === 'pending' && attempts > 0
  return (
    <Stack gap={2} align="flex-start">
      <Group gap={6} wrap="nowrap">
        <StateBadge
          state={retrying ? 'trying again' : state === 'pending' ? 'on its way' : state}
          color={retrying ? 'orange' : COLORS[state]}
        />
        {last_status !== null && (
          <Text size="xs" c="dimmed" className="num">
            {last_status}
          </Text>
        )}
      </Group>
      {last_error && state !== 'delivered' && (
        <Text size="xs" c="dimmed" lineClamp={2} maw={260} style={{ overflowWrap: 'anywhere' }}>
          {last_error}
        </Text>
      )}
      {retrying && next_attempt_at && (
        <Text size="xs" c="dimmed">
          next <TimeAgo at={next_attempt_at} />
        </Text>
      )}
    </Stack>
  )
}
