import { Group } from '@mantine/core'
import { StateBadge } from '../parts/state-badge.tsx'
import type { Task } from './task-api.ts'
import { STATES } from './task-words.ts'
import classes from './tasks.module.css'

const COLORS: Readonly<Record<Task['status'], string>> = {
  pending: 'gray',
  processing: 'blue',
  completed: 'green',
  failed: 'red',
  cancelled: 'gray',
}

/** How far a task is. */
export function TaskState({ status }: Pick<Task, 'status'>) {
  const words = STATES.find(({ value }) => value === status)?.label.toLowerCase() ?? status
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <StateBadge state={words} color={COLORS[status]} />
      {status === 'processing' && <span className={classes.lively} aria-hidden />}
    </Group>
  )
}
