import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function hasCredential(db: Db, credentialId: string): Promise<boolean> {
  const row = await db
    .selectFrom('passkey')
    .select('id')
    .where('credentialID', '=', credentialId)
    .executeTakeFirst()
  return row !== undefined
}

export async function isPasskeyOf(db: Db, id: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('passkey')
    .select('id')
    .where('id', '=', id)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

export async function touchPasskey(db: Db, credentialId: string, now: string): Promise<void> {
  await db.updateTable('passkey').set({ lastUsedAt: now }).where('credentialID', '=', credentialId).execute()
}

/** Undefined when the passkey is gone. */
export async function readCounter(db: Db, id: string): Promise<number | undefined> {
  const row = await db.selectFrom('passkey').select('counter').where('id', '=', id).executeTakeFirst()
  return row?.counter
}
