import { type Kysely, sql } from 'kysely'
import { contains } from '../storage/contains.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const PROJECT = ['id', 'organization_id', 'name', 'created_at', 'archived_at'] as const

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

/** False when the user was a member already. */
export async function addProjectMemberRow(
  db: Db,
  projectId: string,
  userId: string,
  nowMs: number,
): Promise<boolean> {
  const result = await db
    .insertInto('project_members')
    .values({ project_id: projectId, user_id: userId, created_at: nowMs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0) === 1
}

/** False when the user was no member. */
export async function deleteProjectMemberRow(db: Db, projectId: string, userId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('project_members')
    .where('project_id', '=', projectId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return Number(result.numDeletedRows) > 0
}

/** Takes a user out of all projects of an organisation; the ids of those that he was in. */
export async function deleteMembershipsOf(db: Db, organizationId: string, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('project_members as pm')
    .innerJoin('projects as p', 'p.id', 'pm.project_id')
    .select('p.id')
    .where('pm.user_id', '=', userId)
    .where('p.organization_id', '=', organizationId)
    .orderBy('p.id')
    .execute()
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) {
    await db
      .deleteFrom('project_members')
      .where('user_id', '=', userId)
      .where('project_id', 'in', ids)
      .execute()
  }
  return ids
}

/**
 * Memberships that count: whoever has left the organisation has left its projects, whatever rows are there still.
 */
function memberships(db: Db, userId: string) {
  return db
    .selectFrom('projects')
    .innerJoin('project_members', 'project_members.project_id', 'projects.id')
    .innerJoin('member', (join) =>
      join
        .onRef('member.organizationId', '=', 'projects.organization_id')
        .onRef('member.userId', '=', 'project_members.user_id'),
    )
    .where('project_members.user_id', '=', userId)
    .where('projects.archived_at', 'is', null)
}

export async function listProjectRows(db: Db, userId: string) {
  return memberships(db, userId)
    .select(['projects.id', 'projects.organization_id', 'projects.name', 'projects.created_at'])
    .orderBy('projects.created_at')
    .execute()
}

/** The projects of the organisation that the user may name in a request. */
export async function projectIdsOf(db: Db, organizationId: string, userId: string): Promise<string[]> {
  const rows = await memberships(db, userId)
    .select('projects.id')
    .where('projects.organization_id', '=', organizationId)
    .execute()
  return rows.map((row) => row.id)
}

export async function findProjectRow(db: Db, id: string) {
  return db.selectFrom('projects').select(PROJECT).where('id', '=', id).executeTakeFirst()
}

export async function lockProjectRow(db: Db, kind: DatabaseKind, id: string) {
  const query = db.selectFrom('projects').select(PROJECT).where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

export async function writeProject(
  db: Db,
  id: string,
  change: { readonly name: string; readonly archived_at: number | null },
): Promise<void> {
  await db.updateTable('projects').set(change).where('id', '=', id).execute()
}

export interface ProjectFilter {
  readonly organizationId: string
  /** Only those that he is a member of. */
  readonly memberId?: string
  readonly archived: boolean
  readonly search?: string
  /** Time of creation and id of the last one of the page before. */
  readonly after?: readonly [number, string]
  readonly limit: number
}

/** Newest first. */
export async function searchProjectRows(db: Db, kind: DatabaseKind, filter: ProjectFilter) {
  const { search, memberId, after } = filter
  let query = db
    .selectFrom('projects')
    .select(PROJECT)
    .where('organization_id', '=', filter.organizationId)
    .where('archived_at', filter.archived ? 'is not' : 'is', null)
  if (memberId !== undefined) {
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('project_members')
          .select(sql`1`.as('one'))
          .whereRef('project_members.project_id', '=', 'projects.id')
          .where('project_members.user_id', '=', memberId),
      ),
    )
  }
  if (search !== undefined) query = query.where(contains(kind, ['name', 'id'], search))
  if (after !== undefined) {
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('created_at', 'id'), '<', tuple(after[0], after[1])),
    )
  }
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
}

/** Members of a project, who are members of the organisation too, by name. */
export async function findProjectMemberRows(db: Db, projectId: string, limit: number) {
  return db
    .selectFrom('project_members as pm')
    .innerJoin('projects as p', 'p.id', 'pm.project_id')
    .innerJoin('member as m', (join) =>
      join.onRef('m.organizationId', '=', 'p.organization_id').onRef('m.userId', '=', 'pm.user_id'),
    )
    .innerJoin('user as u', 'u.id', 'pm.user_id')
    .select(['pm.created_at', 'u.id', 'u.name', 'u.email'])
    .where('pm.project_id', '=', projectId)
    .orderBy('u.name')
    .orderBy('u.id')
    .limit(limit)
    .execute()
}

export async function countProjectMembers(
  db: Db,
  projectIds: readonly string[],
): Promise<Map<string, number>> {
  if (projectIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('project_members as pm')
    .innerJoin('projects as p', 'p.id', 'pm.project_id')
    .innerJoin('member as m', (join) =>
      join.onRef('m.organizationId', '=', 'p.organization_id').onRef('m.userId', '=', 'pm.user_id'),
    )
    .select(['pm.project_id', (e) => e.fn.countAll<number>().as('count')])
    .where('pm.project_id', 'in', [...projectIds])
    .groupBy('pm.project_id')
    .execute()
  return new Map(rows.map((row) => [row.project_id, Number(row.count)]))
}

/** Those of the projects, archived or not, that the user is in; he must be a member of the organisation. */
export async function projectsWith(
  db: Db,
  projectIds: readonly string[],
  userId: string,
): Promise<Set<string>> {
  if (projectIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('project_members')
    .select('project_id')
    .where('user_id', '=', userId)
    .where('project_id', 'in', [...projectIds])
    .execute()
  return new Set(rows.map(({ project_id }) => project_id))
}
