import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const TOKEN = 'setup-token'

/** Whether somebody who administers the server has a way to sign in. */
export async function hasAdmin(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('user')
    .innerJoin('account', 'account.userId', 'user.id')
    .select('user.id')
    .where('user.role', '=', 'admin')
    .where((e) => e.or([e('user.banned', 'is', null), e('user.banned', '=', false)]))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function writeSetupToken(db: Db, value: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ name: TOKEN, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

export async function readSetupToken(db: Db): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', TOKEN).executeTakeFirst()
  return row?.value
}

/** False when it was used, or replaced, meanwhile. */
export async function takeSetupToken(db: Db, value: string): Promise<boolean> {
  const result = await db
    .deleteFrom('meta')
    .where('name', '=', TOKEN)
    .where('value', '=', value)
    .executeTakeFirst()
  return Number(result.numDeletedRows) === 1
}

/** The user of an address, and whether he has a way to sign in. */
export async function findCandidate(db: Db, email: string) {
  return db
    .selectFrom('user')
    .leftJoin('account', 'account.userId', 'user.id')
    .select(['user.id', 'user.email', 'user.emailVerified', 'account.id as accountId'])
    .where('user.email', '=', email)
    .limit(1)
    .executeTakeFirst()
}

export async function makeAdmin(
  db: Db,
  user: { id: string; email: string; name: string; now: string },
): Promise<void> {
  const { id, email, name, now } = user
  await db
    .updateTable('user')
    .set({ email, name, role: 'admin', emailVerified: true, banned: false, updatedAt: now })
    .where('id', '=', id)
    .execute()
  await db.updateTable('organization').set({ name }).where('slug', '=', `personal-${id}`).execute()
}

/** Sets the password of a user, whether or not he had one. */
export async function writePassword(
  db: Db,
  account: { id: string; userId: string; hash: string; now: string },
): Promise<void> {
  const { id, userId, hash, now } = account
  await db
    .insertInto('account')
    .values({
      id,
      accountId: userId,
      providerId: 'credential',
      userId,
      accessToken: null,
      refreshToken: null,
      idToken: null,
      accessTokenExpiresAt: null,
      refreshTokenExpiresAt: null,
      scope: null,
      password: hash,
      createdAt: now,
      updatedAt: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['providerId', 'accountId']).doUpdateSet({ password: hash, updatedAt: now }),
    )
    .execute()
}
