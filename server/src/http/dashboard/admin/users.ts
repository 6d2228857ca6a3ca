import type { Deps } from '../../../deps.ts'
import type { Route } from '../../route.ts'

/** Users, for the operator. */
export function adminUserRoutes(_deps: Deps): Route[] {
  return []
}
