import type { paths } from '@claviger/sdk/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'
import { auth, authAnswer } from '../auth-client.ts'
import { useOrganization } from '../session.ts'

type Answer<P extends '/api/dashboard/members' | '/api/dashboard/invitations'> =
  paths[P]['get']['responses'][200]['content']['application/json']['data'][number]
export type Member = Answer<'/api/dashboard/members'>
export type Invitation = Answer<'/api/dashboard/invitations'>
export type Role = Member['role']

export const ROLES: readonly { value: Role; label: string; rights: string }[] = [
  { value: 'member', label: 'Member', rights: 'Own keys and own usage' },
  {
    value: 'admin',
    label: 'Admin',
    rights: "Everybody's keys and usage, projects, members and the audit log",
  },
  { value: 'owner', label: 'Owner', rights: 'Everything that admins may, and making owners' },
]

/** Nobody grants more than he has. */
export function rolesThatMayBeGiven(mine: Role) {
  return ROLES.filter(({ value }) => mine === 'owner' || (mine === 'admin' && value !== 'owner'))
}

export function listMembers(search: string | undefined, cursor: string | undefined, signal: AbortSignal) {
  return answer(api.GET('/api/dashboard/members', { params: { query: { search, cursor } }, signal }))
}

export async function listInvitations(signal: AbortSignal) {
  return (await answer(api.GET('/api/dashboard/invitations', { signal }))).data
}

/** A change of the members, after which they, their keys and the invitations are read again. */
function useMemberAction<V, R>(act: (variables: V, organizationId: string) => Promise<R>) {
  const queries = useQueryClient()
  const { id } = useOrganization()
  return useMutation({
    mutationFn: (variables: V) => act(variables, id),
    onSuccess: () =>
      Promise.all(
        ['members', 'invitations', 'keys', 'projects'].map((noun) =>
          queries.invalidateQueries({ queryKey: [noun] }),
        ),
      ),
  })
}

export function useSetRole() {
  return useMemberAction(({ memberId, role }: { memberId: string; role: Role }, organizationId) =>
    authAnswer(auth.organization.updateMemberRole({ memberId, role, organizationId })),
  )
}

export function useRemoveMember() {
  return useMemberAction((memberIdOrEmail: string, organizationId) =>
    authAnswer(auth.organization.removeMember({ memberIdOrEmail, organizationId })),
  )
}

/** Also sends the letter once more, to an address that is invited already. */
export function useInvite() {
  return useMemberAction(
    ({ email, role, resend = false }: { email: string; role: Role; resend?: boolean }, organizationId) =>
      authAnswer(auth.organization.inviteMember({ email, role, resend, organizationId })),
  )
}

export function useCancelInvitation() {
  return useMemberAction((invitationId: string) =>
    authAnswer(auth.organization.cancelInvitation({ invitationId })),
  )
}
