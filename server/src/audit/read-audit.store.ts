import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** Times in milliseconds; `from` included, `to` not. */
export interface AuditFilter {
  /** Undefined: the whole server. */
  readonly organizationId?: string
  readonly actorId?: string
  /** `noun.verb`, or `noun` for all of its verbs. */
  readonly action?: string
  readonly targetId?: string
  readonly from?: number
  readonly to?: number
}

/** Rows of the filter with `after < seq < before`, newest first. */
export async function findAuditRows(
  db: Db,
  filter: AuditFilter,
  { after, before }: { readonly after: number; readonly before: number },
  limit: number,
) {
  return matching(db.selectFrom('audit_log').selectAll(), filter)
    .where('seq', '>', after)
    .where('seq', '<', before)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
}

/** The most selective condition alone can use its index; the others are written so that they cannot. */
function matching<O>(query: SelectQueryBuilder<Tables, 'audit_log', O>, filter: AuditFilter) {
  const { organizationId, actorId, targetId, action, from, to } = filter
  let narrowed = query
  if (targetId !== undefined) narrowed = narrowed.where('target_id', '=', targetId)
  if (actorId !== undefined) {
    narrowed =
      targetId === undefined
        ? narrowed.where('actor_id', '=', actorId)
        : narrowed.where(sql<boolean>`actor_id || '' = ${actorId}`)
  }
  if (organizationId !== undefined) {
    narrowed =
      targetId === undefined && actorId === undefined
        ? narrowed.where('organization_id', '=', organizationId)
        : narrowed.where(sql<boolean>`organization_id || '' = ${organizationId}`)
  }
  if (action !== undefined) {
    narrowed = action.includes('.')
      ? narrowed.where('action', '=', action)
      : narrowed.where('action', '>=', `${action}.`).where('action', '<', `${action}/`)
  }
  if (from !== undefined) narrowed = narrowed.where('at', '>=', from)
  if (to !== undefined) narrowed = narrowed.where('at', '<', to)
  return narrowed
}

/** The last row at or before a number: when it was written. */
export async function findTimeAt(db: Db, seq: number): Promise<number | undefined> {
  const query = db.selectFrom('audit_log').select('at').where('seq', '<=', seq)
  return (await query.orderBy('seq', 'desc').limit(1).executeTakeFirst())?.at
}

export async function findAuditHead(db: Db): Promise<{ seq: number; hash: string }> {
  return db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1).executeTakeFirstOrThrow()
}

/** Rows in the order of the chain. */
export async function findChain(db: Db, after: number, limit: number) {
  return db.selectFrom('audit_log').selectAll().where('seq', '>', after).orderBy('seq').limit(limit).execute()
}

export async function findActorNames(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  const wanted = [...ids]
  return db
    .selectFrom('user')
    .select(['id', 'name', 'email as label'])
    .where('id', 'in', wanted)
    .unionAll(db.selectFrom('keys').select(['id', 'name', 'label']).where('id', 'in', wanted))
    .execute()
}

/** What users, keys, organisations and projects are called. */
export async function findTargetNames(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  const wanted = [...ids]
  return db
    .selectFrom('user')
    .select(['id', 'email as name'])
    .where('id', 'in', wanted)
    .unionAll(db.selectFrom('keys').select(['id', 'name']).where('id', 'in', wanted))
    .unionAll(db.selectFrom('organization').select(['id', 'name']).where('id', 'in', wanted))
    .unionAll(db.selectFrom('projects').select(['id', 'name']).where('id', 'in', wanted))
    .execute()
}
