import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'

/** Repeated once: what the server refused, it will refuse again; what it could not do, it may do now. */
function worthRepeating(failures: number, error: Error): boolean {
  return failures < 1 && !(error instanceof ApiError && error.status < 500)
}

const LOSSES = [401, 403, 404]

/**
 * Whatever was asked by somebody who is no longer signed in, a member or an administrator: asks again who it is, and
 * the shell leads to the door, to another organisation or away. What is missing otherwise changes nothing.
 */
function noticeLoss(error: Error): void {
  if (error instanceof ApiError && LOSSES.includes(error.status))
    void queryClient.invalidateQueries({ queryKey: ['me'] })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== 'me') noticeLoss(error)
    },
  }),
  mutationCache: new MutationCache({ onError: noticeLoss }),
  defaultOptions: {
    // Without a network they fail at once: what waited for it would be done after its dialog was left.
    queries: { retry: worthRepeating, staleTime: 5000, networkMode: 'always', refetchOnReconnect: true },
    mutations: { retry: false, networkMode: 'always' },
  },
})
