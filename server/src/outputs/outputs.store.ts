import type { Insertable, Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import type { OutputTable } from '../storage/task-tables.ts'

type Db = Kysely<Tables>

export async function insertOutputRows(db: Db, rows: readonly Insertable<OutputTable>[]): Promise<void> {
  if (rows.length > 0)
    await db
      .insertInto('outputs')
      .values([...rows])
      .execute()
}

export async function findOutputRow(db: Db, id: string) {
  return db.selectFrom('outputs').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function expiredOutputRows(db: Db, now: number, most: number) {
  return db
    .selectFrom('outputs')
    .select(['id', 'place'])
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(most)
    .execute()
}

export async function deleteOutputRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('outputs').where('id', '=', id).execute()
}

/** Which of the ids have a row. */
export async function knownOutputs(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('outputs')
    .select('id')
    .where('id', 'in', [...ids])
    .execute()
  return new Set(rows.map(({ id }) => id))
}
