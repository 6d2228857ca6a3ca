import type { operations } from '@claviger/sdk/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, answer, api } from '../api.ts'

type List = operations['getApiDashboardTasks']
type One = operations['getApiDashboardTasksById']
type Query = NonNullable<List['parameters']['query']>
export type Task = List['responses'][200]['content']['application/json']['data'][number]
export type TaskDetail = One['responses'][200]['content']['application/json']['data']
export type TaskFile = Task['files'][number]
export type TaskStep = TaskDetail['events'][number]

export interface TaskFilters {
  readonly status?: string | undefined
  readonly model?: string | undefined
  readonly user?: string | undefined
  readonly from?: string | undefined
}

/** How often what is under way is read again, and how often what may have begun. */
export const BUSY_MS = 1500
export const IDLE_MS = 10_000

export function isUnderWay({ status }: Pick<Task, 'status'>): boolean {
  return status === 'pending' || status === 'processing'
}

export function listTasks(filters: TaskFilters, cursor: string | undefined, signal: AbortSignal) {
  const { status, ...others } = filters
  const query = { ...others, cursor, ...(status && { status: status as Query['status'] }) }
  return answer(api.GET('/api/dashboard/tasks', { params: { query }, signal }))
}

/** One task with what happened to it; read again until it has ended. */
export function useTask(id: string) {
  return useQuery({
    queryKey: ['tasks', 'one', id],
    queryFn: async ({ signal }) => {
      return (await answer(api.GET('/api/dashboard/tasks/{id}', { params: { path: { id } }, signal }))).data
    },
    refetchInterval: ({ state: { data, error } }) => {
      // What is not there, or not for this person, does not come by asking again.
      if (error instanceof ApiError && error.status < 500 && error.status !== 0) return false
      return data && !isUnderWay(data) ? false : data ? BUSY_MS : IDLE_MS
    },
  })
}

export function useCancelTask(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (_: undefined) =>
      answer(api.POST('/api/dashboard/tasks/{id}/cancel', { params: { path: { id } } })),
    // Refused or not: it has moved on.
    onSettled: () => queries.invalidateQueries({ queryKey: ['tasks'] }),
  })
}
