import type { Deps } from '../deps.ts'
import {
  countProjectMembers,
  findProjectMemberRows,
  type ProjectFilter,
  projectsWith,
  searchProjectRows,
} from './projects.store.ts'
import { type ProjectRecord, toProject } from './projects.ts'

/** A project with what a list shows of it. */
export interface ProjectEntry extends ProjectRecord {
  readonly members: number
  /** Whether the asking user is a member. */
  readonly mine: boolean
}

export interface ProjectMember {
  readonly userId: string
  readonly name: string
  readonly email: string
  readonly joinedAt: number
}

const MEMBERS_MOST = 1000

/** Projects of an organisation, newest first. @param userId whose membership is told */
export async function searchProjects(
  deps: Pick<Deps, 'db' | 'store'>,
  filter: ProjectFilter,
  userId: string,
): Promise<ProjectEntry[]> {
  const rows = await searchProjectRows(deps.db, deps.store.kind, filter)
  return describeProjects(deps, rows.map(toProject), userId)
}

/** The same of projects that are known. */
export async function describeProjects(
  deps: Pick<Deps, 'db'>,
  projects: readonly ProjectRecord[],
  userId: string,
): Promise<ProjectEntry[]> {
  const ids = projects.map(({ id }) => id)
  const counts = await countProjectMembers(deps.db, ids)
  const mine = await projectsWith(deps.db, ids, userId)
  return projects.map((project) => ({
    ...project,
    members: counts.get(project.id) ?? 0,
    mine: mine.has(project.id),
  }))
}

/** Members of a project by name, 1000 at most. */
export async function listProjectMembers(deps: Pick<Deps, 'db'>, id: string): Promise<ProjectMember[]> {
  const rows = await findProjectMemberRows(deps.db, id, MEMBERS_MOST)
  return rows.map((row) => ({ userId: row.id, name: row.name, email: row.email, joinedAt: row.created_at }))
}

/** Whether the user, a member of its organisation, is one of the project, archived or not. */
export async function isInProject(deps: Pick<Deps, 'db'>, id: string, userId: string): Promise<boolean> {
  return (await projectsWith(deps.db, [id], userId)).has(id)
}
