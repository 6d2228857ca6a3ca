import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** What moved a counter besides requests, before a place in the order of times and ids; newest first. */
export async function findEntries(
  db: Db,
  counter: string,
  before: { readonly at: number; readonly id: string } | undefined,
  limit: number,
) {
  let query = db.selectFrom('ledger_entries').selectAll().where('counter', '=', counter)
  if (before) {
    query = query
      .where('at', '<=', before.at)
      .where(({ or, eb }) => or([eb('at', '<', before.at), eb('id', '<', before.id)]))
  }
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}
