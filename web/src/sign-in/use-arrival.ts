import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { forgetOrganization } from '../current-organization.ts'
import { meQuery } from '../session.ts'
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

/** Leads on whoever comes to the door and is signed in already. */
export function useLeadOn(next: unknown): void {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const to = useRef(pathOf(next))
  useEffect(() => {
    const leadOn = () => navigate({ href: to.current, replace: true })
    // Whoever is not, signs in here; other failures say so on the next screen.
    queries.fetchQuery(meQuery).then(leadOn, () => {})
  }, [queries, navigate])
}
