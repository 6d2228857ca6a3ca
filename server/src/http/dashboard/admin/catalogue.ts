import type { Deps } from '../../../deps.ts'
import type { Route } from '../../route.ts'

/** Providers and models, for the operator. */
export function adminCatalogueRoutes(_deps: Deps): Route[] {
  return []
}
