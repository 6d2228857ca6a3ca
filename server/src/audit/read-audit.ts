import type { Selectable } from 'kysely'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { AuditTable } from '../storage/tables.ts'
import {
  type AuditFilter,
  findActions,
  findActorNames,
  findAuditHead,
  findAuditRows,
  findTargetNames,
  findTimeAt,
  isOfFew,
  type WrittenFilter,
} from './read-audit.store.ts'

export type { AuditFilter } from './read-audit.store.ts'

/** A row, and what those are called that it names; undefined for what is gone. */
export interface AuditRow {
  readonly row: Selectable<AuditTable>
  readonly actor: { readonly name: string; readonly label: string } | undefined
  readonly targetName: string | undefined
}

export interface AuditPage {
  readonly items: readonly AuditRow[]
  /** Null at the end. */
  readonly next: string | null
  /** Milliseconds; set when the page is not full and yet not the last: all since then was looked at. */
  readonly searchedTo: number | null
}

/** From then on no further look is begun. */
const LOOK_MS = 100
const QUICK_MS = 12
/** So many that one look goes through them at once, though all be of the actor or target and none match. */
const ROWS_FIRST = 16_384
const ROWS_MOST = 1_000_000
/** Nodes may write a row a little before another that has the earlier time. */
const CLOCKS_MS = 60_000
const EXPORT_PAGE = 1000

/**
 * A page of the audit log, newest first. A filter that matches little may answer with a page that is not full, so that
 * no page takes longer than another.
 *
 * @throws AppError `invalid_request` when the cursor is none
 */
export async function listAudit(
  { db }: Pick<Deps, 'db'>,
  filter: AuditFilter,
  page: { readonly size: number; readonly cursor?: string | undefined },
): Promise<AuditPage> {
  const start = page.cursor === undefined ? (await findAuditHead(db)).seq + 1 : readCursor(page.cursor)
  const { rows, searched } = await walk(db, await written(db, filter), start, page.size + 1)
  const shown = rows.slice(0, page.size)
  const more = rows.length > page.size
  const last = more ? shown.at(-1)?.seq : searched
  return {
    items: await withNames(db, shown),
    next: last === undefined ? null : String(last),
    searchedTo: more || searched === undefined ? null : ((await findTimeAt(db, searched)) ?? null),
  }
}

/** All rows of a filter, newest first, read in pages. */
export async function* auditRows(deps: Pick<Deps, 'db'>, filter: AuditFilter): AsyncGenerator<AuditRow> {
  let cursor: string | undefined
  do {
    const page = await listAudit(deps, filter, { size: EXPORT_PAGE, cursor })
    yield* page.items
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

/** An action that names no verb stands for all of its noun that there are rows of. */
async function written(db: Deps['db'], { action, ...filter }: AuditFilter): Promise<WrittenFilter> {
  if (action === undefined) return filter
  if (action.includes('.')) return { ...filter, actions: [action] }
  return { ...filter, actions: (await findActions(db)).filter((each) => each.startsWith(`${action}.`)) }
}

/** The newest rows before a number; `searched` is set when time ran out: nothing at or after it is missing. */
async function walk(db: Deps['db'], filter: WrittenFilter, start: number, limit: number) {
  const deadline = performance.now() + LOOK_MS
  const least = filter.from === undefined ? 0 : await firstSince(db, filter.from - CLOCKS_MS, start)
  let before =
    filter.to === undefined ? start : Math.min(start, await firstSince(db, filter.to + CLOCKS_MS, start))
  const rows: Selectable<AuditTable>[] = []
  // An action and an organisation have an index that holds nothing else: there the limit alone ends a look.
  let width = isOfFew(filter) ? ROWS_FIRST : ROWS_MOST
  while (before > least + 1 && rows.length < limit) {
    const began = performance.now()
    const after = Math.max(least, before - width - 1)
    rows.push(...(await findAuditRows(db, filter, { after, before }, limit - rows.length)))
    before = after + 1
    if (performance.now() - began < QUICK_MS) width = Math.min(width * 4, ROWS_MOST)
    if (rows.length < limit && before > least + 1 && performance.now() > deadline)
      return { rows, searched: before }
  }
  return { rows, searched: undefined }
}

/** A number below which every row is older than a time: times grow with the numbers, as far as clocks agree. */
async function firstSince(db: Deps['db'], time: number, end: number): Promise<number> {
  let low = 0
  let high = end
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const at = await findTimeAt(db, middle)
    if (at === undefined || at < time) low = middle + 1
    else high = middle
  }
  return low
}

async function withNames(db: Deps['db'], rows: readonly Selectable<AuditTable>[]): Promise<AuditRow[]> {
  const actorIds = new Set(rows.flatMap(({ actor_id }) => actor_id ?? []))
  const [actors, targets] = await Promise.all([
    findActorNames(db, [...actorIds]),
    findTargetNames(
      db,
      rows.map(({ target_kind, target_id }) => ({ kind: target_kind, id: target_id })),
    ),
  ])
  const actorOf = new Map(actors.map(({ id, name, label }) => [id, { name, label }]))
  const targetOf = new Map(targets.map(({ id, name }) => [id, name]))
  return rows.map((row) => ({
    row,
    actor: row.actor_id === null ? undefined : actorOf.get(row.actor_id),
    targetName: targetOf.get(row.target_id),
  }))
}

function readCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new AppError('invalid_request', {
    message: 'cursor must be `next` of the page before',
    param: 'cursor',
  })
}
