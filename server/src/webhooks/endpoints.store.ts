import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'
import type { WebhookEndpointTable } from '../storage/webhook-tables.ts'

type Db = Kysely<Tables>
export type EndpointRow = Selectable<WebhookEndpointTable>

/** @returns false when there is one in its place */
export async function insertEndpoint(db: Db, row: Insertable<WebhookEndpointTable>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('webhook_endpoints')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** @param kind of the database, where the row shall be locked until the transaction ends */
export async function findEndpoint(
  db: Db,
  id: string,
  kind?: DatabaseKind,
): Promise<EndpointRow | undefined> {
  const query = db.selectFrom('webhook_endpoints').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** The one without an address, which holds a user's secret in an organisation. */
export async function findOwn(
  db: Db,
  organizationId: string,
  userId: string,
  kind?: DatabaseKind,
): Promise<EndpointRow | undefined> {
  const query = db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .where('url', 'is', null)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** The standing of an organisation, and of a user in it; undefined when there is no such organisation. */
export async function findRecipient(db: Db, organizationId: string, userId: string) {
  return db
    .selectFrom('organization as o')
    .leftJoin('member as m', (join) =>
      join.onRef('m.organizationId', '=', 'o.id').on('m.userId', '=', userId),
    )
    .leftJoin('user as u', 'u.id', 'm.userId')
    .select(['o.status', 'u.id as member', 'u.banned'])
    .where('o.id', '=', organizationId)
    .executeTakeFirst()
}

export async function listEndpointRows(db: Db, organizationId: string): Promise<EndpointRow[]> {
  return db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('url', 'is not', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

export async function updateEndpointRow(
  db: Db,
  id: string,
  change: Updateable<WebhookEndpointTable>,
): Promise<void> {
  await db.updateTable('webhook_endpoints').set(change).where('id', '=', id).execute()
}

export async function deleteEndpointRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('webhook_endpoints').where('id', '=', id).execute()
}

/** Notes since when an endpoint only fails, if nothing is noted. */
export async function noteFailing(db: Db, id: string, at: number): Promise<void> {
  await db
    .updateTable('webhook_endpoints')
    .set({ failing_since: at })
    .where('id', '=', id)
    .where('failing_since', 'is', null)
    .execute()
}

export async function noteWorking(db: Db, id: string): Promise<void> {
  await db
    .updateTable('webhook_endpoints')
    .set({ failing_since: null })
    .where('id', '=', id)
    .where('failing_since', 'is not', null)
    .execute()
}
