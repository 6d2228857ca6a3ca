import type { Kysely } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function removePasskeysOf(db: Db, userId: string) {
  return db
    .deleteFrom('passkey')
    .where('userId', '=', userId)
    .returning(['id', 'userId', 'name', 'deviceType', 'backedUp'])
    .execute()
}

export async function removeFactorsOf(db: Db, userId: string, now: string) {
  await db
    .updateTable('user')
    .set({ twoFactorEnabled: false, updatedAt: now })
    .where('id', '=', userId)
    .execute()
  return db.deleteFrom('twoFactor').where('userId', '=', userId).returning(['id', 'userId']).execute()
}

export async function removeProviderAccountsOf(db: Db, userId: string) {
  return db
    .deleteFrom('account')
    .where('userId', '=', userId)
    .where('providerId', '!=', 'credential')
    .returning(['id', 'userId', 'providerId', 'accountId'])
    .execute()
}

/** Whether a person signs in through a provider and has no password. */
export async function comesByProvider(db: Db, userId: string): Promise<boolean> {
  const rows = await db.selectFrom('account').select('providerId').where('userId', '=', userId).execute()
  return rows.length > 0 && rows.every(({ providerId }) => providerId !== 'credential')
}

/** The digest of a person's password, which stays the same until the transaction ends. */
export async function lockPassword(db: Db, kind: DatabaseKind, userId: string): Promise<string | null> {
  const query = db
    .selectFrom('account')
    .select('password')
    .where('userId', '=', userId)
    .where('providerId', '=', 'credential')
  const row = await (kind === 'postgres' ? query.forShare() : query).executeTakeFirst()
  return row?.password ?? null
}
