import { useInterval } from '@mantine/hooks'
import { useReducer } from 'react'
import { exactTime, relativeTime } from './figures.ts'

/** A time as people say it, that keeps up with the clock; the exact one stands in the title. */
export function TimeAgo({ at, never = 'never' }: { at: string | number | null | undefined; never?: string }) {
  const [, again] = useReducer((count: number) => count + 1, 0)
  useInterval(again, 30_000, { autoInvoke: true })
  if (at === null || at === undefined) return <span>{never}</span>
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)}>
      {relativeTime(at)}
    </time>
  )
}
