import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

/** Locks second factors at which somebody has failed so often, unless they are locked. */
export async function lockFailedFactors(
  db: Kysely<Tables>,
  ids: readonly string[],
  failures: number,
  until: string,
): Promise<void> {
  await db
    .updateTable('twoFactor')
    .set({ lockedUntil: until })
    .where('id', 'in', [...ids])
    .where('failedVerificationCount', '>=', failures)
    .where('lockedUntil', 'is', null)
    .execute()
}
