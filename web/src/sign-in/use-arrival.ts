import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { forgetOrganization } from '../current-organization.ts'
import { pathOf } from './config.ts'

/** What follows a sign-in: nothing of the last person stays, and the way goes on to where it was meant to lead. */
export function useArrival(): (next: unknown) => Promise<void> {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return async (next) => {
    forgetOrganization()
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'config' })
    await navigate({ href: pathOf(next), replace: true })
  }
}
