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

/** With the actions that its own one stands for. */
export interface WrittenFilter extends Omit<AuditFilter, 'action'> {
  readonly actions?: readonly string[]
}

/**
 * Rows of the filter with `after < seq < before`, newest first. Each walk goes down the numbers along an index that
 * holds what it asks for, and rows are read for what it finds alone.
 */
export async function findAuditRows(
  db: Db,
  filter: WrittenFilter,
  { after, before }: { readonly after: number; readonly before: number },
  limit: number,
) {
  const walkOf = (action?: string) => {
    const numbers = db
      .selectFrom('audit_log')
      .select('seq')
      .where('seq', '>', after)
      .where('seq', '<', before)
    return sql`SELECT seq FROM (${matching(numbers, filter, action).orderBy('seq', 'desc').limit(limit)}) AS walked`
  }
  if (filter.actions?.length === 0) return []
  const walks = isOfFew(filter) ? [walkOf()] : (filter.actions?.map(walkOf) ?? [walkOf()])
  return db
    .selectFrom(sql<{ seq: number }>`(${sql.join(walks, sql` UNION ALL `)})`.as('found'))
    .innerJoin('audit_log as a', 'a.seq', 'found.seq')
    .selectAll('a')
    .orderBy('a.seq', 'desc')
    .limit(limit)
    .execute()
}

/** Whether the index by target or actor leads the walk, which then passes rows that the filter does not match. */
export function isOfFew({ actorId, targetId }: WrittenFilter): boolean {
  return actorId !== undefined || targetId !== undefined
}

/** @param walked the action whose index leads the walk, where no target and no actor does */
function matching<O>(
  query: SelectQueryBuilder<Tables, 'audit_log', O>,
  filter: WrittenFilter,
  walked: string | undefined,
) {
  const { organizationId, actorId, targetId, actions, from, to } = filter
  const leads = !isOfFew(filter)
  // An expression can use no index, so that the one that leads is the one that is meant.
  const unled = (column: string) => sql<string>`${sql.ref(column)} || ''`
  let narrowed = query
  if (targetId !== undefined) narrowed = narrowed.where('target_id', '=', targetId)
  if (actorId !== undefined) {
    narrowed =
      targetId === undefined
        ? narrowed.where('actor_id', '=', actorId)
        : narrowed.where(unled('actor_id'), '=', actorId)
  }
  if (organizationId !== undefined) {
    narrowed = leads
      ? narrowed.where('organization_id', '=', organizationId)
      : narrowed.where(unled('organization_id'), '=', organizationId)
  }
  if (walked !== undefined) narrowed = narrowed.where('action', '=', walked)
  else if (actions !== undefined) narrowed = narrowed.where(unled('action'), 'in', [...actions])
  if (from !== undefined) narrowed = narrowed.where('at', '>=', from)
  if (to !== undefined) narrowed = narrowed.where('at', '<', to)
  return narrowed
}

/** Every action that there is a row of: one look into the index for each. */
export async function findActions(db: Db): Promise<string[]> {
  const rows = await db
    .withRecursive('known(action)', (db) =>
      db
        .selectFrom('audit_log')
        .select((e) => e.fn.min<string | null>('action').as('action'))
        .unionAll(
          db
            .selectFrom('known')
            .where('known.action', 'is not', null)
            .select((e) =>
              e
                .selectFrom('audit_log as a')
                .select((e) => e.fn.min<string | null>('a.action').as('next'))
                .whereRef('a.action', '>', 'known.action')
                .as('action'),
            ),
        ),
    )
    .selectFrom('known')
    .select('known.action')
    .execute()
  return rows.flatMap(({ action }) => action ?? [])
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

const NAMED = ['user', 'key', 'organization', 'project'] as const

/** What the targets are called, where they are users, keys, organisations or projects. */
export async function findTargetNames(
  db: Db,
  targets: readonly { readonly kind: string; readonly id: string }[],
) {
  // A target of another kind may bear the id of one of them, as a balance does.
  const mayBe = (table: (typeof NAMED)[number]) => {
    const ids = targets.filter(({ kind }) => kind === table || !NAMED.some((each) => each === kind))
    return [...new Set(ids.map(({ id }) => id))]
  }
  const [users, keys, organizations, projects] = NAMED.map(mayBe) as [string[], string[], string[], string[]]
  const queries = [
    users.length > 0 && db.selectFrom('user').select(['id', 'email as name']).where('id', 'in', users),
    keys.length > 0 && db.selectFrom('keys').select(['id', 'name']).where('id', 'in', keys),
    organizations.length > 0 &&
      db.selectFrom('organization').select(['id', 'name']).where('id', 'in', organizations),
    projects.length > 0 && db.selectFrom('projects').select(['id', 'name']).where('id', 'in', projects),
  ]
  const [first, ...rest] = queries.filter((query) => query !== false)
  return first ? rest.reduce((all, query) => all.unionAll(query), first).execute() : []
}
