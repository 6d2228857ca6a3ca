import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Credits, grants and entries. */
export function balanceRoutes(_deps: Deps): Route[] {
  return []
}
