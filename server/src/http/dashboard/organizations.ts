import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Organisations and their members. */
export function organizationRoutes(_deps: Deps): Route[] {
  return []
}
