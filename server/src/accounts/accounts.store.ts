import type { Kysely } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const USER = ['id', 'email', 'name', 'banned', 'plan', 'createdAt'] as const

export async function findUserByEmail(db: Db, email: string) {
  return db.selectFrom('user').select(USER).where('email', '=', email).executeTakeFirst()
}

export async function findUserById(db: Db, id: string) {
  return db.selectFrom('user').select(USER).where('id', '=', id).executeTakeFirst()
}

/** Locked until the transaction ends. SQLite has one writer and needs no lock. */
export async function lockUserRow(db: Db, kind: DatabaseKind, id: string) {
  const query = db
    .selectFrom('user')
    .select([...USER, 'role'])
    .where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** Who administers the server and is not suspended, locked until the transaction ends. */
export async function lockOperators(db: Db, kind: DatabaseKind): Promise<string[]> {
  const query = db
    .selectFrom('user')
    .select('id')
    .where('role', '=', 'admin')
    .where((e) => e.or([e('banned', 'is', null), e('banned', '=', false)]))
    .orderBy('id')
  const rows = await (kind === 'postgres' ? query.forUpdate() : query).execute()
  return rows.map(({ id }) => id)
}

export async function setRole(db: Db, id: string, role: 'admin' | 'user', now: string): Promise<void> {
  await db.updateTable('user').set({ role, updatedAt: now }).where('id', '=', id).execute()
}

export async function listUserRows(db: Db) {
  return db.selectFrom('user').select(USER).orderBy('createdAt').orderBy('id').limit(10_000).execute()
}

/** False when the e-mail address is taken; a transaction that is about to take it is waited for. */
export async function addUser(
  db: Db,
  user: { id: string; email: string; name: string; plan: string | null; now: string },
): Promise<boolean> {
  const result = await db
    .insertInto('user')
    .values({
      id: user.id,
      email: user.email,
      name: user.name,
      emailVerified: false,
      image: null,
      createdAt: user.now,
      updatedAt: user.now,
      role: 'user',
      banned: false,
      banReason: null,
      banExpires: null,
      plan: user.plan,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1
}

export async function setBanned(db: Db, id: string, banned: boolean, now: string): Promise<void> {
  await db
    .updateTable('user')
    .set({ banned, banExpires: null, updatedAt: now })
    .where('id', '=', id)
    .execute()
}

export async function addOrganization(
  db: Db,
  organization: { id: string; name: string; slug: string; personal: boolean; now: string },
): Promise<void> {
  await db
    .insertInto('organization')
    .values({
      id: organization.id,
      name: organization.name,
      slug: organization.slug,
      logo: null,
      createdAt: organization.now,
      metadata: null,
      plan: null,
      personal: organization.personal,
      status: 'active',
    })
    .execute()
}

export async function addMember(
  db: Db,
  member: { id: string; organizationId: string; userId: string; role: string; now: string },
): Promise<void> {
  const { now, ...row } = member
  await db
    .insertInto('member')
    .values({ ...row, createdAt: now })
    .execute()
}

export async function findPersonalOrganization(db: Db, userId: string) {
  return db
    .selectFrom('organization')
    .select('id')
    .where('slug', '=', `personal-${userId}`)
    .executeTakeFirst()
}
