import { randomUUID } from 'node:crypto'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { cleanText } from '../errors.ts'
import { addProjectMemberRow, addProjectRow, listProjectRows, projectIdsOf } from './accounts.store.ts'
import { personalOrganizationOf, requireUser } from './users.ts'

export interface Project {
  readonly id: string
  readonly organizationId: string
  readonly name: string
}

/** Makes a project in the user's own organisation, with the user as its first member. */
export async function createProject(
  deps: Deps,
  actor: AuditActor,
  input: { readonly user: string; readonly name: string },
): Promise<Project> {
  const name = cleanText(input.name, 'name', 200)
  return transact(deps, async (deps) => {
    const user = await requireUser(deps, input.user)
    const organizationId = await personalOrganizationOf(deps, user.id)
    // A UUID, as EU GPT's clients send it in `project_id`.
    const project = { id: randomUUID(), organizationId, name }
    await addProjectRow(deps.db, { ...project, nowMs: deps.now() })
    await addProjectMemberRow(deps.db, project.id, user.id, deps.now())
    await recordAudit(deps, actor, {
      action: 'project.create',
      targetKind: 'project',
      targetId: project.id,
      organizationId,
      after: { name, member: user.id },
    })
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
