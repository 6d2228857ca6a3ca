import { randomUUID } from 'node:crypto'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { findRole } from './members.store.ts'
import {
  addProjectMemberRow,
  addProjectRow,
  deleteMembershipsOf,
  deleteProjectMemberRow,
  findProjectRow,
  listProjectRows,
  lockProjectRow,
  projectIdsOf,
  writeProject,
} from './projects.store.ts'
import { personalOrganizationOf, requireUser } from './users.ts'

export interface Project {
  readonly id: string
  readonly organizationId: string
  readonly name: string
}

export interface ProjectRecord extends Project {
  readonly createdAt: number
  readonly archivedAt: number | null
}

/**
 * Makes a project in the named organisation, else in the user's own one, with the user as its first member.
 *
 * @throws AppError `not_found` when there is no such user, or he is no member of the organisation
 */
export async function createProject(
  deps: Deps,
  actor: AuditActor,
  input: { readonly user: string; readonly name: string; readonly organizationId?: string },
): Promise<Project> {
  const name = cleanText(input.name, 'name', 200)
  return transact(deps, async (deps) => {
    const user = await requireUser(deps, input.user)
    const organizationId = input.organizationId ?? (await personalOrganizationOf(deps, user.id))
    if (input.organizationId !== undefined) await demandMember(deps, organizationId, user.id)
    // A UUID, as EU GPT's clients send it in `project_id`.
    const project = { id: randomUUID(), organizationId, name }
    await addProjectRow(deps.db, { ...project, nowMs: deps.now() })
    await addProjectMemberRow(deps.db, project.id, user.id, deps.now())
    await recordAudit(deps, actor, { ...target(project, 'create'), after: { name, member: user.id } })
    return project
  })
}

export async function listProjects(deps: Deps, who: string): Promise<Project[]> {
  const user = await requireUser(deps, who)
  const rows = await listProjectRows(deps.db, user.id)
  return rows.map((row) => ({ id: row.id, organizationId: row.organization_id, name: row.name }))
}

/** Whether the user may name the project in a request of the organisation; false for a foreign and an unknown one alike. */
export async function mayUseProject(
  deps: Deps,
  organizationId: string,
  userId: string,
  projectId: string,
): Promise<boolean> {
  return (await projectIdsOf(deps.db, organizationId, userId)).includes(projectId)
}

/** The projects of the organisation that the user is a member of. */
export async function projectIdsFor(deps: Deps, organizationId: string, userId: string): Promise<string[]> {
  return projectIdsOf(deps.db, organizationId, userId)
}

/** A project of the organisation, archived or not. @throws AppError `not_found`, the same for a foreign one and for none */
export async function getProject(
  deps: Pick<Deps, 'db'>,
  organizationId: string,
  id: string,
): Promise<ProjectRecord> {
  return demand(await findProjectRow(deps.db, id), organizationId)
}

/**
 * Renames, archives or restores a project. From the next request on an archived one can be named by nobody.
 *
 * @throws AppError `not_found`, `invalid_request`
 */
export async function updateProject(
  deps: Deps,
  actor: AuditActor,
  organizationId: string,
  id: string,
  patch: { readonly name?: string; readonly archived?: boolean },
): Promise<ProjectRecord> {
  const named = patch.name === undefined ? undefined : cleanText(patch.name, 'name', 200)
  return transact(deps, async (deps) => {
    const before = await take(deps, organizationId, id)
    const archived = patch.archived ?? before.archivedAt !== null
    const archivedAt = archived ? (before.archivedAt ?? deps.now()) : null
    const after = { ...before, name: named ?? before.name, archivedAt }
    if (after.name === before.name && after.archivedAt === before.archivedAt) return before
    await writeProject(deps.db, id, { name: after.name, archived_at: archivedAt })
    await recordAudit(deps, actor, {
      ...target(before, 'update'),
      before: { name: before.name, archived: before.archivedAt !== null },
      after: { name: after.name, archived },
    })
    return after
  })
}

/**
 * Makes a member of the organisation one of the project. Calling it again changes and audits nothing.
 *
 * @throws AppError `not_found` for a project or a user that the organisation does not have
 */
export async function addProjectMember(
  deps: Deps,
  actor: AuditActor,
  organizationId: string,
  id: string,
  userId: string,
): Promise<void> {
  await transact(deps, async (deps) => {
    const project = await take(deps, organizationId, id)
    await demandMember(deps, organizationId, userId)
    if (!(await addProjectMemberRow(deps.db, id, userId, deps.now()))) return
    await recordAudit(deps, actor, { ...target(project, 'add_member'), after: { member: userId } })
  })
}

/**
 * Takes a user out of a project: from the next request on neither he nor his keys can name it.
 *
 * @throws AppError `not_found` when he is not in it
 */
export async function removeProjectMember(
  deps: Deps,
  actor: AuditActor,
  organizationId: string,
  id: string,
  userId: string,
): Promise<void> {
  await transact(deps, async (deps) => {
    const project = await take(deps, organizationId, id)
    if (!(await deleteProjectMemberRow(deps.db, id, userId))) throw noMember()
    await recordAudit(deps, actor, { ...target(project, 'remove_member'), before: { member: userId } })
  })
}

/**
 * Takes somebody who leaves an organisation out of its projects, so that he is not in them again when he comes back. To
 * be called in the transaction in which the membership ends.
 */
export async function leaveProjects(
  deps: Deps,
  actor: AuditActor,
  organizationId: string,
  userId: string,
): Promise<void> {
  if (!deps.db.isTransaction) throw new Error('Projects are left in the transaction that ends the membership')
  for (const id of await deleteMembershipsOf(deps.db, organizationId, userId)) {
    await recordAudit(deps, actor, {
      ...target({ id, organizationId }, 'remove_member'),
      before: { member: userId },
    })
  }
}

async function take(deps: Deps, organizationId: string, id: string): Promise<ProjectRecord> {
  return demand(await lockProjectRow(deps.db, deps.store.kind, id), organizationId)
}

function demand(row: Awaited<ReturnType<typeof findProjectRow>>, organizationId: string): ProjectRecord {
  if (row?.organization_id !== organizationId)
    throw new AppError('not_found', { message: 'There is no such project' })
  return toProject(row)
}

export function toProject(row: NonNullable<Awaited<ReturnType<typeof findProjectRow>>>): ProjectRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    createdAt: row.created_at,
    archivedAt: row.archived_at,
  }
}

async function demandMember(deps: Deps, organizationId: string, userId: string): Promise<void> {
  if ((await findRole(deps.db, organizationId, userId)) === undefined) throw noMember()
}

function noMember(): AppError {
  return new AppError('not_found', { message: 'There is no such member' })
}

function target({ id, organizationId }: { id: string; organizationId: string }, verb: string) {
  return { action: `project.${verb}`, targetKind: 'project', targetId: id, organizationId }
}
