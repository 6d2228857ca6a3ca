import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api.ts'

/** The invitation of a link. Its ticket proves that the letter was read; the invitation's id alone does not. */
export function invitationQuery(ticket: string) {
  return queryOptions({
    queryKey: ['invitation', ticket],
    queryFn: async ({ signal }) => {
      const params = { query: { ticket } }
      return (await answer(api.GET('/api/dashboard/open/invitation', { params, signal }))).data
    },
  })
}
