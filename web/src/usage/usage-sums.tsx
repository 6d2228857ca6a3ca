import { Paper, SimpleGrid, Skeleton, Text } from '@mantine/core'
import { stackOf } from '../overview/stack.ts'
import { StackChart } from '../overview/stack-chart.tsx'
import { errorShare } from '../overview/tiles.tsx'
import { Credits } from '../parts/amount.tsx'
import { duration, share, short, whole } from '../parts/figures.ts'
import { Stat } from '../parts/stat.tsx'
import type { useUsageSums } from './usage-api.ts'

type Sums = ReturnType<typeof useUsageSums>['data']

/** The sums of what the filters leave. Kept by day, they know nothing of outcomes. */
export function UsageTiles({ sums, byOutcome }: { sums: Sums; byOutcome: boolean }) {
  const totals = sums?.totals
  const waiting = !totals
  const all = byOutcome ? 'Of every outcome' : undefined
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: 'xs', sm: 'md' }}>
      <Stat name="Spend" waiting={waiting} value={<Credits value={totals?.spend} />} more={all} />
      <Stat
        name="Requests"
        waiting={waiting}
        value={totals && <span title={whole(totals.requests)}>{short(totals.requests)}</span>}
        more={totals && `${share(errorShare(totals))} failed`}
      />
      <Stat
        name="Tokens read"
        waiting={waiting}
        value={totals && <span title={whole(totals.input_tokens)}>{short(totals.input_tokens)}</span>}
        more={totals && `${short(totals.output_tokens)} written`}
      />
      <Stat
        name="Mean time"
        waiting={waiting}
        value={totals && (totals.mean_latency_ms === null ? '–' : duration(totals.mean_latency_ms))}
        more={all}
      />
    </SimpleGrid>
  )
}

export function SpendChart({ sums }: { sums: Sums }) {
  return (
    <Paper p="md">
      <Text component="h2" size="sm" fw={600} mb="sm">
        Spend a day by model, in credits
      </Text>
      {sums ? (
        <StackChart
          {...stackOf(sums, 'spend')}
          unit="credits"
          height={160}
          label={`Spend a day by model, ${sums.from} to ${sums.to}`}
        />
      ) : (
        <Skeleton height={160} />
      )}
    </Paper>
  )
}
