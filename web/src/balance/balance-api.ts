import type { operations } from '@claviger/sdk/paths'
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

export type Balance =
  operations['getApiDashboardBalance']['responses'][200]['content']['application/json']['data']
export type Quota = Balance['quotas'][number]
export type Entry =
  operations['getApiDashboardBalanceEntries']['responses'][200]['content']['application/json']['data'][number]

export function useBalance(everyMs: number) {
  return useQuery({
    queryKey: ['balance'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/balance', { signal }))).data,
    refetchInterval: everyMs,
  })
}

export function listEntries(cursor: string | undefined, signal: AbortSignal) {
  return answer(api.GET('/api/dashboard/balance/entries', { params: { query: { cursor } }, signal }))
}
