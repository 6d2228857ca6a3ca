import type { paths } from '@claviger/sdk/paths'
import { type QueryClient, queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { answer, api } from './api.ts'
import { auth, authAnswer } from './auth-client.ts'
import { chooseOrganization, currentOrganization, forgetOrganization } from './current-organization.ts'
import { saidSo } from './parts/said-so.ts'

export type Me = paths['/api/dashboard/me']['get']['responses'][200]['content']['application/json']['data']
export type Organization = Me['organizations'][number]

const PERSON = 'claviger.person'

/** A tab asks again who it is when another one of this browser has learnt that it is somebody else. */
export function noticeOtherPerson(queries: QueryClient): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === PERSON) void queries.invalidateQueries({ queryKey: ['me'] })
  })
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal, client }) => {
    const before = client.getQueryData<Me>(['me'])
    const me = await fetchMe(signal)
    // The organisation that this browser remembers may be another person's, or one that was left.
    const chosen = currentOrganization()
    const isLost = chosen !== null && !me.organizations.some(({ id }) => id === chosen)
    if (isLost) forgetOrganization()
    if (isLost || (before && before.user.id !== me.user.id))
      void client.resetQueries({
        predicate: ({ queryKey }) => !['me', 'config'].includes(String(queryKey[0])),
      })
    localStorage.setItem(PERSON, me.user.id)
    return me
  },
  staleTime: 60_000,
})

async function fetchMe(signal: AbortSignal): Promise<Me> {
  return (await answer(api.GET('/api/dashboard/me', { signal }))).data
}

/** The person who is signed in. Only below the shell, which has asked. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

/** The organisation that the screens show: the chosen one, else the personal one. */
export function organizationOf(me: Me): Organization {
  const chosen = currentOrganization()
  const found = me.organizations.find(({ id }) => id === chosen)
  const first = found ?? me.organizations.find(({ personal }) => personal) ?? me.organizations[0]
  if (!first) throw new Error('You belong to no organisation. Ask an administrator for an invitation.')
  return first
}

export function useOrganization(): Organization {
  return organizationOf(useMe())
}

/** Whether the person may manage the chosen organisation: its members, projects and everybody's keys. */
export function useIsManager(): boolean {
  return useOrganization().role !== 'member'
}

/** Shows another organisation: everything that was read for the last one is forgotten. */
export function useSwitchOrganization(): (id: string) => Promise<void> {
  const queries = useQueryClient()
  return async (id) => {
    chooseOrganization(id)
    await queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'config' })
  }
}

/** Signs out. @param next the page that the next sign-in leads to */
export function useSignOut(): (next?: string) => Promise<void> {
  const queries = useQueryClient()
  return async (next) => {
    try {
      const { url } = (await authAnswer(auth.signOut())) as { url?: string }
      forgetOrganization()
      queries.clear()
      // A provider that keeps a session of its own wants to hear of it, too.
      location.assign(url ?? (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'))
    } catch (error) {
      saidSo(`You are still signed in. ${(error as Error).message}`)
    }
  }
}
