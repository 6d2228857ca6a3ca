import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'
import type { TaskRow } from './task.ts'

type Db = Kysely<Tables>

/** Whose turn it is: tasks of one provider, or of none that there is. */
export type Lane = { readonly provider: string } | { readonly noneOf: readonly string[] }

/** Whether any task of some providers is due, or of all others. */
export async function isAnyDue(
  db: Db,
  providers: { readonly among: readonly string[] } | { readonly noneOf: readonly string[] },
  now: number,
): Promise<boolean> {
  let query = db
    .selectFrom('tasks')
    .select('id')
    .where('completed_at', 'is', null)
    .where('due_at', '<=', now)
    .limit(1)
  if ('among' in providers) query = query.where('provider', 'in', [...providers.among])
  else if (providers.noneOf.length > 0) query = query.where('provider', 'not in', [...providers.noneOf])
  return (await query.executeTakeFirst()) !== undefined
}

/**
 * Takes the tasks that have waited longest, each for one worker and until `leaseUntil`. One whose worker is gone is due
 * when its lease has run out.
 */
export async function claimRows(
  db: Db,
  kind: DatabaseKind,
  lane: Lane,
  claim: {
    readonly worker: string
    readonly now: number
    readonly leaseUntil: number
    readonly limit: number
  },
): Promise<TaskRow[]> {
  const { worker, now, leaseUntil, limit } = claim
  const whose =
    'provider' in lane
      ? sql`provider = ${lane.provider}`
      : lane.noneOf.length === 0
        ? sql`1 = 1`
        : sql`provider NOT IN (${sql.join(lane.noneOf)})`
  const due = sql`SELECT id FROM tasks WHERE completed_at IS NULL AND ${whose} AND due_at <= ${now}
    ORDER BY due_at, id LIMIT ${limit}`
  // An array is made once; a subselect in the place of it may run again for each row, and take more than the limit.
  const ids = kind === 'postgres' ? sql`= ANY(ARRAY(${due} FOR UPDATE SKIP LOCKED))` : sql`IN (${due})`
  const claimed = await sql<TaskRow>`UPDATE tasks SET fence = fence + 1, attempts = attempts + 1,
    worker = ${worker}, due_at = ${leaseUntil} WHERE id ${ids} RETURNING *`.execute(db)
  return claimed.rows
}

/**
 * Renews leases, and those that have run out meanwhile, too, as long as nobody has claimed the tasks since.
 *
 * @returns what was renewed: the rest is lost
 */
export async function renewRows(
  db: Db,
  worker: string,
  ids: readonly string[],
  leaseUntil: number,
): Promise<{ id: string; fence: number }[]> {
  return db
    .updateTable('tasks')
    .set({ due_at: leaseUntil })
    .where('id', 'in', [...ids])
    .where('worker', '=', worker)
    .where('completed_at', 'is', null)
    .returning(['id', 'fence'])
    .execute()
}

/** The claim under which a worker writes. */
export interface Claim {
  readonly id: string
  readonly fence: number
}

/**
 * Changes a task that its worker still has: nobody claimed it since, and it has not ended. A lease that has run out does
 * not matter before another makes use of that.
 *
 * @returns whether it was changed
 */
export async function updateClaimed(
  db: Db,
  { id, fence }: Claim,
  change: Partial<TaskRow>,
): Promise<boolean> {
  const result = await db
    .updateTable('tasks')
    .set(change)
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('completed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
