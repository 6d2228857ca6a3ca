import type { Static } from 'typebox'
import { getUser, searchUsers, type UserRecord } from '../../../accounts/user-list.ts'
import { createUser, setOperator, setUserSuspended, type User } from '../../../accounts/users.ts'
import { endSessionsOf } from '../../../auth/sessions.ts'
import { removeSecondFactor } from '../../../auth/ways-in.ts'
import { type Deps, transact } from '../../../deps.ts'
import { countKeys } from '../../../keys/key-list.ts'
import { Type } from '../../../lib/schema.ts'
import { assignPlan } from '../../../limits/plans.ts'
import { actorOf } from '../../actor.ts'
import { type Route, route } from '../../route.ts'
import {
  afterOf,
  Id,
  Nullable,
  NullableText,
  One,
  PAGE_SIZE,
  PAGED,
  Page,
  pageOf,
  searchOf,
} from '../page.ts'

const State = Type.Enum(['active', 'suspended'])

const UserObject = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  state: State,
  emailVerified: Type.Boolean(),
  twoFactor: Type.Boolean(),
  operator: Type.Boolean({ description: 'Administers this server' }),
  plan: NullableText,
  createdAt: Type.String(),
  keys: Type.Integer({ description: 'Keys that are not revoked' }),
  sessions: Type.Integer({ description: 'Sessions that have not expired' }),
})

const UserWithOrganizations = Type.Object({
  ...UserObject.properties,
  organizations: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      personal: Type.Boolean(),
      role: Type.Enum(['owner', 'admin', 'member']),
    }),
  ),
})

const NewUser = Type.Object({
  ...UserWithOrganizations.properties,
  link: Nullable(
    Type.String({
      description: 'By which the user sets a password, within a day; null when it was sent by mail',
    }),
  ),
})

const IdParams = Type.Object({ id: Id })
const ListQuery = Type.Object({
  ...PAGED,
  state: Type.Optional(State),
  operator: Type.Optional(Type.Boolean()),
  plan: Type.Optional(Id),
})
const CreateBody = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: 256 }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    plan: Type.Optional(Nullable(Id)),
  },
  { additionalProperties: false },
)
const PatchBody = Type.Object(
  {
    suspended: Type.Optional(Type.Boolean()),
    plan: Type.Optional(Nullable(Id)),
    operator: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

/** Sends a new user the link by which he sets his password, or returns it where nothing can be sent. */
type Welcome = (user: User) => Promise<string | undefined>

/**
 * Users, for the operator.
 *
 * @param welcome called when an account has been made, after its commit
 */
export function adminUserRoutes(deps: Deps, welcome: Welcome = async () => undefined): Route[] {
  return [
    listRoute(deps),
    createRoute(deps, welcome),
    getRoute(deps),
    patchRoute(deps),
    signOutRoute(deps),
    secondFactorRoute(deps),
  ]
}

const SHARED = { surface: 'dashboard', tag: 'Administration', access: { session: 'operator' } } as const

function listRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/admin/users',
    summary: 'List users, newest first, 50 a page',
    query: ListQuery,
    replies: { 200: Page(UserObject) },
    errors: ['invalid_request'],
    async run(context) {
      const { state, operator, plan } = context.query
      const users = await searchUsers(deps, {
        ...searchOf(context.query),
        ...afterOf<readonly [string, string]>(context.query, 'string', 'string'),
        ...(state !== undefined && { status: state }),
        ...(operator !== undefined && { operator }),
        ...(plan !== undefined && { plan }),
        limit: PAGE_SIZE + 1,
      })
      const keysOf = await countKeys(
        deps,
        'user',
        users.map(({ id }) => id),
      )
      const show = (user: UserRecord) => userObject(user, keysOf(user.id))
      return { body: pageOf(users, ({ createdAt, id }) => [createdAt, id], show) }
    },
  })
}

function createRoute(deps: Deps, welcome: Welcome): Route {
  return route({
    ...SHARED,
    method: 'POST',
    path: '/api/dashboard/admin/users',
    summary: 'Make an account; its user gets a link to set a password',
    body: CreateBody,
    replies: { 201: One(NewUser) },
    errors: ['invalid_request', 'not_found'],
    async run(context) {
      const { email, name, plan } = context.body
      const actor = actorOf(context)
      const made = await transact(deps, async (deps) => {
        const user = await createUser(deps, actor, { email, name })
        if (plan != null) await assignPlan(deps, actor, { user: user.id }, plan)
        return user
      })
      const link = (await welcome(made)) ?? null
      return { status: 201, body: { data: { ...(await detailed(deps, made.id)), link } } }
    },
  })
}

function getRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/admin/users/:id',
    summary: 'Get a user',
    params: IdParams,
    replies: { 200: One(UserWithOrganizations) },
    errors: ['not_found'],
    async run(context) {
      return { body: { data: await detailed(deps, context.params.id) } }
    },
  })
}

function patchRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'PATCH',
    path: '/api/dashboard/admin/users/:id',
    summary: 'Suspend or activate a user, or change the plan or the right to administer this server',
    description: 'All of it happens, or nothing. One active user keeps the right to administer.',
    params: IdParams,
    body: PatchBody,
    replies: { 200: One(UserWithOrganizations) },
    errors: ['not_found', 'invalid_request'],
    async run(context) {
      const { suspended, plan, operator } = context.body
      const actor = actorOf(context)
      const { id } = await getUser(deps, context.params.id)
      await transact(deps, async (deps) => {
        if (operator !== undefined) await setOperator(deps, actor, id, operator)
        if (suspended !== undefined) await setUserSuspended(deps, actor, id, suspended)
        if (plan !== undefined) await assignPlan(deps, actor, { user: id }, plan)
      })
      return { body: { data: await detailed(deps, id) } }
    },
  })
}

function signOutRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'DELETE',
    path: '/api/dashboard/admin/users/:id/sessions',
    summary: 'Sign a user out everywhere',
    params: IdParams,
    replies: { 200: One(Type.Object({ ended: Type.Integer() })) },
    errors: ['not_found'],
    async run(context) {
      const { id } = await getUser(deps, context.params.id)
      return { body: { data: { ended: await endSessionsOf(deps, actorOf(context), id) } } }
    },
  })
}

function secondFactorRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'DELETE',
    path: '/api/dashboard/admin/users/:id/two-factor',
    summary: 'Take the second factor of a user who has lost it, and sign him out everywhere',
    params: IdParams,
    replies: {
      200: One(Type.Object({ removed: Type.Boolean({ description: 'False: there was none' }) })),
    },
    errors: ['not_found'],
    async run(context) {
      const { id } = await getUser(deps, context.params.id)
      return { body: { data: { removed: await removeSecondFactor(deps, actorOf(context), id) } } }
    },
  })
}

async function detailed(deps: Deps, id: string): Promise<Static<typeof UserWithOrganizations>> {
  const user = await getUser(deps, id)
  const keysOf = await countKeys(deps, 'user', [id])
  return { ...userObject(user, keysOf(id)), organizations: [...user.organizations] }
}

function userObject(user: UserRecord, keys: number): Static<typeof UserObject> {
  const { id, email, name, status, emailVerified, twoFactor, operator, plan, createdAt, sessions } = user
  return {
    id,
    email,
    name,
    state: status,
    emailVerified,
    twoFactor,
    operator,
    plan,
    createdAt,
    keys,
    sessions,
  }
}
