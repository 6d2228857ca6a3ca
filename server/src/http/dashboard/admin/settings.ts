import type { Deps } from '../../../deps.ts'
import type { Route } from '../../route.ts'

/** Settings, for the operator. */
export function adminSettingRoutes(_deps: Deps): Route[] {
  return []
}
