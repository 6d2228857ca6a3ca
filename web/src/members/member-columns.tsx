import { Anchor, Badge, Group, Select, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Column } from '../parts/data-table.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { whole } from '../parts/figures.ts'
import { saidSo } from '../parts/said-so.ts'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { type Member, ROLES, type Role, rolesThatMayBeGiven, useSetRole } from './member-api.ts'
import { RemoveMember } from './remove-member.tsx'

/**
 * @param mine the role of the person who looks
 * @param me the person's id
 */
export function memberColumns(mine: Role, me: string): Column<Member>[] {
  const manages = mine !== 'member'
  /** An admin leaves owners alone; nobody changes himself by mistake. */
  const mayChange = (member: Member) =>
    manages && member.userId !== me && (mine === 'owner' || member.role !== 'owner')
  const columns: Column<Member>[] = [
    { name: 'Member', cell: (member) => <Who member={member} me={member.userId === me} /> },
    {
      name: 'Role',
      cell: (member) =>
        mayChange(member) ? <RoleSelect member={member} mine={mine} /> : labelOf(member.role),
    },
    { name: 'Joined', cell: ({ joinedAt }) => <TimeAgo at={joinedAt} /> },
  ]
  if (!manages) return columns
  return [
    ...columns,
    { name: 'Keys', right: true, cell: (member) => <Keys member={member} /> },
    {
      name: 'Actions',
      bare: true,
      right: true,
      cell: (member) => mayChange(member) && <RemoveMember member={member} />,
    },
  ]
}

function labelOf(role: Role): string {
  return ROLES.find(({ value }) => value === role)?.label ?? role
}

function Who({ member, me }: { member: Member; me: boolean }) {
  return (
    <Stack gap={0}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {member.name || member.email}
        </Text>
        {me && (
          <Badge size="sm" variant="light" color="gray" tt="none" radius="sm">
            you
          </Badge>
        )}
        {member.state === 'suspended' && <StateBadge state="suspended" />}
      </Group>
      {member.name && (
        <Text size="xs" c="dimmed">
          {member.email}
        </Text>
      )}
    </Stack>
  )
}

function RoleSelect({ member, mine }: { member: Member; mine: Role }) {
  const set = useSetRole()
  const name = member.name || member.email
  const change = (role: string | null) => {
    if (!role || role === member.role) return
    const onSuccess = () => saidSo(`${name} is ${labelOf(role as Role).toLowerCase()} now`)
    set.mutate({ memberId: member.id, role: role as Role }, { onSuccess })
  }
  return (
    <Stack gap={4} align="flex-start">
      <Select
        aria-label={`Role of ${name}`}
        size="xs"
        w={120}
        data={[...rolesThatMayBeGiven(mine)].map(({ value, label }) => ({ value, label }))}
        value={member.role}
        onChange={change}
        disabled={set.isPending}
        allowDeselect={false}
      />
      <ErrorNote error={set.error} />
    </Stack>
  )
}

function Keys({ member: { userId, keys } }: { member: Member }) {
  if (keys === null) return null
  return (
    <Anchor component={Link} to="/keys" search={{ user: userId } as never} size="sm" className="num">
      {whole(keys)}
    </Anchor>
  )
}
