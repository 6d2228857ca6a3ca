import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Projects and their members. */
export function projectRoutes(_deps: Deps): Route[] {
  return []
}
