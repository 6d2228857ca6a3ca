import { Group, Paper, SegmentedControl, Select, SimpleGrid, Skeleton, Text, Title } from '@mantine/core'
import { GROUP_NAMES, GROUPS, type GroupBy, type Overview } from './overview-api.ts'
import { type Measure, singleOf, stackOf } from './stack.ts'
import { StackChart } from './stack-chart.tsx'

const MEASURES = [
  { value: 'spend', label: 'Spend' },
  { value: 'requests', label: 'Requests' },
]

/** Spend or requests by day, a layer for each group. */
export function OverTime(props: {
  overview: Overview | undefined
  by: GroupBy
  measure: Measure
  withMembers: boolean
  onChange: (changes: { by?: string | null; show?: string }) => void
}) {
  const { overview, by, measure } = props
  const groups = GROUPS.filter((group) => group !== 'user' || props.withMembers)
  return (
    <Paper p="md">
      <Group justify="space-between" mb="md">
        <Title order={2} size="h3">
          {measure === 'spend' ? 'Spend a day, in credits' : 'Requests a day'}
        </Title>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="What the chart shows"
            data={MEASURES}
            value={measure}
            onChange={(show) => props.onChange({ show })}
          />
          <Select
            size="xs"
            w={140}
            aria-label="Group by"
            data={groups.map((value) => ({
              value,
              label: `By ${GROUP_NAMES[value].replace(/^[MPE]/, lower)}`,
            }))}
            value={by}
            allowDeselect={false}
            onChange={(value) => props.onChange({ by: value })}
          />
        </Group>
      </Group>
      {overview ? <Stacked overview={overview} measure={measure} by={by} /> : <Skeleton height={280} />}
    </Paper>
  )
}

const lower = (letter: string) => letter.toLowerCase()

function Stacked({ overview, measure, by }: { overview: Overview; measure: Measure; by: GroupBy }) {
  return (
    <StackChart
      {...stackOf(overview, measure)}
      unit={measure === 'spend' ? 'credits' : 'count'}
      height={280}
      label={`${measure === 'spend' ? 'Spend' : 'Requests'} a day by ${GROUP_NAMES[by]}, ${overview.from} to ${overview.to}; the table below has the sums`}
    />
  )
}

/** What goes wrong and how long answers take, by day. */
export function Health({ overview }: { overview: Overview | undefined }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Small title="Failed requests a day">
        {overview && (
          <StackChart
            {...singleOf(overview.days, ({ failed }) => failed, FAILED)}
            unit="count"
            height={160}
            label="Failed requests a day"
          />
        )}
      </Small>
      <Small title="Mean time to the end of an answer">
        {overview && (
          <StackChart
            {...singleOf(overview.days, ({ mean_latency_ms: mean }) => mean, MEAN)}
            unit="milliseconds"
            height={160}
            label="Mean time to the end of an answer by day"
          />
        )}
      </Small>
    </SimpleGrid>
  )
}

const FAILED = { label: 'Failed', color: 'red.6' }
const MEAN = { label: 'Mean', color: 'blue.6' }

function Small({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Paper p="md">
      <Text component="h2" size="sm" fw={600} mb="sm">
        {title}
      </Text>
      {children ?? <Skeleton height={160} />}
    </Paper>
  )
}
