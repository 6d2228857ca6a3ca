import { Badge } from '@mantine/core'
import { relativeTime } from '../parts/figures.ts'
import type { Provider } from './catalogue-api.ts'

type Health = Pick<Provider['routes'][number], 'state' | 'failures' | 'restsUntil'>

const COLORS = { well: 'green', failing: 'orange', resting: 'red' } as const

/** How a route does, as the node that answered sees it. */
export function HealthBadge({ state, failures, restsUntil }: Health) {
  const words = {
    well: 'well',
    failing: `failed ${failures} ${failures === 1 ? 'time' : 'times'}`,
    resting: restsUntil ? `rests, again ${relativeTime(restsUntil)}` : 'rests',
  }
  return (
    <Badge variant="light" color={COLORS[state]} size="sm" radius="sm" tt="none">
      {words[state]}
    </Badge>
  )
}
