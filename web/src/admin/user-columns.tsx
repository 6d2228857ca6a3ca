import { Badge, Group, Stack, Text } from '@mantine/core'
import type { Column } from '../parts/data-table.tsx'
import { whole } from '../parts/figures.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { type User, useChangeUser } from './people-api.ts'
import { PlanCell } from './plan-cell.tsx'
import { UserMenu } from './user-menu.tsx'

export const USER_COLUMNS: Column<User>[] = [
  { name: 'User', cell: (user) => <Who user={user} /> },
  { name: 'Status', cell: (user) => <Marks user={user} /> },
  { name: 'Plan', cell: (user) => <UserPlan user={user} /> },
  { name: 'Keys', right: true, cell: ({ keys }) => <span className="num">{whole(keys)}</span> },
  { name: 'Sessions', right: true, cell: ({ sessions }) => <span className="num">{whole(sessions)}</span> },
  {
    name: 'Since',
    cell: ({ createdAt }) => (
      <Text size="sm" span style={{ whiteSpace: 'nowrap' }}>
        <TimeAgo at={createdAt} />
      </Text>
    ),
  },
  { name: 'Actions', bare: true, right: true, width: 50, cell: (user) => <UserMenu user={user} /> },
]

function Who({ user: { name, email } }: { user: User }) {
  return (
    <Stack gap={0}>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {name || email}
      </Text>
      {name && (
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      )}
    </Stack>
  )
}

function Marks({ user }: { user: User }) {
  const { state, operator, twoFactor, emailVerified } = user
  return (
    <Group gap={6}>
      <StateBadge state={state} />
      {operator && <Mark text="administrator" color="amber" />}
      {twoFactor && <Mark text="two-factor" />}
      {!emailVerified && <Mark text="address not verified" color="orange" />}
    </Group>
  )
}

function Mark({ text, color = 'gray' }: { text: string; color?: string }) {
  return (
    <Badge variant="light" size="sm" radius="sm" tt="none" color={color}>
      {text}
    </Badge>
  )
}

function UserPlan({ user }: { user: User }) {
  const change = useChangeUser(user.id)
  return (
    <PlanCell of={user.name || user.email} plan={user.plan} onSave={(plan) => change.mutateAsync({ plan })} />
  )
}
