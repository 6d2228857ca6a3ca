import { Button, Code, DataList, Drawer, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { CopyButton } from '../parts/copy-button.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { duration, exactTime } from '../parts/figures.ts'
import { once } from '../parts/on-submit.ts'
import { saidSo } from '../parts/said-so.ts'
import { DeliveryState } from './delivery-state.tsx'
import { type Attempt, type DeliveryDetail, useDelivery, useRedeliver } from './webhook-api.ts'
import classes from './webhooks.module.css'

/** One delivery: what was sent, each attempt, and what was answered. */
export function DeliveryDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { data, error, isPending, refetch } = useDelivery(id)
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title="Delivery"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {data && id && <Details delivery={data} />}
      {isPending && id && !error && <Skeleton height={320} />}
      <ErrorNote error={error} onRetry={() => void refetch()} />
    </Drawer>
  )
}

function Details({ delivery }: { delivery: DeliveryDetail }) {
  const redeliver = useRedeliver()
  const again = () =>
    redeliver.mutate(delivery.id, { onSuccess: () => saidSo('It is on its way again, with the same id') })
  return (
    <Stack>
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Code style={{ overflowWrap: 'anywhere' }}>{delivery.id}</Code>
        <CopyButton value={delivery.id} what="the delivery's id" />
      </Group>
      <DataList labelWidth="6.5rem" withDivider gap="xs">
        <Item name="Event">{delivery.event}</Item>
        <Item name="Of">{delivery.subject_id}</Item>
        <Item name="To">{delivery.url}</Item>
        <Item name="Status">
          <DeliveryState delivery={delivery} />
        </Item>
        <Item name="Created">{exactTime(delivery.created_at)}</Item>
        {delivery.ended_at && (
          <Item name={delivery.state === 'delivered' ? 'Delivered' : 'Given up'}>
            {exactTime(delivery.ended_at)}
          </Item>
        )}
      </DataList>
      <ErrorNote error={redeliver.error} title="It could not be sent again" />
      <Group>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={redeliver.isPending}
          disabled={delivery.state === 'pending' && delivery.attempts === 0}
          onClick={once(again)}
        >
          Send again
        </Button>
      </Group>
      <Attempts log={delivery.attempt_log} />
      <div>
        <Title order={3} mb={4}>
          Body
        </Title>
        <Code block tabIndex={0} className={classes.text}>
          {JSON.stringify(delivery.payload, null, 2)}
        </Code>
      </div>
    </Stack>
  )
}

function Attempts({ log }: { log: readonly Attempt[] }) {
  return (
    <div>
      <Title order={3} mb={4}>
        Attempts
      </Title>
      {log.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
      <Stack gap="sm">
        {log.map(({ attempt, at, duration_ms, status, error, response }) => (
          <div key={attempt}>
            <Text size="sm" className="num">
              {attempt}. {exactTime(at)}: {status === null ? 'no answer' : `answered ${status}`} in{' '}
              {duration(duration_ms)}
            </Text>
            {error && (
              <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
                {error}
              </Text>
            )}
            {response && (
              <Code block tabIndex={0} className={classes.text} mt={4}>
                {response}
              </Code>
            )}
          </div>
        ))}
      </Stack>
    </div>
  )
}

function Item({ name, children }: { name: string; children: ReactNode }) {
  return (
    <DataList.Item>
      <DataList.ItemLabel>{name}</DataList.ItemLabel>
      <DataList.ItemValue className="num" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {children}
      </DataList.ItemValue>
    </DataList.Item>
  )
}
