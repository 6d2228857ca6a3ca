import { Badge, Group, Menu, Stack, Text } from '@mantine/core'
import { IconBan, IconCoins, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { ConfirmDialog } from '../parts/confirm-button.tsx'
import type { Column } from '../parts/data-table.tsx'
import { whole } from '../parts/figures.ts'
import { RowMenu } from '../parts/row-menu.tsx'
import { saidSo } from '../parts/said-so.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useMe } from '../session.ts'
import { GrantDialog } from './grant-dialog.tsx'
import { type Organization, useChangeOrganization } from './people-api.ts'
import { PlanCell } from './plan-cell.tsx'

export const ORGANIZATION_COLUMNS: Column<Organization>[] = [
  { name: 'Organisation', cell: (organization) => <NameAndOwner organization={organization} /> },
  { name: 'Status', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Plan', cell: (organization) => <OrganizationPlan organization={organization} /> },
  { name: 'Members', right: true, cell: ({ members }) => <span className="num">{whole(members)}</span> },
  { name: 'Keys', right: true, cell: ({ keys }) => <span className="num">{whole(keys)}</span> },
  { name: 'Since', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
  {
    name: 'Actions',
    bare: true,
    right: true,
    width: 50,
    cell: (organization) => <OrganizationMenu organization={organization} />,
  },
]

function NameAndOwner({ organization: { name, personal, owner } }: { organization: Organization }) {
  return (
    <Stack gap={0}>
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        {personal && (
          <Badge variant="light" color="gray" size="sm" radius="sm" tt="none">
            personal
          </Badge>
        )}
      </Group>
      {owner && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {personal ? owner.email : `${owner.name || owner.email} owns it`}
        </Text>
      )}
    </Stack>
  )
}

function OrganizationPlan({ organization: { id, name, plan } }: { organization: Organization }) {
  const change = useChangeOrganization(id)
  return <PlanCell of={name} plan={plan} onSave={(next) => change.mutateAsync({ plan: next })} />
}

function OrganizationMenu({ organization }: { organization: Organization }) {
  const { id, name, state, personal } = organization
  const [dialog, setDialog] = useState<'grant' | 'suspend'>()
  const { balanceOf } = useMe().features
  const close = () => setDialog(undefined)
  const suspended = state === 'suspended'
  const change = useChangeOrganization(id)
  return (
    <>
      <RowMenu of={name}>
        {balanceOf === 'organization' && (
          <Menu.Item leftSection={<IconCoins size={16} />} onClick={() => setDialog('grant')}>
            Grant credits
          </Menu.Item>
        )}
        <Menu.Item
          {...(!suspended && { c: 'var(--mantine-color-error)' })}
          leftSection={suspended ? <IconPlayerPlay size={16} /> : <IconBan size={16} />}
          onClick={() => setDialog('suspend')}
        >
          {suspended ? 'Activate' : 'Suspend'}
        </Menu.Item>
      </RowMenu>
      {dialog === 'grant' && <GrantDialog name={name} to={{ organizationId: id }} onClose={close} />}
      <ConfirmDialog
        opened={dialog === 'suspend'}
        onClose={close}
        title={suspended ? `Activate ${name}?` : `Suspend ${name}?`}
        confirm={suspended ? 'Activate' : 'Suspend'}
        onConfirm={async () => {
          await change.mutateAsync({ suspended: !suspended })
          saidSo(`${name} is ${suspended ? 'active again' : 'suspended'}`)
        }}
      >
        {suspended
          ? 'Its API keys work again, from the next request on.'
          : `Its API keys are refused from the next request on. ${personal ? 'Its owner' : 'Its members'} can still sign in, and nothing is deleted.`}
      </ConfirmDialog>
    </>
  )
}
