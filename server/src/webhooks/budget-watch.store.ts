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

/** What all endpoints want, by organisation. */
export async function allWishes(db: Db): Promise<{ organization_id: string; events: string }[]> {
  return db
    .selectFrom('webhook_endpoints')
    .select(['organization_id', 'events'])
    .distinct()
    .where('state', '=', 'active')
    .where('url', 'is not', null)
    .execute()
}

/** Who spent something in an organisation, by requests that began since then. */
export async function recentSpenders(db: Db, organizationId: string, since: number, limit: number) {
  return db
    .selectFrom('usage_events')
    .select(['organization_id', 'user_id', 'key_id', 'project_id', 'end_user'])
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('started_at', '>=', since)
    .limit(limit)
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
