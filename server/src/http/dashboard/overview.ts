import type { Deps } from '../../deps.ts'
import type { Route } from '../route.ts'

/** Spend, requests, errors and latency over time. */
export function overviewRoutes(_deps: Deps): Route[] {
  return []
}
