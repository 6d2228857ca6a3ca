import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const USER = ['id', 'email', 'name', 'banned', 'plan', 'createdAt'] as const

export async function findUserByEmail(db: Db, email: string) {
  return db.selectFrom('user').select(USER).where('email', '=', email).executeTakeFirst()
}

export async function findUserById(db: Db, id: string) {
  return db.selectFrom('user').select(USER).where('id', '=', id).executeTakeFirst()
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

export async function addProjectRow(
  db: Db,
  project: { id: string; organizationId: string; name: string; nowMs: number },
): Promise<void> {
  await db
    .insertInto('projects')
    .values({
      id: project.id,
      organization_id: project.organizationId,
      name: project.name,
      created_at: project.nowMs,
      archived_at: null,
    })
    .execute()
}

export async function addProjectMemberRow(
  db: Db,
  projectId: string,
  userId: string,
  nowMs: number,
): Promise<void> {
  await db
    .insertInto('project_members')
    .values({ project_id: projectId, user_id: userId, created_at: nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function listProjectRows(db: Db, userId: string) {
  return db
    .selectFrom('projects')
    .innerJoin('project_members', 'project_members.project_id', 'projects.id')
    .select(['projects.id', 'projects.organization_id', 'projects.name', 'projects.created_at'])
    .where('project_members.user_id', '=', userId)
    .where('projects.archived_at', 'is', null)
    .orderBy('projects.created_at')
    .execute()
}

/** The projects of the organisation that the user may name in a request. */
export async function projectIdsOf(db: Db, organizationId: string, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('projects')
    .innerJoin('project_members', 'project_members.project_id', 'projects.id')
    .select('projects.id')
    .where('project_members.user_id', '=', userId)
    .where('projects.organization_id', '=', organizationId)
    .where('projects.archived_at', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}
