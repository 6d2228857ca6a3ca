import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

/** What the doors may offer; asked by people who are not signed in. */
export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/open/config', { signal }))).data,
  staleTime: 60_000,
})

/** Where to go after signing in: a path of ours, whatever the address says. */
export function pathOf(next: unknown): string {
  // Whoever resolves `/..//host` is left with `//host`, which is another site.
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next) || /^[^?#]*\/\//.test(next)) return '/'
  return new URL(next, location.origin).origin === location.origin ? next : '/'
}
