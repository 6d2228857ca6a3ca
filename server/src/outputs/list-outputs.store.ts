import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

/** Files of tasks that are not past their time, in the order in which each task made them. */
export async function outputRowsOf(db: Kysely<Tables>, taskIds: readonly string[], now: number) {
  return db
    .selectFrom('outputs')
    .selectAll()
    .where('task_id', 'in', [...taskIds])
    .where((e) => e.or([e('expires_at', 'is', null), e('expires_at', '>', now)]))
    .orderBy('task_id')
    .orderBy('position')
    .execute()
}

/** Lets the time of what tasks made be over. */
export async function expireOutputRows(
  db: Kysely<Tables>,
  taskIds: readonly string[],
  now: number,
): Promise<void> {
  await db
    .updateTable('outputs')
    .set({ expires_at: now })
    .where('task_id', 'in', [...taskIds])
    .execute()
}
