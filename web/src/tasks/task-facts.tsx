import { Anchor, DataList } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Fact } from '../parts/fact.tsx'
import { duration, exactTime, whole } from '../parts/figures.ts'
import { Section } from '../parts/section.tsx'
import { isUnderWay, type TaskDetail } from './task-api.ts'
import { tookMs, typeWords } from './task-words.ts'

type Input = TaskDetail['input']

const FIELDS: Readonly<Partial<Record<keyof Input, string>>> = {
  num_outputs: 'Outputs',
  aspect_ratio: 'Ratio',
  resolution: 'Resolution',
  duration: 'Length',
  image_urls: 'From images',
  webhook_url: 'Told to',
}

/** What is known of a task beside what it makes. */
export function TaskFacts({ task }: { task: TaskDetail }) {
  const asked = (Object.keys(FIELDS) as (keyof Input)[]).filter((name) => filled(task.input[name]))
  return (
    <Section title="Details">
      <DataList labelWidth="6.5rem" withDivider gap="xs">
        <Fact name="Model" more={task.provider && `served by ${task.provider}`}>
          {task.model}
        </Fact>
        <Fact name="Makes">{typeWords(task.type)}</Fact>
        {asked.map((name) => (
          <Fact key={name} name={FIELDS[name] ?? name}>
            {shown(name, task.input[name])}
          </Fact>
        ))}
        <Cost task={task} />
        <Fact name="Created" more={task.completedAt && `ended ${exactTime(task.completedAt)}`}>
          {exactTime(task.createdAt)}
        </Fact>
        {!isUnderWay(task) && <Fact name="Took">{duration(tookMs(task))}</Fact>}
        {task.attempts > 1 && <Fact name="Attempts">{whole(task.attempts)}</Fact>}
        <Fact
          name="Who"
          more={task.key ? `with the key ${task.key.name ?? task.key.hash}` : 'in the playground'}
        >
          {task.user.name || task.user.email || task.user.id}
        </Fact>
        {task.project && (
          <Fact name="Project">
            <Anchor component={Link} to="/projects/$id" params={{ id: task.project.id } as never} inherit>
              {task.project.name ?? task.project.id}
            </Anchor>
          </Fact>
        )}
      </DataList>
    </Section>
  )
}

function Cost({ task }: { task: TaskDetail }) {
  if (isUnderWay(task)) {
    return (
      <Fact
        name="Cost"
        more={`${task.held === null ? 'It' : 'What it costs at most; it'} is charged when it completes.`}
      >
        {task.held === null ? 'not known yet' : `${task.held} credits held`}
      </Fact>
    )
  }
  const usage = (
    <Anchor component={Link} to="/usage" search={{ request: task.id } as never} inherit>
      its usage
    </Anchor>
  )
  return (
    <Fact name="Cost" more={task.status === 'completed' ? usage : 'Only completed tasks are charged.'}>
      {task.cost} credits
    </Fact>
  )
}

function filled(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  )
}

function shown(name: string, value: unknown): string {
  if (name === 'duration') return `${value} seconds`
  return Array.isArray(value) ? value.join(', ') : String(value)
}
