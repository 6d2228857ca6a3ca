import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Keys as the dashboard lists and transfers them. */
export function dashboardKeyRoutes(_deps: Deps): Route[] {
  return []
}
