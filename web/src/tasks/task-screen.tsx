import { Alert, Anchor, Code, Group, Loader, Progress, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { Page } from '../parts/page.tsx'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { DeliveryTable } from '../webhooks/delivery-table.tsx'
import { Outputs } from './outputs.tsx'
import { isUnderWay, type TaskDetail, useCancelTask, useTask } from './task-api.ts'
import { TaskFacts } from './task-facts.tsx'
import { TaskState } from './task-state.tsx'
import classes from './tasks.module.css'
import { Timeline } from './timeline.tsx'

/** One task: what was asked, what came of it, how it went, and who was told. */
export function TaskScreen() {
  const { id = '' } = useParams({ strict: false }) as { id?: string }
  const { data: task, error, refetch } = useTask(id)
  const back = (
    <Anchor component={Link} to="/tasks" size="sm">
      All tasks
    </Anchor>
  )
  if (!task) {
    return (
      <Page title="Task" description={back}>
        {error ? (
          <ErrorNote error={error} title="The task could not be shown" onRetry={() => void refetch()} />
        ) : (
          <Loader aria-label="Loading" />
        )}
      </Page>
    )
  }
  return (
    <Page
      title="Task"
      description={back}
      actions={
        <>
          <TaskState status={task.status} />
          {task.status === 'pending' && <Cancel id={task.id} />}
        </>
      }
    >
      <Group gap="xs" wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{task.id}</Code>
        <CopyButton value={task.id} what="the task's id" />
      </Group>
      <div className={classes.columns}>
        <Stack miw={0}>
          <Result task={task} />
          <Asked task={task} />
        </Stack>
        <Stack miw={0}>
          <TaskFacts task={task} />
          <Section title="Timeline">
            <Timeline events={task.events} />
          </Section>
        </Stack>
      </div>
      <Told task={task} />
    </Page>
  )
}

function Told({ task }: { task: TaskDetail }) {
  return (
    <Section
      title="Webhook deliveries"
      description="Whom this server told of the task's end, and what they answered."
    >
      <DeliveryTable
        subject={task.id}
        busy={isUnderWay(task)}
        empty={
          <Text size="sm" c="dimmed">
            {isUnderWay(task) ? 'Nobody is told before it ends. ' : 'Nobody was told. '}
            Name a <Code>webhook_url</Code> in the request, or add an endpoint on{' '}
            <Anchor component={Link} to="/webhooks" inherit>
              Webhooks
            </Anchor>{' '}
            that hears of all tasks.
          </Text>
        }
      />
    </Section>
  )
}

function Cancel({ id }: { id: string }) {
  const cancel = useCancelTask(id)
  return (
    <ConfirmButton
      label="Cancel task"
      title="Cancel this task?"
      confirm="Cancel task"
      keep="Keep it"
      onConfirm={async () => {
        await cancel.mutateAsync(undefined)
        saidSo('The task is cancelled, and what was held for it is free again')
      }}
    >
      No provider has begun with it yet. It costs nothing, and what was held of your budget is free again.
    </ConfirmButton>
  )
}

function Result({ task }: { task: TaskDetail }) {
  const { status, error, files, input } = task
  if (status === 'failed') {
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title="It failed">
        <Text size="sm">{error ?? 'The provider gave no reason.'}</Text>
        <Text size="sm">Nothing was charged. Change what you ask for, or ask once more.</Text>
      </Alert>
    )
  }
  if (status === 'cancelled') {
    return (
      <Alert color="gray" variant="light" title="It was cancelled">
        <Text size="sm">{error ?? 'No provider had begun with it. Nothing was charged.'}</Text>
      </Alert>
    )
  }
  return (
    <Section title="Output">
      {isUnderWay(task) ? (
        <Stack gap="xs" role="status">
          <Progress value={100} animated aria-label="In progress" />
          <Text size="sm" c="dimmed">
            {status === 'pending' ? 'Waiting for a worker.' : 'The provider works on it.'} This page follows
            by itself.
          </Text>
        </Stack>
      ) : files.length > 0 ? (
        <Outputs files={files} prompt={input.prompt} />
      ) : (
        <Text size="sm" c="dimmed">
          Its files are not kept any more.
        </Text>
      )}
    </Section>
  )
}

function Asked({ task: { input } }: { task: TaskDetail }) {
  return (
    <Section title="Prompt">
      <Text size="sm" className={classes.prompt}>
        {input.prompt}
      </Text>
      {input.negative_prompt && (
        <Text size="sm" c="dimmed" className={classes.prompt}>
          Without: {input.negative_prompt}
        </Text>
      )}
    </Section>
  )
}
