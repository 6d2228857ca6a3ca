import type { Deps } from '../../../deps.ts'
import type { Route } from '../../route.ts'

/** Plans, for the operator. */
export function adminPlanRoutes(_deps: Deps): Route[] {
  return []
}
