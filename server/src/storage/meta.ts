import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** A fact that this database is to remember of itself. */
export async function readMeta(db: Kysely<Tables>, name: string): Promise<string | undefined> {
  return (await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst())?.value
}

/** Keeps a fact, once: one that is there stays as it is. */
export async function keepMeta(db: Kysely<Tables>, name: string, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
