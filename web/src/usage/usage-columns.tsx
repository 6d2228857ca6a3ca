import { Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { Amount } from '../parts/amount.tsx'
import type { Column } from '../parts/data-table.tsx'
import { duration, whole } from '../parts/figures.ts'
import { TimeAgo } from '../parts/time-ago.tsx'
import { Outcome } from './outcome.tsx'
import classes from './usage.module.css'
import type { UsageRow } from './usage-api.ts'

const BASES: Readonly<Record<UsageRow['cost_basis'], string | undefined>> = {
  reported: undefined,
  counted: 'counted',
  held: 'as held',
  none: undefined,
}

/** @param withMember where requests of several people are listed */
export function usageColumns(open: (row: UsageRow) => void, withMember: boolean): Column<UsageRow>[] {
  return [
    {
      name: 'Time',
      cell: (row) => (
        <UnstyledButton
          className={classes.open}
          fz="sm"
          style={{ whiteSpace: 'nowrap' }}
          onClick={() => open(row)}
        >
          <TimeAgo at={row.created_at} />
          <VisuallyHidden>: details</VisuallyHidden>
        </UnstyledButton>
      ),
    },
    { name: 'Model', cell: ({ model, endpoint }) => <Two first={model} second={endpoint} /> },
    {
      name: 'Key',
      cell: ({ key, user }) => (
        <Two first={key.name ?? key.hash} second={withMember ? (user.name ?? user.email) : key.label} />
      ),
    },
    {
      name: 'Tokens',
      right: true,
      cell: (row) => <Tokens row={row} />,
    },
    {
      name: 'Cost',
      right: true,
      cell: (row) => <Cost row={row} />,
    },
    { name: 'Status', cell: (row) => <Outcome row={row} /> },
    {
      name: 'Took',
      right: true,
      cell: ({ duration_ms }) => (
        <Text size="sm" span className="num" style={{ whiteSpace: 'nowrap' }}>
          {duration(duration_ms)}
        </Text>
      ),
    },
  ]
}

function Tokens({ row }: { row: UsageRow }) {
  if (row.endpoint === 'generate') {
    return (
      <Text size="sm" span className="num" title="Files or seconds that were made">
        {whole(row.units)} made
      </Text>
    )
  }
  return (
    <Text size="sm" span className="num" style={{ whiteSpace: 'nowrap' }}>
      <span title="Read">{whole(row.input_tokens)}</span>
      <Text span c="dimmed" aria-label="to">
        {' → '}
      </Text>
      <span title="Written">{whole(row.output_tokens)}</span>
    </Text>
  )
}

function Cost({ row }: { row: UsageRow }) {
  const basis = BASES[row.cost_basis]
  return (
    <Stack gap={0}>
      <Amount value={row.cost} />
      {basis && (
        <Text size="xs" c="dimmed">
          {basis}
        </Text>
      )}
    </Stack>
  )
}

function Two({ first, second }: { first: string; second: string | null }) {
  return (
    <Stack gap={0}>
      <Text size="sm" truncate maw={200} title={first}>
        {first}
      </Text>
      {second && (
        <Text size="xs" c="dimmed" truncate maw={200}>
          {second}
        </Text>
      )}
    </Stack>
  )
}
