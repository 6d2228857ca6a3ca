import { Anchor, Stack, Text, Title } from '@mantine/core'
import { IconReceipt } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Column } from '../parts/data-table.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { usePages } from '../parts/use-pages.ts'
import { useIsManager } from '../session.ts'
import { type Entry, listEntries } from './balance-api.ts'

const KINDS: Readonly<Record<Entry['kind'], { name: string; color: string }>> = {
  grant: { name: 'grant', color: 'green' },
  refund: { name: 'refund', color: 'blue' },
  opening: { name: 'opening', color: 'gray' },
  closing: { name: 'cleared requests', color: 'gray' },
}

const COLUMNS: Column<Entry>[] = [
  { name: 'Time', cell: ({ at }) => <TimeAgo at={at} /> },
  { name: 'Kind', cell: (entry) => <Kind entry={entry} /> },
  { name: 'Credits', right: true, cell: ({ amount }) => <Signed amount={amount} /> },
  { name: 'Note', cell: (entry) => <Note entry={entry} /> },
  { name: 'By', cell: ({ by }) => (by.kind === 'operator' ? 'The operator' : (by.name ?? by.id ?? by.kind)) },
]

/** Grants, refunds and corrections; requests are under Usage. */
export function EntryList({ ofOrganization }: { ofOrganization: boolean }) {
  const manager = useIsManager()
  const pages = usePages(['balance', 'entries'], listEntries)
  return (
    <Stack gap="xs">
      <Title order={2}>Entries</Title>
      <DataTable
        label="Entries of the balance"
        columns={COLUMNS}
        rows={pages.rows}
        rowKey={({ id }) => id}
        error={pages.error}
        onRetry={pages.retry}
        pages={pages}
        empty={
          <NothingYet icon={<IconReceipt />} title="No entries">
            {ofOrganization && !manager
              ? 'Grants and refunds of the organisation are shown to its owners and admins.'
              : 'Grants, refunds and corrections appear here.'}{' '}
            What requests cost is under{' '}
            <Anchor component={Link} to="/usage" inherit underline="always">
              Usage
            </Anchor>
            .
          </NothingYet>
        }
      />
    </Stack>
  )
}

function Kind({ entry }: { entry: Entry }) {
  const { name, color } =
    entry.kind === 'grant' && entry.amount.startsWith('-') ? TAKEN_BACK : KINDS[entry.kind]
  return <StateBadge state={name} color={color} />
}

const TAKEN_BACK = { name: 'taken back', color: 'orange' }

/** The exact amount: entries are few, and read closely. */
function Signed({ amount }: { amount: string }) {
  const minus = amount.startsWith('-')
  const [whole = '0', fraction] = amount.replace('-', '').split('.')
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? `.${fraction}` : '')
  return (
    <Text span size="sm" className="num" style={{ whiteSpace: 'nowrap' }}>
      {minus ? '−' : '+'}
      {text}
    </Text>
  )
}

function Note({ entry }: { entry: Entry }) {
  const { note, reference, request_id } = entry
  if (!note && !reference && !request_id) return <Text c="dimmed">–</Text>
  return (
    <Stack gap={0}>
      {note && (
        <Text size="sm" maw={420}>
          {note}
        </Text>
      )}
      {reference && (
        <Text size="xs" c="dimmed">
          {reference}
        </Text>
      )}
      {request_id && (
        <Anchor component={Link} to="/usage" search={{ request: request_id } as never} size="xs">
          The request
        </Anchor>
      )}
    </Stack>
  )
}
