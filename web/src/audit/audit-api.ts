import type { operations } from '@claviger/sdk/paths'
import { answer, api } from '../api.ts'
import type { CursorPage } from '../parts/use-pages.ts'

type List = operations['getApiDashboardAudit']
export type AuditRow = List['responses'][200]['content']['application/json']['data'][number]
export type AuditQuery = Omit<NonNullable<List['parameters']['query']>, 'cursor'>

/** How often a rare filter is followed into the past before the reader is asked. */
const STEPS_MOST = 5

/** A page of changes. A filter that matches little answers with pages that are not full: these are followed some way. */
export async function listAudit(
  query: AuditQuery,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<CursorPage<AuditRow>> {
  let next: string | null = cursor ?? null
  for (let step = 1; ; step++) {
    const asked = { ...query, ...(next && { cursor: next }) }
    const page = await answer(api.GET('/api/dashboard/audit', { params: { query: asked }, signal }))
    next = page.next
    if (!next || page.data.length > 0 || step === STEPS_MOST) return { data: page.data, next }
  }
}
