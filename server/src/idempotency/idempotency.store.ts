import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

/** Takes the scope, or returns false when it is taken; a transaction that holds it is waited for. */
export async function claimScope(
  db: Kysely<Tables>,
  scope: string,
  fingerprint: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .insertInto('idempotency')
    .values({ scope, fingerprint, status: 0, body: 'null', created_at: now })
    .onConflict((conflict) => conflict.column('scope').doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1
}

export async function findScope(db: Kysely<Tables>, scope: string) {
  return db.selectFrom('idempotency').selectAll().where('scope', '=', scope).executeTakeFirst()
}

export async function storeReply(
  db: Kysely<Tables>,
  scope: string,
  status: number,
  body: string,
): Promise<void> {
  await db.updateTable('idempotency').set({ status, body }).where('scope', '=', scope).execute()
}

export async function deleteBefore(db: Kysely<Tables>, time: number): Promise<void> {
  await db.deleteFrom('idempotency').where('created_at', '<', time).execute()
}
