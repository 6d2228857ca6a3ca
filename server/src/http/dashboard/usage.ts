import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Type } from '../../lib/schema.ts'
import { exploreUsage, type UsageQuery } from '../../usage/explore.ts'
import { summaryOf } from '../../usage/summary.ts'
import { type Context, type Route, route } from '../route.ts'
import { csvDownload } from './download.ts'
import { One, Page, Sought } from './page.ts'
import { usageCsv } from './usage-csv.ts'
import { daysOf, scopeOf, timeOf } from './usage-scope.ts'
import { DAYS, GROUPS, SUBJECTS, Summary, summaryObject, UsageItem, usageItem } from './usage-wire.ts'

const PAGE_SIZE = 50

const ROWS = {
  from: Type.Optional(
    Type.String({ description: 'ISO 8601; requests that began then or later', maxLength: 40 }),
  ),
  to: Type.Optional(Type.String({ description: 'ISO 8601; requests that began before', maxLength: 40 })),
  outcome: Type.Optional(Type.Enum(['completed', 'incomplete', 'failed', 'aborted'])),
  status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
  request: Type.Optional(Sought(64, 'One request, by its id')),
  ...SUBJECTS,
}

const RowsQuery = Type.Object({ ...ROWS, cursor: Type.Optional(Type.String({ maxLength: 200 })) })
const CsvQuery = Type.Object(ROWS)
const SummaryQuery = Type.Object({
  group: Type.Enum([...GROUPS], { default: 'model' }),
  ...DAYS,
  ...SUBJECTS,
})

const Rows = Type.Object({
  ...Page(UsageItem).properties,
  searched_to: Type.Union([Type.String(), Type.Null()], {
    description:
      'Set when the page is not full though there may be more: all that began at or after this time was looked at; ask on with `next`',
  }),
})

const SHARED = {
  method: 'GET',
  surface: 'dashboard',
  access: { session: 'member' },
  tag: 'Dashboard usage',
  errors: ['invalid_request', 'not_found'],
} as const

/** The usage explorer. */
export function usageExplorerRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      path: '/api/dashboard/usage',
      summary: 'List requests, newest first, 50 a page',
      description:
        'Owners and admins see the organisation, members themselves. A filter that matches little may answer with a page that is not full: `next` goes on.',
      query: RowsQuery,
      replies: { 200: Rows },
      async run(context) {
        const page = await exploreUsage(deps, queryOf(context), {
          size: PAGE_SIZE,
          cursor: context.query.cursor,
        })
        return {
          body: {
            data: page.items.map(usageItem),
            next: page.next,
            searched_to: page.searchedTo === null ? null : new Date(page.searchedTo).toISOString(),
          },
        }
      },
    }),
    route({
      ...SHARED,
      path: '/api/dashboard/usage/summary',
      summary: 'Sums of usage by day and by group',
      query: SummaryQuery,
      replies: { 200: One(Summary) },
      async run(context) {
        const { group } = context.query
        const summary = await summaryOf(deps, scopeOf(context), daysOf(deps, context.query), group)
        return { body: { data: summaryObject(summary) } }
      },
    }),
    route({
      ...SHARED,
      path: '/api/dashboard/usage.csv',
      summary: 'Requests as a file of comma-separated values, newest first',
      description:
        'At most 100 000 rows; the last line says when there are more. Cells that a spreadsheet would run begin with an apostrophe.',
      query: CsvQuery,
      replies: { 200: Type.String({ description: 'text/csv' }) },
      async run(context) {
        return csvDownload('usage.csv', usageCsv(deps, queryOf(context)))
      },
    }),
  ]
}

function queryOf(context: Pick<Context<unknown, Static<typeof CsvQuery>>, 'session' | 'query'>): UsageQuery {
  const { from, to, outcome, status, request } = context.query
  return {
    ...scopeOf(context),
    ...(from !== undefined && { from: timeOf(from, 'from') }),
    ...(to !== undefined && { to: timeOf(to, 'to') }),
    ...(outcome !== undefined && { outcome }),
    ...(status !== undefined && { status }),
    ...(request !== undefined && { requestId: request }),
  }
}
