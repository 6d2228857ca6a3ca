import type { operations } from '@claviger/sdk/paths'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api } from '../api.ts'
import type { CursorPage } from '../parts/use-pages.ts'

type List = operations['getApiDashboardUsage']
export type UsageRow = List['responses'][200]['content']['application/json']['data'][number]
export type RowsQuery = NonNullable<List['parameters']['query']>
type SumsQuery = NonNullable<operations['getApiDashboardUsageSummary']['parameters']['query']>

/** How often a rare filter is followed into the past before the reader is asked. */
const STEPS_MOST = 5

/** A page of requests. A filter that matches little answers with pages that are not full: these are followed some way. */
export async function listUsage(
  query: RowsQuery,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<CursorPage<UsageRow>> {
  const rows: UsageRow[] = []
  let next: string | null = cursor ?? null
  for (let step = 0; step < STEPS_MOST; step++) {
    const asked = { ...query, ...(next && { cursor: next }) }
    const page = await answer(api.GET('/api/dashboard/usage', { params: { query: asked }, signal }))
    rows.push(...page.data)
    next = page.next
    if (!next || rows.length > 0) break
  }
  return { data: rows, next }
}

export function useUsageSums(query: SumsQuery, everyMs: number) {
  return useQuery({
    queryKey: ['usage', 'sums', query],
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/api/dashboard/usage/summary', { params: { query }, signal }))).data,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  })
}

/** One request by its id; null when there is none that the person may see. */
export function usageRowQuery(id: string | undefined) {
  return queryOptions({
    queryKey: ['usage', 'request', id],
    queryFn: async ({ signal }) => {
      const query = { request: id }
      return (await answer(api.GET('/api/dashboard/usage', { params: { query }, signal }))).data[0] ?? null
    },
    enabled: id !== undefined,
    staleTime: 60_000,
  })
}
