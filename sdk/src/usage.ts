import type { operations } from './generated/api.ts'
import { type Paged, paged } from './pages.ts'
import { type CallOptions, call, type Transport } from './transport.ts'

/** A page of usage, newest first. */
export type UsagePage = operations['getV1Usage']['responses'][200]['content']['application/json']['data']
/** What one request used. */
export type UsageItem = UsagePage['items'][number]
/** Sums of a group of requests. */
export type UsageSum =
  operations['getV1UsageSummary']['responses'][200]['content']['application/json']['data'][number]

type ListQuery = Omit<NonNullable<operations['getV1Usage']['parameters']['query']>, 'page'>
type SummaryQuery = NonNullable<operations['getV1UsageSummary']['parameters']['query']>

const PAGE_SIZE = 100

export interface Usage {
  /** Requests, newest first; those that come in while it runs are left out. */
  list(query?: ListQuery, options?: CallOptions): Paged<UsageItem, UsagePage>
  /** Sums, by model unless `group_by` says otherwise. */
  summary(query?: SummaryQuery, options?: CallOptions): Promise<UsageSum[]>
}

export function createUsage(transport: Transport): Usage {
  const { api } = transport
  return {
    list(query = {}, options = {}) {
      const load = (page: number, to: string | undefined) => {
        const asked = { per_page: PAGE_SIZE, ...query, page, ...(to !== undefined && { to }) }
        return call(transport, { ...options, repeatable: true }, (signal) =>
          api.GET('/v1/usage', { params: { query: asked }, signal }),
        ).then(({ data }) => data)
      }
      return paged(
        () => pagesByNumber(load),
        ({ items }) => items,
      )
    },
    async summary(query = {}, options = {}) {
      const { data } = await call(transport, { ...options, repeatable: true }, (signal) =>
        api.GET('/v1/usage/summary', { params: { query }, signal }),
      )
      return data
    },
  }
}

/**
 * Later requests would push the rest down for ever, so the pages after the first are asked for up to its newest row. One
 * that began before and ended since still comes in between; its neighbours are not given twice.
 */
async function* pagesByNumber(
  load: (page: number, to: string | undefined) => Promise<UsagePage>,
): AsyncGenerator<UsagePage, void, undefined> {
  const seen = new Set<string>()
  let to: string | undefined
  for (let number = 1; ; number++) {
    const page = await load(number, to)
    const items = page.items.filter(({ id }) => !seen.has(id))
    for (const { id } of items) seen.add(id)
    yield { ...page, items }
    const [newest] = page.items
    if (newest && to === undefined) to = new Date(Date.parse(newest.created_at) + 1).toISOString()
    if (number >= page.pagination.total_pages) return
  }
}
