import type { Static } from 'typebox'
import { listInvitations, listMembers } from '../../accounts/members.ts'
import { getOrganization, renameOrganization } from '../../accounts/organizations.ts'
import { managesOrganization } from '../../accounts/roles.ts'
import type { Deps } from '../../deps.ts'
import { countKeys } from '../../keys/key-list.ts'
import { Type } from '../../lib/schema.ts'
import { actorOf } from '../actor.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { afterOf, Nullable, NullableText, One, PAGE_SIZE, PAGED, Page, pageOf, searchOf } from './page.ts'

const Role = Type.Enum(['owner', 'admin', 'member'])

const Member = Type.Object({
  id: Type.String({ description: 'Of the membership, as `organization/remove-member` takes it' }),
  userId: Type.String(),
  name: Type.String(),
  email: Type.String(),
  role: Role,
  state: Type.Enum(['active', 'suspended']),
  joinedAt: Type.String(),
  keys: Nullable(
    Type.Integer({ description: 'How many API keys the member has here; for owners and admins' }),
  ),
})

const Invitation = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role: Role,
  state: Type.Enum(['pending', 'expired']),
  createdAt: Type.String(),
  expiresAt: Type.String(),
  inviter: Type.Object({ id: Type.String(), name: Type.String() }),
})

const Organization = Type.Object({
  id: Type.String(),
  name: Type.String(),
  personal: Type.Boolean(),
  plan: NullableText,
  role: Role,
  createdAt: Type.String(),
  members: Type.Integer(),
})

const RenameBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)
const MembersQuery = Type.Object(PAGED)

/** Members and invitations of the organisation that the request names. */
export function organizationRoutes(deps: Deps): Route[] {
  return [...ownRoutes(deps), membersRoute(deps), invitationsRoute(deps)]
}

const SHARED = { surface: 'dashboard', tag: 'Organisation' } as const

function ownRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: '/api/dashboard/organization',
      access: { session: 'member' },
      summary: 'Get the organisation',
      replies: { 200: One(Organization) },
      async run(context) {
        return { body: { data: await described(deps, context) } }
      },
    }),
    route({
      ...SHARED,
      method: 'PATCH',
      path: '/api/dashboard/organization',
      access: { session: 'manager' },
      summary: 'Rename the organisation',
      body: RenameBody,
      replies: { 200: One(Organization) },
      errors: ['invalid_request'],
      async run(context) {
        const { id } = sessionOf(context).organization
        await renameOrganization(deps, actorOf(context), id, context.body.name)
        return { body: { data: await described(deps, context) } }
      },
    }),
  ]
}

function membersRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/members',
    access: { session: 'member' },
    summary: 'List members by name, 50 a page',
    query: MembersQuery,
    replies: { 200: Page(Member) },
    errors: ['invalid_request'],
    async run(context) {
      const { id, role } = sessionOf(context).organization
      const members = await listMembers(deps, id, {
        ...searchOf(context.query),
        ...afterOf<readonly [string, string]>(context.query, 'string', 'string'),
        limit: PAGE_SIZE + 1,
      })
      const ids = managesOrganization(role) ? members.map(({ userId }) => userId) : []
      const keysOf = await countKeys(deps, 'user', ids, id)
      const page = pageOf(
        members,
        ({ name, userId }) => [name, userId],
        ({ status, ...member }): Static<typeof Member> => ({
          ...member,
          state: status,
          keys: ids.length > 0 ? keysOf(member.userId) : null,
        }),
      )
      return { body: page }
    },
  })
}

function invitationsRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/invitations',
    access: { session: 'manager' },
    summary: 'List invitations that wait for an answer, newest first',
    replies: { 200: Type.Object({ data: Type.Array(Invitation) }) },
    async run(context) {
      const invitations = await listInvitations(deps, sessionOf(context).organization.id)
      const data = invitations.map(
        ({ expired, ...invitation }): Static<typeof Invitation> => ({
          ...invitation,
          state: expired ? 'expired' : 'pending',
        }),
      )
      return { body: { data } }
    },
  })
}

async function described(
  deps: Deps,
  context: Pick<Context, 'session'>,
): Promise<Static<typeof Organization>> {
  const { id, role } = sessionOf(context).organization
  const { name, personal, plan, createdAt, members } = await getOrganization(deps, id)
  return { id, name, personal, plan, role, createdAt, members }
}
