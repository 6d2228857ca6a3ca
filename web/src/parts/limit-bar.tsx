import { Group, Progress, Stack, Text } from '@mantine/core'
import { credits } from './figures.ts'

const RESETS: Record<string, string> = { daily: 'a day', weekly: 'a week', monthly: 'a month' }

/** How much of a limit is used. Without a limit it says so. Amounts in credits. */
export function LimitBar(props: {
  limit: number | string | null
  remaining: number | string | null
  reset?: string | null
}) {
  if (props.limit === null) {
    return (
      <Text size="xs" c="dimmed">
        No limit
      </Text>
    )
  }
  const limit = Number(props.limit)
  const used = Math.max(0, limit - Number(props.remaining ?? 0))
  const part = limit > 0 ? Math.min(100, (used / limit) * 100) : 100
  const reset = props.reset ? RESETS[props.reset] : undefined
  return (
    <Stack gap={4} miw={150}>
      <Progress
        value={part}
        size={6}
        color={colorOf(part)}
        aria-label={`${Math.round(part)} % of the limit used`}
      />
      <Group gap={4} wrap="nowrap">
        <Text size="xs" c="dimmed" className="num" style={{ whiteSpace: 'nowrap' }}>
          {credits(used)} of {credits(limit)}
          {reset && ` ${reset}`}
        </Text>
      </Group>
    </Stack>
  )
}

function colorOf(part: number): string {
  if (part >= 100) return 'red.7'
  return part >= 80 ? 'orange.6' : 'amber.4'
}
