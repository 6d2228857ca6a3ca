import type { paths } from '@claviger/sdk/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

type Projects = paths['/api/dashboard/projects']['get']['responses'][200]['content']['application/json']
export type Project = Projects['data'][number]

export interface ProjectFilters {
  readonly search?: string | undefined
  readonly archived: boolean
}

export function listProjects(query: ProjectFilters, cursor: string | undefined, signal: AbortSignal) {
  return answer(api.GET('/api/dashboard/projects', { params: { query: { ...query, cursor } }, signal }))
}

/** A change of projects or their members, after which both are read again. */
function useProjectAction<V, R>(act: (variables: V) => Promise<R>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['projects'] }),
  })
}

export function useCreateProject() {
  return useProjectAction(
    async (name: string) => (await answer(api.POST('/api/dashboard/projects', { body: { name } }))).data,
  )
}

export function useChangeProject(id: string) {
  return useProjectAction((body: { name?: string; archived?: boolean }) =>
    answer(api.PATCH('/api/dashboard/projects/{id}', { params: { path: { id } }, body })),
  )
}

export function useAddToProject(id: string) {
  return useProjectAction((userId: string) =>
    answer(api.PUT('/api/dashboard/projects/{id}/members/{userId}', { params: { path: { id, userId } } })),
  )
}

export function useRemoveFromProject(id: string) {
  return useProjectAction((userId: string) =>
    answer(api.DELETE('/api/dashboard/projects/{id}/members/{userId}', { params: { path: { id, userId } } })),
  )
}
