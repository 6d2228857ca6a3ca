import type { operations } from '@claviger/sdk/paths'
import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

export const KINDS = ['image', 'video', 'audio', 'text'] as const
type Models = operations['getApiDashboardPlaygroundGenerationModels']
export type GenerationModel = Models['responses'][200]['content']['application/json']['data'][number]
export type Kind = GenerationModel['kind']
/** The body of `POST /v1/generate`. */
export type Wish =
  operations['postApiDashboardPlaygroundGenerate']['requestBody']['content']['application/json']

export function useGenerationModels() {
  return useQuery({
    queryKey: ['playground', 'generation'],
    queryFn: async ({ signal }) => {
      return (await answer(api.GET('/api/dashboard/playground/generation-models', { signal }))).data
    },
    staleTime: 60_000,
  })
}

/**
 * Asks for it; the id of its task. A repetition of the same attempt makes no second one.
 *
 * @throws ApiError
 */
export async function generate(wish: Wish, attempt: string): Promise<string> {
  const headers = { 'Idempotency-Key': attempt }
  return (await answer(api.POST('/api/dashboard/playground/generate', { body: wish, headers }))).data.id
}
