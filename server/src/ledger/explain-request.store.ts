import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export function findEvent(db: Db, id: string) {
  return db.selectFrom('usage_events').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The sheet that the request may stand on; there are no more sheets than requests under way. */
export function findSheet(db: Db, id: string) {
  return db
    .selectFrom('hold_sheets as h')
    .leftJoin('nodes as n', 'n.id', 'h.node')
    .selectAll('h')
    .select('n.lease_until')
    .where('h.holds', 'like', `%"${id.replaceAll(/[^\w-]/g, '_')}"%`)
    .executeTakeFirst()
}

export function entriesOf(db: Db, requestId: string) {
  return db
    .selectFrom('ledger_entries')
    .selectAll()
    .where('request_id', '=', requestId)
    .orderBy('at')
    .orderBy('id')
    .execute()
}

export async function countersOf(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('counters')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()
}
