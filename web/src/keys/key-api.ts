import type { operations, paths } from '@claviger/sdk/paths'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

type KeyList = operations['getApiDashboardKeys']
export type ApiKey = KeyList['responses'][200]['content']['application/json']['data'][number]
export type KeyState = ApiKey['state']
export type NewKey = paths['/api/v1/keys']['post']['requestBody']['content']['application/json']
export type KeyChange = paths['/api/v1/keys/{hash}']['patch']['requestBody']['content']['application/json']
export type Permission = NonNullable<NewKey['permissions']>[number]

export interface KeyFilters {
  readonly search?: string | undefined
  readonly state?: string | undefined
  readonly project?: string | undefined
  readonly user?: string | undefined
}

export function listKeys(filters: KeyFilters, cursor: string | undefined, signal: AbortSignal) {
  const { state, ...others } = filters
  const query = { ...others, cursor, ...(state && { state: state as KeyState }) }
  return answer(api.GET('/api/dashboard/keys', { params: { query }, signal }))
}

/** A change of keys, after which lists of them are read again. */
function useKeyAction<V, R>(act: (variables: V) => Promise<R>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  })
}

/** The key and, this once, its secret. A repetition within one dialog makes no second key. */
export function useCreateKey(attempt: string) {
  return useKeyAction(async (body: NewKey) => {
    const headers = { 'Idempotency-Key': attempt }
    return answer(api.POST('/api/v1/keys', { body, headers }))
  })
}

export function useChangeKey(hash: string) {
  return useKeyAction((body: KeyChange) =>
    answer(api.PATCH('/api/v1/keys/{hash}', { params: { path: { hash } }, body })),
  )
}

export function useRevokeKey(hash: string) {
  return useKeyAction((_: undefined) =>
    answer(api.DELETE('/api/v1/keys/{hash}', { params: { path: { hash } } })),
  )
}

export function useTransferKey(hash: string) {
  return useKeyAction((userId: string) =>
    answer(api.POST('/api/dashboard/keys/{hash}/transfer', { params: { path: { hash } }, body: { userId } })),
  )
}
