import type { Deps } from '../../deps.ts'
import { Type } from '../../lib/schema.ts'
import { latencyOf } from '../../usage/explore.ts'
import { summaryOf } from '../../usage/summary.ts'
import { type Route, route } from '../route.ts'
import { One } from './page.ts'
import { daysOf, scopeOf } from './usage-scope.ts'
import { DAYS, GROUPS, Latency, SUBJECTS, Summary, summaryObject } from './usage-wire.ts'

const OverviewQuery = Type.Object({
  group: Type.Enum([...GROUPS], { default: 'model' }),
  ...DAYS,
  ...SUBJECTS,
})

const Overview = Type.Object({ ...Summary.properties, latency: Latency })

/** Spend, requests, errors and latency over time. */
export function overviewRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/dashboard/overview',
      surface: 'dashboard',
      access: { session: 'member' },
      tag: 'Dashboard usage',
      summary: 'Spend, requests, errors and latency by day and by group',
      description: 'Owners and admins see the organisation, members themselves. Days are UTC.',
      query: OverviewQuery,
      replies: { 200: One(Overview) },
      errors: ['invalid_request', 'not_found'],
      async run(context) {
        const scope = scopeOf(context)
        const days = daysOf(deps, context.query)
        const [summary, latency] = await Promise.all([
          summaryOf(deps, scope, days, context.query.group),
          latencyOf(deps, scope, days),
        ])
        const { requests, p50, p95, firstByteP50, firstByteP95 } = latency
        return {
          body: {
            data: {
              ...summaryObject(summary),
              latency: {
                requests,
                p50_ms: p50,
                p95_ms: p95,
                first_byte_p50_ms: firstByteP50,
                first_byte_p95_ms: firstByteP95,
              },
            },
          },
        }
      },
    }),
  ]
}
