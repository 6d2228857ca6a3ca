import { Anchor, Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Amount } from '../parts/amount.tsx'
import type { Column } from '../parts/data-table.tsx'
import { duration } from '../parts/figures.ts'
import { TimeAgo } from '../parts/time-ago.tsx'
import { isUnderWay, type Task } from './task-api.ts'
import { TaskState } from './task-state.tsx'
import { tookMs, typeWords } from './task-words.ts'
import { Thumbnail } from './thumbnail.tsx'

const WHO: Column<Task> = {
  name: 'Who',
  cell: ({ user }) => (
    <Text size="sm" title={user.email ?? undefined} truncate maw={160}>
      {user.name || user.email || user.id}
    </Text>
  ),
}

/** @param withUser where tasks of several people are listed */
export function taskColumns(withUser: boolean): Column<Task>[] {
  return [
    { name: 'Task', cell: (task) => <Prompt task={task} /> },
    {
      name: 'Model',
      cell: ({ model, type }) => (
        <Stack gap={0}>
          <Text size="sm" truncate maw={180} title={model}>
            {model}
          </Text>
          <Text size="xs" c="dimmed">
            {typeWords(type)}
          </Text>
        </Stack>
      ),
    },
    { name: 'Status', cell: (task) => <TaskState status={task.status} /> },
    ...(withUser ? [WHO] : []),
    { name: 'Cost', right: true, cell: ({ cost }) => <Amount value={cost} /> },
    {
      name: 'Took',
      right: true,
      cell: (task) => (
        <Text size="sm" span className="num" style={{ whiteSpace: 'nowrap' }}>
          {isUnderWay(task) ? '–' : duration(tookMs(task))}
        </Text>
      ),
    },
    {
      name: 'Created',
      cell: ({ createdAt }) => (
        <Text size="sm" span style={{ whiteSpace: 'nowrap' }}>
          <TimeAgo at={createdAt} />
        </Text>
      ),
    },
  ]
}

function Prompt({ task }: { task: Task }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Thumbnail task={task} />
      <Anchor
        component={Link}
        to="/tasks/$id"
        params={{ id: task.id } as never}
        size="sm"
        fw={600}
        className="plain"
        lineClamp={2}
        maw={320}
        style={{ overflowWrap: 'anywhere' }}
      >
        {task.input.prompt}
      </Anchor>
    </Group>
  )
}
