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

/** @param after the last row of the page before, whether or not it is still there */
export async function expiredOutputRows(
  db: Db,
  now: number,
  after: { readonly id: string; readonly expires_at: number | null } | undefined,
  most: number,
) {
  const { id, expires_at } = after ?? { id: '', expires_at: 0 }
  const at = expires_at ?? 0
  return db
    .selectFrom('outputs')
    .select(['id', 'place', 'expires_at'])
    .where('expires_at', '<=', now)
    .where('expires_at', '>=', at)
    .where((eb) => eb.or([eb('expires_at', '>', at), eb('id', '>', id)]))
    .orderBy('expires_at')
    .orderBy('id')
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
