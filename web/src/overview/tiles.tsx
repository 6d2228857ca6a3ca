import { SimpleGrid } from '@mantine/core'
import { IconAlertTriangle, IconArrowsExchange, IconClock, IconCoins } from '@tabler/icons-react'
import { Credits } from '../parts/amount.tsx'
import { duration, share, short, whole } from '../parts/figures.ts'
import { Stat } from '../parts/stat.tsx'
import { ChangeNote } from './change-note.tsx'
import type { Overview } from './overview-api.ts'
import { changeOf } from './period.ts'

export function Tiles(props: { now: Overview | undefined; before: Overview | undefined; than: string }) {
  const { now, before, than } = props
  const waiting = !now
  const note = (figureOf: (overview: Overview) => number | null, worse?: 'up') => {
    const figures = [now, before].map((overview) => overview && figureOf(overview))
    const change = changeOf(figures[0], figures[1])
    return change !== undefined && <ChangeNote change={change} than={than} {...(worse && { worse })} />
  }
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
      <Stat
        name="Spend"
        icon={<IconCoins size={16} />}
        waiting={waiting}
        value={<Credits value={now?.totals.spend} />}
        more={note(({ totals }) => Number(totals.spend))}
      />
      <Stat
        name="Requests"
        icon={<IconArrowsExchange size={16} />}
        waiting={waiting}
        value={now && <span title={whole(now.totals.requests)}>{short(now.totals.requests)}</span>}
        more={note(({ totals }) => totals.requests)}
      />
      <Stat
        name="Errors"
        icon={<IconAlertTriangle size={16} />}
        waiting={waiting}
        value={now && share(errorShare(now.totals))}
        more={note(({ totals }) => errorShare(totals), 'up')}
      />
      <Stat
        name="Latency, median"
        icon={<IconClock size={16} />}
        waiting={waiting}
        value={now && <Median latency={now.latency} />}
        more={
          <>
            {now?.latency.p95_ms != null && <div>p95 {duration(now.latency.p95_ms)}</div>}
            {note(({ latency }) => latency.p50_ms, 'up')}
          </>
        }
      />
    </SimpleGrid>
  )
}

function Median({ latency }: Pick<Overview, 'latency'>) {
  if (latency.p50_ms === null) return '–'
  const { first_byte_p50_ms: first } = latency
  const about = `Of the newest ${whole(latency.requests)} completed requests${first === null ? '' : `; first byte ${duration(first)} in the median`}`
  return <span title={about}>{duration(latency.p50_ms)}</span>
}

export function errorShare({ requests, failed }: { requests: number; failed: number }): number {
  return requests === 0 ? 0 : failed / requests
}
