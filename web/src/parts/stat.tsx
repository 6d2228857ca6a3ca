import { Group, Paper, Skeleton, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** One figure with its name. `more` is a line below it; `waiting` keeps its place until the figure is there. */
export function Stat(props: {
  name: string
  value: ReactNode
  more?: ReactNode
  icon?: ReactNode
  waiting?: boolean
}) {
  return (
    <Paper p="md">
      <Group justify="space-between" wrap="nowrap" gap="xs" c="dimmed">
        <Text size="xs" fw={600}>
          {props.name}
        </Text>
        {props.icon}
      </Group>
      {props.waiting ? (
        <Skeleton height={26} width="60%" mt={6} />
      ) : (
        <Text
          fz={{ base: '1.25rem', sm: '1.5rem' }}
          fw={650}
          lh={1.3}
          className="num"
          style={{ overflowWrap: 'anywhere' }}
        >
          {props.value}
        </Text>
      )}
      {props.more && (
        <Text size="xs" c="dimmed" component="div">
          {props.more}
        </Text>
      )}
    </Paper>
  )
}
