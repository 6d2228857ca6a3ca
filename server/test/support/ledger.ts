import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import pg from 'pg'
import type { Installation, Upstream } from './claviger.ts'
import type { Outcome } from './load.ts'

/** A row of `GET /v1/usage`, as far as these tests look at it. */
export interface UsageRow {
  readonly id: string
  readonly end_user: string | null
  readonly outcome: string
  readonly status: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cached_tokens: number
  readonly cost_basis: string
  readonly streamed: boolean
}

interface Page {
  readonly data: { readonly items: UsageRow[]; readonly pagination: { readonly total_pages: number } }
}

/** All rows, page by page. */
export async function allUsage(url: string, key: string): Promise<UsageRow[]> {
  const rows: UsageRow[] = []
  for (let page = 1; ; page++) {
    const answer = await fetch(`${url}/v1/usage?per_page=100&page=${page}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    if (answer.status !== 200) throw new Error(`GET /v1/usage answered ${answer.status}`)
    const { data } = (await answer.json()) as Page
    rows.push(...data.items)
    if (page >= data.pagination.total_pages) return rows
  }
}

interface Served {
  readonly id: string | null
  readonly promptTokens: number
  readonly completionTokens: number
}

/** What was lost, counted twice or counted wrongly of the answers that clients received whole. */
export interface Comparison {
  readonly whole: number
  readonly rows: number
  readonly lost: string[]
  readonly twice: string[]
  readonly wrong: string[]
  readonly unasked: string[]
  readonly byUser: ReadonlyMap<string, readonly UsageRow[]>
}

/**
 * Holds three records against each other: what the clients received, what the provider wrote down as served, and the
 * rows. A row without a whole answer is in order (the client may have been cut off); a whole answer without a row, or
 * with two, is not.
 */
export async function compare(
  outcomes: readonly Outcome[],
  provider: { readonly recordFile: string; readonly upstream: Upstream },
  rows: readonly UsageRow[],
): Promise<Comparison> {
  const byUser = groupBy(rows, (row) => row.end_user ?? '')
  const sent = new Set(outcomes.map(({ id }) => id))
  const whole = outcomes.filter((outcome) => outcome.whole)
  const served = await servedBy(provider, whole)
  const lost = whole.filter(({ id }) => !byUser.has(id)).map(({ id, kind }) => `${id} (${kind.name})`)
  const ids = groupBy(rows, (row) => row.id)
  const twice = [...byUser, ...ids].filter(([, same]) => same.length > 1).map(([id]) => id)
  const wrong = whole.flatMap((outcome) => {
    const [row] = byUser.get(outcome.id) ?? []
    return row ? faultsOf(outcome, row, served.get(outcome.id) ?? []) : []
  })
  const unasked = rows.filter((row) => !sent.has(row.end_user ?? '')).map((row) => row.id)
  return { whole: whole.length, rows: rows.length, lost, twice, wrong, unasked, byUser }
}

/**
 * The provider writes a line when an answer has left it to the end; what a kill cut off behind the last event is in its
 * memory only.
 */
async function servedBy(
  { recordFile, upstream }: { readonly recordFile: string; readonly upstream: Upstream },
  whole: readonly Outcome[],
): Promise<Map<string, Served[]>> {
  const lines = readFileSync(recordFile, 'utf8').split('\n').filter(Boolean)
  const written = groupBy(
    lines.map((line) => JSON.parse(line) as Served),
    ({ id }) => id ?? '',
  )
  if (whole.every(({ id }) => written.has(id))) return written
  return groupBy(await upstream.records(), ({ id }) => id ?? '')
}

function faultsOf(outcome: Outcome, row: UsageRow, served: readonly Served[]): string[] {
  const [upstream] = served
  const name = `${outcome.id} (${outcome.kind.name})`
  if (!upstream || served.length > 1) return [`${name}: the provider served it ${served.length} times`]
  const output = outcome.kind.path === '/v1/embeddings' ? 0 : upstream.completionTokens
  const right =
    row.id === outcome.requestId &&
    row.input_tokens === upstream.promptTokens &&
    row.output_tokens === output &&
    row.cost_basis === 'reported' &&
    row.outcome === 'completed' &&
    row.status === 200 &&
    row.streamed === outcome.kind.stream
  return right ? [] : [`${name}: ${JSON.stringify({ row, upstream, requestId: outcome.requestId })}`]
}

function groupBy<T>(items: readonly T[], of: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(of(item))
    if (group) group.push(item)
    else groups.set(of(item), [item])
  }
  return groups
}

export interface RawDatabase {
  query<T = Record<string, unknown>>(sql: string): Promise<T[]>
  close(): Promise<void>
}

/** The database itself, past the server: integers come as text, so that nothing is rounded. */
export async function openRaw(installation: Installation): Promise<RawDatabase> {
  const url = installation.env.DATABASE_URL
  if (!url) {
    const file = new SQLite(join(installation.dir, 'claviger.db'), { readonly: true, timeout: 5000 })
    return {
      query: async <T>(sql: string) => file.prepare(sql).safeIntegers(true).all().map(asText) as T[],
      close: async () => void file.close(),
    }
  }
  const client = new pg.Client({ connectionString: url })
  // The server may be killed under it; the question that was open then is rejected all the same.
  client.on('error', () => {})
  await client.connect()
  return {
    query: async <T>(sql: string) => (await client.query(sql)).rows.map(asText) as T[],
    close: () => client.end(),
  }
}

function asText(row: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row as object).map(([name, value]) => [
      name,
      typeof value === 'bigint' || typeof value === 'number' ? String(value) : value,
    ]),
  )
}

const SUMS = ['input_tokens', 'cached_tokens', 'output_tokens', 'reasoning_tokens', 'cost_nanos']
const sums = (from: string) => SUMS.map((name) => `CAST(SUM(${name}) AS BIGINT) AS ${name}`).join(', ') + from

/** Both sides of what must be equal: the roll-ups as they stand, and as the rows add up to them. */
export async function rollUps(database: RawDatabase) {
  const day = 'CAST(started_at / 86400000 AS BIGINT)'
  return {
    days: await database.query(
      `SELECT key_id, day, model, CAST(SUM(requests) AS BIGINT) AS requests, ${sums('')} FROM usage_days
       GROUP BY key_id, day, model ORDER BY key_id, day, model`,
    ),
    daysOfRows: await database.query(
      `SELECT key_id, ${day} AS day, model, COUNT(*) AS requests, ${sums('')} FROM usage_events
       GROUP BY key_id, ${day}, model ORDER BY key_id, day, model`,
    ),
    keys: await database.query(
      'SELECT key_id, requests, cost_nanos FROM key_usage WHERE requests > 0 ORDER BY key_id',
    ),
    keysOfRows: await database.query(
      `SELECT key_id, COUNT(*) AS requests, CAST(SUM(cost_nanos) AS BIGINT) AS cost_nanos FROM usage_events
       GROUP BY key_id ORDER BY key_id`,
    ),
    /** Ids and end users that stand on more than one row. */
    doubles: await database.query(
      `SELECT id AS double FROM usage_events GROUP BY id HAVING COUNT(*) > 1
       UNION ALL SELECT end_user FROM usage_events WHERE end_user IS NOT NULL GROUP BY end_user HAVING COUNT(*) > 1`,
    ),
  }
}
