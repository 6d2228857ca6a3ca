import { Badge } from '@mantine/core'

const COLORS: Record<string, string> = {
  active: 'green',
  disabled: 'gray',
  archived: 'gray',
  pending: 'blue',
  expired: 'orange',
  suspended: 'red',
  revoked: 'red',
  failed: 'red',
}

/** A state as a word with a colour; the word alone says everything. */
export function StateBadge({ state, color }: { state: string; color?: string }) {
  return (
    <Badge
      variant="light"
      size="sm"
      radius="sm"
      tt="none"
      miw="max-content"
      color={color ?? COLORS[state] ?? 'gray'}
    >
      {state}
    </Badge>
  )
}
