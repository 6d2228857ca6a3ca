import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './api.ts'

/** Repeated once: what the server refused, it will refuse again; what it could not do, it may do now. */
function worthRepeating(failures: number, error: Error): boolean {
  return failures < 1 && !(error instanceof ApiError && error.status < 500)
}

/** Whatever was asked by somebody who is no longer signed in: the router asks again who it is, and leads to the door. */
function noticeSignOut(error: Error): void {
  if (error instanceof ApiError && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: ['me'] })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== 'me') noticeSignOut(error)
    },
  }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    queries: { retry: worthRepeating, staleTime: 5000 },
    mutations: { retry: false },
  },
})
