import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** The usage explorer. */
export function usageExplorerRoutes(_deps: Deps): Route[] {
  return []
}
