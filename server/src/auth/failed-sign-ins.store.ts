import { type Kysely, sql } from 'kysely'
import { randomId } from '../lib/ids.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** How often it failed in a window that is still open, and when that ends (milliseconds since the epoch). */
export async function readFailures(db: Db, key: string, now: number) {
  return db
    .selectFrom('rateLimit')
    .select(['count', 'lastRequest as until'])
    .where('key', '=', key)
    .where('lastRequest', '>', now)
    .executeTakeFirst()
}

export async function removeFailures(db: Db, key: string): Promise<void> {
  await db.deleteFrom('rateLimit').where('key', '=', key).execute()
}

/**
 * Counts one more; the first of a window says when it ends. The library removes rows whose time is past.
 *
 * @returns how many they are with it
 */
export async function addFailure(db: Db, key: string, now: number, until: number): Promise<number> {
  const open = sql<boolean>`"rateLimit"."lastRequest" > ${now}`
  const { count } = await db
    .insertInto('rateLimit')
    .values({ id: randomId(), key, count: 1, lastRequest: until })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`CASE WHEN ${open} THEN "rateLimit"."count" + 1 ELSE 1 END`,
        lastRequest: sql<number>`CASE WHEN ${open} THEN "rateLimit"."lastRequest" ELSE ${until} END`,
      }),
    )
    .returning('count')
    .executeTakeFirstOrThrow()
  return Number(count)
}
