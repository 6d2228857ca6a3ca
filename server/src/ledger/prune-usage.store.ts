import type { Kysely } from 'kysely'
import { readMeta } from '../storage/meta.ts'
import type { Tables } from '../storage/tables.ts'
import { PRUNED_BEFORE } from '../usage/pruned-before.ts'

type Db = Kysely<Tables>

/** The first UTC day (days since the epoch) of which retention has removed nothing; 0 if it never removed anything. */
export async function prunedBefore(db: Db): Promise<number> {
  return Number((await readMeta(db, PRUNED_BEFORE)) ?? 0)
}

/** When the oldest requests that hold something, or stand on a sheet with one that does, were let in; milliseconds. */
export async function oldestSheet(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('hold_sheets')
    .select((e) => e.fn.min('placed_at').as('placed_at'))
    .executeTakeFirst()
  return row?.placed_at ?? undefined
}

/** The next usage rows in the order of their ids, which of one kind of id is in the main that of their time. */
export function eventsAfter(db: Db, after: string, limit: number) {
  return db
    .selectFrom('usage_events')
    .select(['id', 'started_at'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}
