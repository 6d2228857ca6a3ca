import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** The audit log. */
export function auditRoutes(_deps: Deps): Route[] {
  return []
}
