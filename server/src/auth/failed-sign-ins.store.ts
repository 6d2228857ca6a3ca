import { type Kysely, sql } from 'kysely'
import { randomId } from '../lib/ids.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function removeFailures(db: Db, key: string): Promise<void> {
  await db.deleteFrom('rateLimit').where('key', '=', key).execute()
}

/** Counts one less, where they are still counted. */
export async function takeFailureBack(db: Db, key: string): Promise<void> {
  await db
    .updateTable('rateLimit')
    .set((e) => ({ count: e('count', '-', 1) }))
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute()
}

/**
 * Counts one more; the first of a window says when it ends. The library removes rows whose time is past.
 *
 * @returns how many they are with it, and when the window ends (milliseconds since the epoch)
 */
export async function addFailure(db: Db, key: string, now: number, until: number) {
  const open = sql<boolean>`"rateLimit"."lastRequest" > ${now}`
  const row = await db
    .insertInto('rateLimit')
    .values({ id: randomId(), key, count: 1, lastRequest: until })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        count: sql<number>`CASE WHEN ${open} THEN "rateLimit"."count" + 1 ELSE 1 END`,
        lastRequest: sql<number>`CASE WHEN ${open} THEN "rateLimit"."lastRequest" ELSE ${until} END`,
      }),
    )
    .returning(['count', 'lastRequest'])
    .executeTakeFirstOrThrow()
  return { count: Number(row.count), until: Number(row.lastRequest) }
}
