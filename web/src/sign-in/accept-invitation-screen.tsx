import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ApiError } from '../api.ts'
import { auth, authAnswer } from '../auth-client.ts'
import { chooseOrganization } from '../current-organization.ts'
import { ErrorNote } from '../parts/error-note.tsx'
import { meQuery, useSignOut } from '../session.ts'
import { Door } from './door.tsx'
import { invitationQuery } from './invitation.ts'

interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: string | null
  readonly organizationName: string
  readonly inviterName: string | null
  readonly hasAccount: boolean
}

/** Where the link of an invitation leads, whoever opens it. */
export function AcceptInvitationScreen() {
  const { id: ticket = '' } = useParams({ strict: false }) as { id?: string }
  const invitation = useQuery(invitationQuery(ticket))
  const me = useQuery(meQuery)
  const isOut = me.error instanceof ApiError && me.error.status === 401
  const error = invitation.error ?? (isOut ? null : me.error)
  if (error) return <NoInvitation error={error} isOut={isOut} />
  if (!invitation.data || (me.isPending && !isOut)) {
    return (
      <Door title="Invitation">
        <Loader aria-label="Loading" />
      </Door>
    )
  }
  if (!me.data) return <WhoAreYou invitation={invitation.data} ticket={ticket} />
  if (me.data.user.email !== invitation.data.email)
    return <SomebodyElse invitation={invitation.data} email={me.data.user.email} ticket={ticket} />
  return <Decision invitation={invitation.data} ticket={ticket} />
}

function NoInvitation({ error, isOut }: { error: Error; isOut: boolean }) {
  return (
    <Door title="Invitation">
      <ErrorNote error={error} />
      <Button component={Link} to={isOut ? '/sign-in' : '/'} variant="default">
        {isOut ? 'Sign in' : 'Go to the overview'}
      </Button>
    </Door>
  )
}

function Introduction({ inviterName, role }: Invitation) {
  return (
    <>
      {inviterName ?? 'Somebody'} invited you as {role === 'member' || !role ? 'a member' : `an ${role}`}.
      Members share the organisation's plan and budget, and each has keys of their own.
    </>
  )
}

function WhoAreYou({ invitation, ticket }: { invitation: Invitation; ticket: string }) {
  const next = `/accept-invitation/${ticket}`
  return (
    <Door title={`Join ${invitation.organizationName}`} intro={<Introduction {...invitation} />}>
      {invitation.hasAccount ? (
        <Button component={Link} to="/sign-in" search={{ next } as never}>
          Sign in as {invitation.email}
        </Button>
      ) : (
        <Stack gap="xs">
          <Button component={Link} to="/sign-up" search={{ next, invitation: ticket } as never}>
            Create an account
          </Button>
          <Button component={Link} to="/sign-in" search={{ next } as never} variant="default">
            Sign in another way
          </Button>
        </Stack>
      )}
    </Door>
  )
}

function SomebodyElse({
  invitation,
  email,
  ticket,
}: {
  invitation: Invitation
  email: string
  ticket: string
}) {
  const signOut = useSignOut()
  return (
    <Door title={`Join ${invitation.organizationName}`}>
      <Text size="sm">
        The invitation is for {invitation.email}, and you are signed in as {email}. Sign out to go on.
      </Text>
      <Button onClick={() => void signOut(`/accept-invitation/${ticket}`)}>Sign out</Button>
    </Door>
  )
}

function Decision({ invitation, ticket }: { invitation: Invitation; ticket: string }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const leave = async (organization?: string) => {
    if (organization) chooseOrganization(organization)
    await queries.invalidateQueries({ queryKey: ['me'] })
    await navigate({ to: '/' })
  }
  const accept = useMutation({
    mutationFn: () => authAnswer(auth.organization.acceptInvitation({ invitationId: ticket })),
    onSuccess: ({ member }) => leave(member.organizationId),
  })
  const decline = useMutation({
    mutationFn: () => authAnswer(auth.organization.rejectInvitation({ invitationId: ticket })),
    onSuccess: () => leave(),
  })
  return (
    <Door title={`Join ${invitation.organizationName}`} intro={<Introduction {...invitation} />}>
      <ErrorNote error={accept.error ?? decline.error} />
      <Group grow>
        <Button variant="default" onClick={() => decline.mutate()} loading={decline.isPending}>
          Decline
        </Button>
        <Button onClick={() => accept.mutate()} loading={accept.isPending}>
          Join
        </Button>
      </Group>
    </Door>
  )
}
