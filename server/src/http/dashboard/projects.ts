import type { Static } from 'typebox'
import {
  describeProjects,
  isInProject,
  listProjectMembers,
  type ProjectEntry,
  searchProjects,
} from '../../accounts/project-list.ts'
import {
  addProjectMember,
  createProject,
  getProject,
  type ProjectRecord,
  removeProjectMember,
  updateProject,
} from '../../accounts/projects.ts'
import { managesOrganization } from '../../accounts/roles.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { countKeys } from '../../keys/key-list.ts'
import { Type } from '../../lib/schema.ts'
import { actorOf } from '../actor.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { afterOf, Done, Id, NullableText, One, PAGE_SIZE, PAGED, Page, pageOf, searchOf } from './page.ts'

const Project = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String(),
  archivedAt: NullableText,
  members: Type.Integer(),
  keys: Type.Integer({ description: 'Keys bound to it that are not revoked' }),
  mine: Type.Boolean({ description: 'Whether the caller is a member, who may name it in requests' }),
})

const ProjectMember = Type.Object({
  userId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  joinedAt: Type.String(),
})

const IdParams = Type.Object({ id: Id })
const MemberParams = Type.Object({ id: Id, userId: Id })
const NAME = Type.String({ minLength: 1, maxLength: 200 })
const CreateBody = Type.Object({ name: NAME }, { additionalProperties: false })
const PatchBody = Type.Object(
  { name: Type.Optional(NAME), archived: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
)
const ListQuery = Type.Object({ ...PAGED, archived: Type.Boolean({ default: false }) })

/** Projects of the organisation that the request names: owners and admins manage all, members see their own. */
export function projectRoutes(deps: Deps): Route[] {
  return [listRoute(deps), createRoute(deps), ...singleRoutes(deps), ...memberRoutes(deps)]
}

const SHARED = { surface: 'dashboard', tag: 'Projects' } as const

function listRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/projects',
    access: { session: 'member' },
    summary: 'List projects, newest first, 50 a page',
    description: 'Owners and admins see all of the organisation, members those that they are in.',
    query: ListQuery,
    replies: { 200: Page(Project) },
    errors: ['invalid_request'],
    async run(context) {
      const { user, organization } = sessionOf(context)
      const filter = {
        organizationId: organization.id,
        ...(!managesOrganization(organization.role) && { memberId: user.id }),
        archived: context.query.archived,
        ...searchOf(context.query),
        ...afterOf<readonly [number, string]>(context.query, 'number', 'string'),
        limit: PAGE_SIZE + 1,
      }
      const projects = await searchProjects(deps, filter, user.id)
      const show = await shower(deps, projects)
      return { body: pageOf(projects, ({ createdAt, id }) => [createdAt, id], show) }
    },
  })
}

function createRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'POST',
    path: '/api/dashboard/projects',
    access: { session: 'manager' },
    summary: 'Create a project; whoever creates it is its first member',
    body: CreateBody,
    replies: { 201: One(Project) },
    errors: ['invalid_request'],
    async run(context) {
      const { user, organization } = sessionOf(context)
      const input = { user: user.id, name: context.body.name, organizationId: organization.id }
      const { id } = await createProject(deps, actorOf(context), input)
      return { status: 201, body: { data: await one(deps, context, await visible(deps, context, id)) } }
    },
  })
}

function singleRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: '/api/dashboard/projects/:id',
      access: { session: 'member' },
      summary: 'Get a project',
      params: IdParams,
      replies: { 200: One(Project) },
      errors: ['not_found'],
      async run(context) {
        const project = await visible(deps, context, context.params.id)
        return { body: { data: await one(deps, context, project) } }
      },
    }),
    route({
      ...SHARED,
      method: 'PATCH',
      path: '/api/dashboard/projects/:id',
      access: { session: 'manager' },
      summary: 'Rename, archive or restore a project',
      description: 'An archived project can be named in no request.',
      params: IdParams,
      body: PatchBody,
      replies: { 200: One(Project) },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        const { id } = sessionOf(context).organization
        const project = await updateProject(deps, actorOf(context), id, context.params.id, context.body)
        return { body: { data: await one(deps, context, project) } }
      },
    }),
  ]
}

function memberRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: '/api/dashboard/projects/:id/members',
      access: { session: 'member' },
      summary: 'List the members of a project by name, 1000 at most',
      params: IdParams,
      replies: { 200: Type.Object({ data: Type.Array(ProjectMember) }) },
      errors: ['not_found'],
      async run(context) {
        const { id } = await visible(deps, context, context.params.id)
        const data = (await listProjectMembers(deps, id)).map((member) => ({
          ...member,
          joinedAt: new Date(member.joinedAt).toISOString(),
        }))
        return { body: { data } }
      },
    }),
    ...(['PUT', 'DELETE'] as const).map((method) =>
      route({
        ...SHARED,
        method,
        path: '/api/dashboard/projects/:id/members/:userId',
        access: { session: 'manager' },
        summary:
          method === 'PUT'
            ? 'Make a member of the organisation one of the project'
            : 'Take a member out of the project',
        params: MemberParams,
        replies: { 200: Done },
        errors: ['not_found'],
        async run(context) {
          const { id, userId } = context.params
          const act = method === 'PUT' ? addProjectMember : removeProjectMember
          await act(deps, actorOf(context), sessionOf(context).organization.id, id, userId)
          return { body: { data: { success: true } } }
        },
      }),
    ),
  ]
}

/** A project that the caller may see. @throws AppError `not_found`, also for one that a plain member is not in */
async function visible(deps: Deps, context: Pick<Context, 'session'>, id: string): Promise<ProjectRecord> {
  const { user, organization } = sessionOf(context)
  const project = await getProject(deps, organization.id, id)
  if (!managesOrganization(organization.role) && !(await isInProject(deps, id, user.id))) {
    throw new AppError('not_found', { message: 'There is no such project' })
  }
  return project
}

async function one(
  deps: Deps,
  context: Pick<Context, 'session'>,
  project: ProjectRecord,
): Promise<Static<typeof Project>> {
  const [entry] = await describeProjects(deps, [project], sessionOf(context).user.id)
  if (!entry) throw new Error('A project was not described')
  return (await shower(deps, [entry]))(entry)
}

async function shower(deps: Deps, projects: readonly ProjectEntry[]) {
  const ids = projects.map(({ id }) => id)
  const keysOf = await countKeys(deps, 'project', ids)
  return ({ id, name, createdAt, archivedAt, members, mine }: ProjectEntry): Static<typeof Project> => ({
    id,
    name,
    createdAt: new Date(createdAt).toISOString(),
    archivedAt: archivedAt === null ? null : new Date(archivedAt).toISOString(),
    members,
    keys: keysOf(id),
    mine,
  })
}
