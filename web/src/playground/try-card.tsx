import { Anchor, Group, Paper, Progress, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Amount } from '../parts/amount.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { duration } from '../parts/figures.ts'
import { Outputs } from '../tasks/outputs.tsx'
import { isUnderWay, type TaskDetail, useTask } from '../tasks/task-api.ts'
import { TaskState } from '../tasks/task-state.tsx'
import { tookMs } from '../tasks/task-words.ts'
import { AdviceNote } from './advice.tsx'
import classes from './playground.module.css'
import type { Try } from './studio.ts'

/** One attempt: what was asked, how far it is, and what came of it. */
export function TryCard(props: { each: Try; onAgain: () => void; onReuse: () => void }) {
  const { each, onAgain, onReuse } = props
  return (
    <Paper p="md" component="article" aria-label={each.wish.prompt}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs" align="flex-start" wrap="nowrap">
          <Text size="sm" className={classes.text} lineClamp={4} miw={0}>
            {each.wish.prompt}
          </Text>
          <Anchor component="button" type="button" size="xs" onClick={onReuse} style={{ flexShrink: 0 }}>
            Use again
          </Anchor>
        </Group>
        {each.error ? (
          <AdviceNote error={each.error} onAgain={onAgain} />
        ) : each.taskId ? (
          <Progressing id={each.taskId} prompt={each.wish.prompt} />
        ) : (
          <Waiting text="The task is being made." />
        )}
      </Stack>
    </Paper>
  )
}

function Progressing({ id, prompt }: { id: string; prompt: string }) {
  const { data: task, error, refetch } = useTask(id)
  if (!task) {
    if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />
    return <Waiting text="Waiting for a worker." />
  }
  return (
    <>
      {isUnderWay(task) && (
        <Waiting text={task.status === 'pending' ? 'Waiting for a worker.' : 'The provider works on it.'} />
      )}
      {task.status === 'completed' && <Outputs files={task.files} prompt={prompt} />}
      {task.status === 'failed' && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {task.error ?? 'It failed, and the provider gave no reason.'} Nothing was charged.
        </Text>
      )}
      <Foot task={task} />
    </>
  )
}

function Foot({ task }: { task: TaskDetail }) {
  return (
    <Group gap="xs" fz="xs" c="dimmed">
      <TaskState status={task.status} />
      <Text inherit span>
        {task.model}
      </Text>
      {!isUnderWay(task) && (
        <>
          <Text inherit span className="num">
            {duration(tookMs(task))}
          </Text>
          <Text inherit span className="num">
            <Amount value={task.cost} /> credits
          </Text>
        </>
      )}
      <Anchor component={Link} to="/tasks/$id" params={{ id: task.id } as never} inherit>
        Details
      </Anchor>
    </Group>
  )
}

function Waiting({ text }: { text: string }) {
  return (
    <Stack gap={6} role="status">
      <Progress value={100} animated aria-label="In progress" />
      <Text size="xs" c="dimmed">
        {text}
      </Text>
    </Stack>
  )
}
