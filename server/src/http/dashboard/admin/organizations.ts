import type { Deps } from '../../../deps.ts'
import type { Route } from '../../route.ts'

/** Organisations, for the operator. */
export function adminOrganizationRoutes(_deps: Deps): Route[] {
  return []
}
