import type { Deps } from '../../deps.ts'
import { formatNanos } from '../../lib/decimal.ts'
import { exploreUsage, type UsageQuery } from '../../usage/explore.ts'
import type { CsvValue } from './download.ts'

const ROWS_MOST = 100_000
const ROWS_AT_ONCE = 500

const HEADER =
  'id created_at duration_ms first_byte_ms endpoint model provider key_hash key user_id user project_id project end_user streamed status outcome error_code input_tokens cached_tokens output_tokens reasoning_tokens cost cost_basis attempts'

/** Requests, newest first, read in pages while they are sent. */
export async function* usageCsv(deps: Deps, query: UsageQuery): AsyncGenerator<readonly CsvValue[]> {
  yield HEADER.split(' ')
  let cursor: string | undefined
  let left = ROWS_MOST
  do {
    const page = await exploreUsage(deps, query, { size: Math.min(ROWS_AT_ONCE, left), cursor })
    for (const { row, key, user, project } of page.items) {
      const { started_at, finished_at, first_byte_ms, endpoint, model, provider } = row
      yield [
        ...[row.id, new Date(started_at).toISOString(), Math.max(0, finished_at - started_at), first_byte_ms],
        ...[endpoint, model, provider, row.key_id, key?.name ?? null, row.user_id, user?.label ?? null],
        ...[row.project_id, project?.name ?? null, row.end_user, row.streamed, row.status, row.outcome],
        ...[row.error_code, row.input_tokens, row.cached_tokens, row.output_tokens, row.reasoning_tokens],
        ...[formatNanos(row.cost_nanos), row.cost_basis, row.attempts],
      ]
    }
    left -= page.items.length
    cursor = page.next ?? undefined
  } while (cursor !== undefined && left > 0)
  if (cursor !== undefined) {
    yield [
      `There are more requests than the ${ROWS_MOST} that a file holds: narrow the time range for the others`,
    ]
  }
}
