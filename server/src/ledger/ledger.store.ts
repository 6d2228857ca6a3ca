import { type Insertable, type Kysely, sql } from 'kysely'
import type { NodeTable, Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function writeLease(db: Db, node: Insertable<NodeTable>): Promise<void> {
  await db
    .insertInto('nodes')
    .values(node)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ lease_until: node.lease_until }))
    .execute()
}

export async function removeNode(db: Db, id: string): Promise<void> {
  await db.deleteFrom('nodes').where('id', '=', id).execute()
}

/** Sheets whose node has no valid lease. */
export async function sheetsWithoutNode(db: Db, now: number, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('hold_sheets')
    .select('hold_sheets.id')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('nodes')
            .select(sql`1`.as('one'))
            .whereRef('nodes.id', '=', 'hold_sheets.node')
            .where('nodes.lease_until', '>=', now),
        ),
      ),
    )
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

/** A node's sheets that were placed before a time. */
export async function sheetsOf(db: Db, node: string, before: number, most: number): Promise<string[]> {
  const rows = await db
    .selectFrom('hold_sheets')
    .select('id')
    .where('node', '=', node)
    .where('placed_at', '<', before)
    .limit(most)
    .execute()
  return rows.map(({ id }) => id)
}

/** Nodes that hold nothing any more. */
export async function removeExpiredNodes(db: Db, now: number): Promise<void> {
  await db
    .deleteFrom('nodes')
    .where('lease_until', '<', now - 3_600_000)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('hold_sheets').select(sql`1`.as('one')).whereRef('hold_sheets.node', '=', 'nodes.id'),
        ),
      ),
    )
    .execute()
}

/**
 * Marks a request that has a sheet of its own as one that may reach a provider from now on.
 *
 * @returns false when it is there no more: others have swept it, and the request may not be sent
 */
export async function markSentRow(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('hold_sheets')
    .set({ sent: 1 })
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
