import type { paths } from '@claviger/sdk/paths'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answer, api } from '../api.ts'
import { refuseTaken } from './refuse-taken.ts'

type Providers = paths['/api/dashboard/admin/providers']
type ProviderPath = paths['/api/dashboard/admin/providers/{id}']
type Models = paths['/api/dashboard/admin/models']
type ModelPath = paths['/api/dashboard/admin/models/{id}']
type Test = paths['/api/dashboard/admin/providers/{id}/test']

export type Provider = Providers['get']['responses'][200]['content']['application/json']['data'][number]
export type ProviderBody = ProviderPath['put']['requestBody']['content']['application/json']
export type Credential = Provider['credentials'][number]
export type Model = Models['get']['responses'][200]['content']['application/json']['data'][number]
export type ModelBody = ModelPath['put']['requestBody']['content']['application/json']
export type TestResult = Test['post']['responses'][200]['content']['application/json']['data']
export type Source = Provider['source']

/** How often the health of routes is read again, while it is looked at. */
const REFRESH_MS = 10_000

export function useProviders() {
  return useQuery({
    queryKey: ['catalogue', 'providers'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/admin/providers', { signal }))).data,
    refetchInterval: REFRESH_MS,
  })
}

export function useModels() {
  return useQuery({
    queryKey: ['catalogue', 'models'],
    queryFn: async ({ signal }) => (await answer(api.GET('/api/dashboard/admin/models', { signal }))).data,
    refetchInterval: REFRESH_MS,
  })
}

/** A change of providers or models, after which both are read again, and what may be called. */
function useCatalogueAction<V, R>(act: (variables: V) => Promise<R>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      Promise.all(['catalogue', 'playground'].map((noun) => queries.invalidateQueries({ queryKey: [noun] }))),
  })
}

function addCredential(id: string, body: { name: string; text: string }) {
  const params = { path: { id } }
  return answer(api.POST('/api/dashboard/admin/providers/{id}/credentials', { params, body }))
}

/** @param taken ids that a new provider must not have */
export function usePutProvider(taken: readonly string[]) {
  return useCatalogueAction(
    async ({ id, body, credential }: { id: string; body: ProviderBody; credential: string }) => {
      refuseTaken(id, taken, 'a provider')
      await answer(api.PUT('/api/dashboard/admin/providers/{id}', { params: { path: { id } }, body }))
      if (credential) await addCredential(id, { name: 'first', text: credential })
    },
  )
}

export function useDeleteProvider() {
  return useCatalogueAction((id: string) =>
    answer(api.DELETE('/api/dashboard/admin/providers/{id}', { params: { path: { id } } })),
  )
}

export function useAddCredential(id: string) {
  return useCatalogueAction((body: { name: string; text: string }) => addCredential(id, body))
}

export function useDeleteCredential(id: string) {
  return useCatalogueAction((credentialId: string) => {
    const params = { path: { id, credentialId } }
    return answer(api.DELETE('/api/dashboard/admin/providers/{id}/credentials/{credentialId}', { params }))
  })
}

export function useTestProvider(id: string) {
  return useCatalogueAction(
    async (_: undefined) =>
      (await answer(api.POST('/api/dashboard/admin/providers/{id}/test', { params: { path: { id } } }))).data,
  )
}

/** @param taken ids that a new model must not have */
export function usePutModel(taken: readonly string[]) {
  return useCatalogueAction(async ({ id, body }: { id: string; body: ModelBody }) => {
    refuseTaken(id, taken, 'a model')
    return answer(api.PUT('/api/dashboard/admin/models/{id}', { params: { path: { id } }, body }))
  })
}

export function useDeleteModel() {
  return useCatalogueAction((id: string) =>
    answer(api.DELETE('/api/dashboard/admin/models/{id}', { params: { path: { id } } })),
  )
}
