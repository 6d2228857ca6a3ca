import { Timeline as Line, Text } from '@mantine/core'
import { exactTime } from '../parts/figures.ts'
import type { TaskStep } from './task-api.ts'

const WORDS: Readonly<Record<TaskStep['kind'], string>> = {
  created: 'Created',
  claimed: 'Taken up by a worker',
  submitted: 'Sent to the provider',
  accepted: 'The provider works on it',
  attempt_failed: 'The attempt failed',
  moved: 'On to the next provider',
  released: 'Given back, for another worker',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** What happened to a task, in order. */
export function Timeline({ events }: { events: readonly TaskStep[] }) {
  return (
    <Line active={events.length} bulletSize={12} lineWidth={2} aria-label="Timeline">
      {events.map(({ at, kind, detail }, index) => (
        <Line.Item
          // biome-ignore lint/suspicious/noArrayIndexKey: what has happened keeps its place
          key={index}
          title={WORDS[kind]}
          color={kind === 'failed' || kind === 'attempt_failed' ? 'red' : 'amber'}
          fz="sm"
        >
          <Detail detail={detail} />
          <Text size="xs" c="dimmed" className="num">
            {exactTime(at)}
          </Text>
        </Line.Item>
      ))}
    </Line>
  )
}

/** What goes without saying: the first of its kind, and which process it was. */
const QUIET: Readonly<Record<string, unknown>> = { attempt: 1, number: 1, reason: 'first' }

function Detail({ detail }: Pick<TaskStep, 'detail'>) {
  const parts = Object.entries(detail).filter(
    ([name, value]) => value !== null && value !== '' && name !== 'worker' && QUIET[name] !== value,
  )
  if (parts.length === 0) return null
  return (
    <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
      {parts.map(([name, value]) => `${words(name)}: ${text(value)}`).join(', ')}
    </Text>
  )
}

/** `pollAfterMs` → poll after ms */
function words(name: string): string {
  return name.replaceAll('_', ' ').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
