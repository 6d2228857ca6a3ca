import { Button, Group, Stack, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { ErrorNote } from '../parts/error-note.tsx'
import { NothingYet } from '../parts/nothing-yet.tsx'
import { saidSo } from '../parts/said-so.ts'
import { Section } from '../parts/section.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useMe } from '../session.ts'
import { type Invitation, listInvitations, ROLES, useCancelInvitation, useInvite } from './member-api.ts'
import { NoMailNote } from './no-mail-note.tsx'

const COLUMNS: Column<Invitation>[] = [
  {
    name: 'Invited',
    cell: ({ email, inviter }) => (
      <Stack gap={0}>
        <Text size="sm" fw={600}>
          {email}
        </Text>
        <Text size="xs" c="dimmed">
          by {inviter.name || 'somebody'}
        </Text>
      </Stack>
    ),
  },
  { name: 'Role', cell: ({ role }) => ROLES.find(({ value }) => value === role)?.label },
  { name: 'Status', cell: ({ state }) => <StateBadge state={state} /> },
  { name: 'Expires', cell: ({ expiresAt }) => <TimeAgo at={expiresAt} /> },
  { name: 'Actions', bare: true, right: true, cell: (invitation) => <Actions invitation={invitation} /> },
]

/** Those who have not answered yet, for owners and admins. */
export function Invitations() {
  const invitations = useQuery({
    queryKey: ['invitations'],
    queryFn: ({ signal }) => listInvitations(signal),
  })
  return (
    <Section title="Invitations" description="Whoever has not answered yet.">
      {(invitations.data?.length ?? 0) > 0 && <NoMailNote />}
      <DataTable
        label="Invitations"
        columns={COLUMNS}
        rows={invitations.data}
        rowKey={({ id }) => id}
        error={invitations.error}
        onRetry={() => void invitations.refetch()}
        empty={
          <NothingYet icon={<IconMail />} title="No invitation is open">
            Invite somebody by e-mail: they become a member when they open the link and accept.
          </NothingYet>
        }
      />
    </Section>
  )
}

function Actions({ invitation: { id, email, role } }: { invitation: Invitation }) {
  const { mail } = useMe().features
  const invite = useInvite()
  const cancel = useCancelInvitation()
  const again = () => {
    const onSuccess = () =>
      saidSo(`${mail ? 'Another letter is on its way to' : 'A new link is made for'} ${email}`)
    invite.mutate({ email, role, resend: true }, { onSuccess })
  }
  return (
    <>
      <Group gap="xs" display="inline-flex">
        <Button
          size="xs"
          variant="default"
          onClick={again}
          loading={invite.isPending}
          aria-label={`Send again the invitation of ${email}`}
        >
          Send again
        </Button>
        <ConfirmButton
          label="Cancel"
          size="xs"
          aria-label={`Cancel the invitation of ${email}`}
          title={`Cancel the invitation of ${email}?`}
          confirm="Cancel invitation"
          keep="Keep it"
          onConfirm={async () => {
            await cancel.mutateAsync(id)
            saidSo('The invitation is cancelled')
          }}
        >
          Its link stops working at once. You can invite {email} again.
        </ConfirmButton>
      </Group>
      <ErrorNote error={invite.error} />
    </>
  )
}
