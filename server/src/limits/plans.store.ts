import type { Insertable, Kysely, Updateable } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { PlanTable, Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function findPlanRows(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('plans')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()
}

export async function listPlanRows(db: Db) {
  return db.selectFrom('plans').selectAll().orderBy('rank').orderBy('id').execute()
}

/** Locked until the transaction ends, so that a plan cannot go while it is given to somebody. */
export async function lockPlanRow(db: Db, kind: DatabaseKind, id: string) {
  const query = db.selectFrom('plans').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** False when there is a plan of that id already. */
export async function insertPlanRow(db: Db, row: Insertable<PlanTable>): Promise<boolean> {
  const result = await db
    .insertInto('plans')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1
}

export async function updatePlanRow(db: Db, id: string, change: Updateable<PlanTable>): Promise<void> {
  await db.updateTable('plans').set(change).where('id', '=', id).execute()
}

export async function deletePlanRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('plans').where('id', '=', id).execute()
}
