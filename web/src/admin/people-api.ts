import type { paths } from '@claviger/sdk/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

type List<P extends '/api/dashboard/admin/users' | '/api/dashboard/admin/organizations'> =
  paths[P]['get']['responses'][200]['content']['application/json']['data'][number]
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never

export type User = List<'/api/dashboard/admin/users'>
export type Organization = List<'/api/dashboard/admin/organizations'>
export type NewUser = Body<paths['/api/dashboard/admin/users']['post']>
export type UserChange = Body<paths['/api/dashboard/admin/users/{id}']['patch']>
export type OrganizationChange = Body<paths['/api/dashboard/admin/organizations/{id}']['patch']>
export type NewGrant = Body<paths['/api/dashboard/admin/credits']['post']>
export type State = User['state']

/** A change by the operator. What it touches may be the operator's own, so `me` is read again, too. */
function useAdminAction<V, R>(act: (variables: V) => Promise<R>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      Promise.all(
        ['admin-users', 'admin-organizations', 'plans', 'balance', 'me'].map((noun) =>
          queries.invalidateQueries({ queryKey: [noun] }),
        ),
      ),
  })
}

export function useCreateUser() {
  return useAdminAction((body: NewUser) => answer(api.POST('/api/dashboard/admin/users', { body })))
}

export function useChangeUser(id: string) {
  return useAdminAction((body: UserChange) =>
    answer(api.PATCH('/api/dashboard/admin/users/{id}', { params: { path: { id } }, body })),
  )
}

export function useSignUserOut(id: string) {
  return useAdminAction(
    async (_: undefined) =>
      (await answer(api.DELETE('/api/dashboard/admin/users/{id}/sessions', { params: { path: { id } } })))
        .data,
  )
}

export function useRemoveSecondFactor(id: string) {
  return useAdminAction(
    async (_: undefined) =>
      (await answer(api.DELETE('/api/dashboard/admin/users/{id}/two-factor', { params: { path: { id } } })))
        .data,
  )
}

export function useChangeOrganization(id: string) {
  return useAdminAction((body: OrganizationChange) =>
    answer(api.PATCH('/api/dashboard/admin/organizations/{id}', { params: { path: { id } }, body })),
  )
}

export function useGrantCredits() {
  return useAdminAction(
    async (body: NewGrant) => (await answer(api.POST('/api/dashboard/admin/credits', { body }))).data,
  )
}

/** All plans by rank; there are few. */
export function usePlans() {
  return useQuery({
    queryKey: ['plans'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/admin/plans', { signal }))).data,
  })
}
