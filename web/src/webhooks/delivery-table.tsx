import { Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { whole } from '../parts/figures.ts'
import { TimeAgo } from '../parts/time-ago.tsx'
import { usePages } from '../parts/use-pages.ts'
import { DeliveryDrawer } from './delivery-drawer.tsx'
import { DeliveryState } from './delivery-state.tsx'
import { BUSY_MS, type Delivery, listDeliveries } from './webhook-api.ts'
import classes from './webhooks.module.css'

const IDLE_MS = 10_000

/** Deliveries, newest first, of everything or of one subject; each opens with its attempts. */
export function DeliveryTable(props: {
  subject?: string | undefined
  endpoint?: string | undefined
  state?: string | undefined
  event?: string | undefined
  /** Whether one may begin at any moment. */
  busy?: boolean
  empty: ReactNode
}) {
  const { subject, endpoint, state, event, busy = false, empty } = props
  const [open, setOpen] = useState<string>()
  const [pending, setPending] = useState(false)
  const filters = { subject, endpoint, state, event }
  const pages = usePages(
    ['webhooks', 'deliveries', filters],
    (cursor, signal) => listDeliveries(filters, cursor, signal),
    busy || pending ? BUSY_MS : IDLE_MS,
  )
  const isPending = pages.rows?.some(({ state }) => state === 'pending') ?? false
  if (pending !== isPending) setPending(isPending)
  return (
    <>
      <DataTable
        label="Deliveries"
        columns={columns((delivery) => setOpen(delivery.id), subject === undefined)}
        rows={pages.rows}
        rowKey={({ id }) => id}
        error={pages.error}
        onRetry={pages.retry}
        pages={pages}
        empty={empty}
      />
      <DeliveryDrawer id={open} onClose={() => setOpen(undefined)} />
    </>
  )
}

function columns(open: (delivery: Delivery) => void, withSubject: boolean): Column<Delivery>[] {
  return [
    {
      name: 'Event',
      cell: (delivery) => (
        <Stack gap={0}>
          <UnstyledButton className={classes.open} fz="sm" onClick={() => open(delivery)}>
            {delivery.event}
            <VisuallyHidden>: details</VisuallyHidden>
          </UnstyledButton>
          {withSubject && (
            <Text size="xs" c="dimmed" truncate maw={220}>
              {delivery.subject_id}
            </Text>
          )}
        </Stack>
      ),
    },
    {
      name: 'To',
      cell: ({ url }) => (
        <Text
          size="sm"
          maw={320}
          miw={{ base: 0, sm: 220 }}
          lineClamp={2}
          style={{ overflowWrap: 'anywhere' }}
        >
          {url}
        </Text>
      ),
    },
    { name: 'Status', cell: (delivery) => <DeliveryState delivery={delivery} /> },
    { name: 'Attempts', right: true, cell: ({ attempts }) => whole(attempts) },
    {
      name: 'Created',
      cell: ({ created_at }) => (
        <Text size="sm" span style={{ whiteSpace: 'nowrap' }}>
          <TimeAgo at={created_at} />
        </Text>
      ),
    },
  ]
}
