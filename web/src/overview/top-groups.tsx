import { Anchor, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Amount } from '../parts/amount.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { duration, share, whole } from '../parts/figures.ts'
import { GROUP_NAMES, type GroupBy, type Group as Grouped, type Overview } from './overview-api.ts'
import { errorShare } from './tiles.tsx'

type Line = Pick<Grouped, 'id' | 'name' | 'label' | 'requests' | 'failed' | 'spend' | 'mean_latency_ms'>

/** Who and what spent most; each line leads to its requests. */
export function TopGroups(props: { overview: Overview | undefined; by: GroupBy; days: string }) {
  const { overview, by, days } = props
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2} size="h3">
          {GROUP_NAMES[by]}s that spent most
        </Title>
        <Anchor component={Link} to="/usage" search={{ days } as never} size="sm">
          All requests
        </Anchor>
      </Group>
      <DataTable
        label={`${GROUP_NAMES[by]}s that spent most`}
        columns={columnsOf(overview, by, days)}
        rows={overview && linesOf(overview)}
        rowKey={({ id, name }) => `${id} ${name}`}
        empty={null}
      />
    </Stack>
  )
}

function linesOf({ groups, rest }: Overview): Line[] {
  if (!rest) return groups
  return [...groups, { ...rest, id: null, name: `${whole(rest.groups)} others`, label: null }]
}

function columnsOf(overview: Overview | undefined, by: GroupBy, days: string): Column<Line>[] {
  const most = Number(overview?.groups[0]?.spend ?? 0)
  return [
    {
      name: GROUP_NAMES[by],
      cell: ({ id, name, label }) => (
        <Stack gap={0}>
          {id === null ? (
            <Text size="sm" c="dimmed">
              {name}
            </Text>
          ) : (
            <Anchor
              component={Link}
              to="/usage"
              search={{ [by]: id, days } as never}
              size="sm"
              fw={600}
              lineClamp={1}
            >
              {name}
            </Anchor>
          )}
          {label && (
            <Text size="xs" c="dimmed">
              {label}
            </Text>
          )}
        </Stack>
      ),
    },
    { name: 'Spend', right: true, cell: ({ spend }) => <Spend spend={spend} most={most} /> },
    { name: 'Requests', right: true, cell: ({ requests }) => <span className="num">{whole(requests)}</span> },
    { name: 'Errors', right: true, cell: (line) => <span className="num">{share(errorShare(line))}</span> },
    {
      name: 'Mean time',
      right: true,
      cell: ({ mean_latency_ms: mean }) => (
        <span className="num">{mean === null ? '–' : duration(mean)}</span>
      ),
    },
  ]
}

function Spend({ spend, most }: { spend: string; most: number }) {
  return (
    <Stack gap={4} miw={110} maw={220} ml={{ sm: 'auto' }}>
      <Amount value={spend} />
      <Progress value={most > 0 ? (Number(spend) / most) * 100 : 0} size={4} color="amber.4" aria-hidden />
    </Stack>
  )
}
