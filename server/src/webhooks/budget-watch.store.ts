import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** What the endpoints of these organisations want, by organisation. */
export async function wishesOf(
  db: Db,
  organizationIds: readonly string[],
): Promise<{ organization_id: string; events: string }[]> {
  return db
    .selectFrom('webhook_endpoints')
    .select(['organization_id', 'events'])
    .where('organization_id', 'in', [...organizationIds])
    .where('state', '=', 'active')
    .where('url', 'is not', null)
    .execute()
}

export async function findKeyLimit(db: Db, id: string) {
  return db
    .selectFrom('keys')
    .select(['limit_nanos', 'limit_reset', 'project_id'])
    .where('id', '=', id)
    .executeTakeFirst()
}

export async function findCounters(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('counters')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()
}
