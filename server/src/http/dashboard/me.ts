import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Who is signed in, and what the dashboard may offer. */
export function meRoutes(_deps: Deps): Route[] {
  return []
}
