import { useQuery } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

/** A model for the samples: the first that the organisation may call. */
export function useFirstModel(): string {
  const models = useQuery({
    queryKey: ['playground', 'models'],
    queryFn: ({ signal }) => answer(api.GET('/api/dashboard/playground/models', { signal })),
    staleTime: 60_000,
  })
  return models.data?.data[0]?.id ?? 'your-model'
}
