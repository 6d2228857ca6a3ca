import type { Selectable } from 'kysely'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { DAY_MS } from '../lib/window.ts'
import type { UsageEventTable } from '../storage/tables.ts'
import { findEventById } from './explore.store.ts'
import type { Place } from './legs.store.ts'
import { type NamedThing, namesOf } from './names.ts'
import type { UsageScope } from './usage-scope.ts'
import { walk } from './walk.ts'

export type { NamedThing } from './names.ts'

/** Times in milliseconds; `from` included, `to` not. */
export interface UsageQuery extends UsageScope {
  readonly from?: number
  readonly to?: number
  readonly outcome?: UsageEventTable['outcome']
  readonly status?: number
  readonly requestId?: string
}

type Row = Selectable<UsageEventTable>

/** A request, and what those are called that it names; undefined for what is gone. */
export interface ListedUsage {
  readonly row: Row
  readonly key: NamedThing | undefined
  readonly user: NamedThing | undefined
  readonly project: NamedThing | undefined
}

export interface UsagePage {
  readonly items: readonly ListedUsage[]
  /** Null at the end. */
  readonly next: string | null
  /** Milliseconds; set when the page is not full and yet not the last: all since then was looked at. */
  readonly searchedTo: number | null
}

/** Beyond every time that a row can have. */
const NEWEST: Place = { at: 8_640_000_000_000_000, id: '' }
const TIMED_MOST = 1000
const TIMED_WITHIN_MS = 200

/**
 * A page of requests, newest first. A filter that matches little may answer with a page that is not full, so that no
 * page takes longer than another.
 *
 * @throws AppError `invalid_request` when the cursor is none
 */
export async function exploreUsage(
  deps: Pick<Deps, 'db'>,
  query: UsageQuery,
  page: { readonly size: number; readonly cursor?: string | undefined },
): Promise<UsagePage> {
  if (query.requestId !== undefined) return oneRequest(deps, query, query.requestId)
  const { rows, next, searchedTo } = await pageOf(deps, query, page.size, page.cursor)
  return { items: await withNames(deps, rows), next, searchedTo }
}

async function pageOf(deps: Pick<Deps, 'db'>, query: UsageQuery, size: number, cursor?: string) {
  const start = cursor === undefined ? NEWEST : readCursor(cursor)
  const before = query.to !== undefined && query.to <= start.at ? { at: query.to, id: '' } : start
  const { rows, searchedTo } = await walk(deps, query, query.from, before, size + 1)
  const shown = rows.slice(0, size)
  const end = shown.at(-1)
  const last =
    rows.length > size && end
      ? { at: end.started_at, id: end.id }
      : searchedTo === null
        ? undefined
        : { at: searchedTo, id: '' }
  return {
    rows: shown,
    next: last ? writeCursor(last) : null,
    searchedTo: rows.length > size ? null : searchedTo,
  }
}

async function oneRequest(deps: Pick<Deps, 'db'>, query: UsageQuery, id: string): Promise<UsagePage> {
  const row = await findEventById(deps.db, id)
  const wanted: [unknown, keyof Row][] = [
    [query.organizationId, 'organization_id'],
    [query.userId, 'user_id'],
    [query.keyId, 'key_id'],
    [query.model, 'model'],
    [query.projectId, 'project_id'],
    [query.endUser, 'end_user'],
    [query.outcome, 'outcome'],
    [query.status, 'status'],
  ]
  const fits =
    row &&
    wanted.every(([value, column]) => value === undefined || row[column] === value) &&
    row.started_at >= (query.from ?? 0) &&
    row.started_at < (query.to ?? NEWEST.at)
  return { items: fits ? await withNames(deps, [row]) : [], next: null, searchedTo: null }
}

async function withNames({ db }: Pick<Deps, 'db'>, rows: readonly Row[]): Promise<ListedUsage[]> {
  const names = await namesOf(db, {
    key: rows.map(({ key_id }) => key_id),
    user: rows.map(({ user_id }) => user_id),
    project: rows.flatMap(({ project_id }) => project_id ?? []),
  })
  return rows.map((row) => ({
    row,
    key: names.key(row.key_id),
    user: names.user(row.user_id),
    project: row.project_id === null ? undefined : names.project(row.project_id),
  }))
}

/** Milliseconds; null without any request. */
export interface Latency {
  readonly requests: number
  readonly p50: number | null
  readonly p95: number | null
  readonly firstByteP50: number | null
  readonly firstByteP95: number | null
}

/** How long the newest completed requests of some days took: 1 000 at most, and what was found in a given time. */
export async function latencyOf(
  deps: Pick<Deps, 'db'>,
  scope: UsageScope,
  days: { readonly firstDay: number; readonly lastDay: number },
  lookMs = TIMED_WITHIN_MS,
): Promise<Latency> {
  const before = { at: (days.lastDay + 1) * DAY_MS, id: '' }
  const filter = { ...scope, outcome: 'completed' } as const
  const { rows } = await walk(deps, filter, days.firstDay * DAY_MS, before, TIMED_MOST, lookMs)
  const whole = rows.map(({ started_at, finished_at }) => Math.max(0, finished_at - started_at))
  const first = rows.flatMap(({ first_byte_ms }) => first_byte_ms ?? [])
  const part = (values: number[], share: number) =>
    values.sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null
  return {
    requests: rows.length,
    p50: part(whole, 0.5),
    p95: part(whole, 0.95),
    firstByteP50: part(first, 0.5),
    firstByteP95: part(first, 0.95),
  }
}

function writeCursor({ at, id }: Place): string {
  return `${at}.${id}`
}

function readCursor(cursor: string): Place {
  const match = /^(\d{1,16})\.([\w-]{0,64})$/.exec(cursor)
  if (!match) {
    throw new AppError('invalid_request', {
      message: 'cursor must be `next` of the page before',
      param: 'cursor',
    })
  }
  return { at: Number(match[1]), id: match[2] as string }
}
