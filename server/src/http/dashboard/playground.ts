import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Chat with a model by session. */
export function playgroundRoutes(_deps: Deps): Route[] {
  return []
}
