import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** Notes that something was told, until then at the least. @returns false when it was told before */
export async function mark(db: Db, id: string, keptUntil: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('webhook_marks')
    .values({ id, kept_until: keptUntil })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Removes marks that are needed no more. @returns how many, at most `limit` */
export async function removeMarks(db: Db, now: number, limit: number): Promise<number> {
  const old = db
    .selectFrom('webhook_marks')
    .select('id')
    .where('kept_until', '<', now)
    .orderBy('kept_until')
    .limit(limit)
  const { numDeletedRows } = await db.deleteFrom('webhook_marks').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}
