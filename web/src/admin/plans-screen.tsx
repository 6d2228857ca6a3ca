import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus, IconStairs } from '@tabler/icons-react'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { whole } from '../parts/figures.ts'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { Page } from '../parts/page.tsx'
import { EntryMenu } from './entry-menu.tsx'
import { usePlans } from './people-api.ts'
import { type Plan, quotaText, useDeletePlan } from './plan-api.ts'
import { PlanDialog } from './plan-dialog.tsx'

const COLUMNS: Column<Plan>[] = [
  { name: 'Plan', cell: (plan) => <Name plan={plan} /> },
  { name: 'Rank', right: true, cell: ({ rank }) => <span className="num">{whole(rank)}</span> },
  {
    name: 'Limits',
    width: '30%',
    cell: ({ quotas }) => <Lines texts={quotas.map(quotaText)} none="No limits" />,
  },
  { name: 'Models', cell: ({ models }) => <Names names={models} all="All models" none="No models" /> },
  { name: 'Tools', cell: ({ tools }) => <Names names={tools} all="All tools" none="No tools" /> },
  { name: 'Held by', cell: (plan) => <Holders plan={plan} /> },
  { name: 'Actions', bare: true, right: true, width: 50, cell: (plan) => <PlanMenu plan={plan} /> },
]

export function PlansScreen() {
  const plans = usePlans()
  const [creating, { open, close }] = useDisclosure()
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={open} disabled={!plans.data}>
      Create plan
    </Button>
  )
  return (
    <Page
      title="Plans"
      description="A plan says how much its holders may use, and which models and tools. A change holds from the next request."
      actions={create}
    >
      <DataTable
        label="Plans"
        columns={COLUMNS}
        rows={plans.data}
        rowKey={({ id }) => id}
        error={plans.error}
        onRetry={() => void plans.refetch()}
        empty={
          <NothingYet icon={<IconStairs />} title="No plans yet" action={create}>
            Without plans everybody may use everything. Create one, name it as the default in the
            configuration (plans.default), and give better ones to users or organisations.
          </NothingYet>
        }
      />
      {creating && <PlanDialog taken={(plans.data ?? []).map(({ id }) => id)} onClose={close} />}
    </Page>
  )
}

function Name({ plan: { id, name, isDefault } }: { plan: Plan }) {
  return (
    <Stack gap={0}>
      <Group gap={4}>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        {isDefault && (
          <Badge variant="light" size="sm" radius="sm" tt="none">
            default
          </Badge>
        )}
      </Group>
      {name !== id && (
        <Text size="xs" c="dimmed">
          {id}
        </Text>
      )}
    </Stack>
  )
}

function Lines({ texts, none }: { texts: readonly string[]; none: string }) {
  if (texts.length === 0) return <Text size="sm">{none}</Text>
  return (
    <Stack gap={0}>
      {texts.map((text) => (
        <Text key={text} size="sm">
          {text}
        </Text>
      ))}
    </Stack>
  )
}

function Names(props: { names: readonly string[] | null; all: string; none: string }) {
  const { names } = props
  if (names === null || names.length === 0) {
    return (
      <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
        {names === null ? props.all : props.none}
      </Text>
    )
  }
  return (
    <Text size="sm" lineClamp={4} maw={220} title={names.join(', ')}>
      {names.join(', ')}
    </Text>
  )
}

function Holders({ plan: { users, organizations, isDefault } }: { plan: Plan }) {
  const parts = [
    users > 0 && `${whole(users)} ${users === 1 ? 'user' : 'users'}`,
    organizations > 0 && `${whole(organizations)} ${organizations === 1 ? 'organisation' : 'organisations'}`,
    isDefault && 'everybody without another',
  ].filter((part): part is string => part !== false)
  return (
    <Text size="sm" {...(parts.length === 0 && { c: 'dimmed' })}>
      {parts.join(', ') || 'nobody'}
    </Text>
  )
}

function PlanMenu({ plan }: { plan: Plan }) {
  const remove = useDeletePlan()
  return (
    <EntryMenu
      what={`the plan ${plan.name}`}
      warning="This cannot be undone. It is possible once nobody has the plan and it is not the default."
      onDelete={() => remove.mutateAsync(plan.id)}
      editing={(close) => <PlanDialog plan={plan} taken={[]} onClose={close} />}
    />
  )
}
