import type { operations } from '@claviger/sdk/paths'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer, api } from '../api.ts'
import type { Days } from './period.ts'

export type Overview =
  operations['getApiDashboardOverview']['responses'][200]['content']['application/json']['data']
export type Group = Overview['groups'][number]

export const GROUPS = ['model', 'key', 'project', 'end_user', 'user'] as const
export type GroupBy = (typeof GROUPS)[number]

export const GROUP_NAMES: Readonly<Record<GroupBy, string>> = {
  model: 'Model',
  key: 'API key',
  project: 'Project',
  end_user: 'End user',
  user: 'Member',
}

/** @param everyMs asks again so often while the window is visible */
export function useOverview(days: Days, group: GroupBy, everyMs?: number) {
  return useQuery({
    queryKey: ['overview', days.from, days.to, group],
    queryFn: async ({ signal }) => {
      const query = { ...days, group }
      return (await answer(api.GET('/api/dashboard/overview', { params: { query }, signal }))).data
    },
    placeholderData: keepPreviousData,
    ...(everyMs && { refetchInterval: everyMs }),
  })
}
