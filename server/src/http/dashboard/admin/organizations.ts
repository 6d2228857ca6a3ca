import type { Static } from 'typebox'
import {
  getOrganization,
  type OrganizationEntry,
  searchOrganizations,
  setOrganizationSuspended,
} from '../../../accounts/organizations.ts'
import { type Deps, transact } from '../../../deps.ts'
import { AppError } from '../../../errors.ts'
import { countKeys } from '../../../keys/key-list.ts'
import { grantCredits } from '../../../ledger/balances.ts'
import { formatNanos } from '../../../lib/decimal.ts'
import { Type } from '../../../lib/schema.ts'
import { parseAmount } from '../../../limits/amount.ts'
import { assignPlan } from '../../../limits/plans.ts'
import { actorOf } from '../../actor.ts'
import { type Context, type Route, route } from '../../route.ts'
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

const Organization = Type.Object({
  id: Type.String(),
  name: Type.String(),
  personal: Type.Boolean(),
  state: State,
  plan: NullableText,
  createdAt: Type.String(),
  members: Type.Integer(),
  keys: Type.Integer({ description: 'Keys that are not revoked' }),
  owner: Nullable(Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() })),
})

const Amount = Type.String({ description: 'Credits as a decimal' })

const Grant = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  amount: Amount,
  note: NullableText,
  reference: NullableText,
  createdAt: Type.String(),
  replayed: Type.Boolean({ description: 'It was made before, under the same reference' }),
  balance: Type.Object({ granted: Amount, spent: Amount, held: Amount, remaining: Amount }),
})

const IdParams = Type.Object({ id: Id })
const ListQuery = Type.Object({
  ...PAGED,
  state: Type.Optional(State),
  personal: Type.Optional(Type.Boolean()),
  plan: Type.Optional(Id),
})
const PatchBody = Type.Object(
  { plan: Type.Optional(Nullable(Id)), suspended: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
)
const GrantBody = Type.Object(
  {
    organizationId: Type.Optional(Id),
    userId: Type.Optional(Type.String({ maxLength: 256, description: 'Id or e-mail address' })),
    amount: Type.String({ maxLength: 40, description: 'Credits, above 0, with at most nine decimals' }),
    note: Type.Optional(Type.String({ maxLength: 500 })),
    reference: Type.Optional(Type.String({ maxLength: 255, description: 'Once per balance, without end' })),
  },
  { additionalProperties: false },
)

/** Organisations and their credits, for the operator. */
export function adminOrganizationRoutes(deps: Deps): Route[] {
  return [listRoute(deps), getRoute(deps), patchRoute(deps), grantRoute(deps)]
}

const SHARED = { surface: 'dashboard', tag: 'Administration', access: { session: 'operator' } } as const

function listRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/admin/organizations',
    summary: 'List organisations, newest first, 50 a page',
    query: ListQuery,
    replies: { 200: Page(Organization) },
    errors: ['invalid_request'],
    async run(context) {
      const { state, personal, plan } = context.query
      const found = await searchOrganizations(deps, {
        ...searchOf(context.query),
        ...afterOf<readonly [string, string]>(context.query, 'string', 'string'),
        ...(state !== undefined && { status: state }),
        ...(personal !== undefined && { personal }),
        ...(plan !== undefined && { plan }),
        limit: PAGE_SIZE + 1,
      })
      const keysOf = await countKeys(
        deps,
        'organization',
        found.map(({ id }) => id),
      )
      const show = (each: OrganizationEntry) => organizationObject(each, keysOf(each.id))
      return { body: pageOf(found, ({ createdAt, id }) => [createdAt, id], show) }
    },
  })
}

function getRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/admin/organizations/:id',
    summary: 'Get an organisation',
    params: IdParams,
    replies: { 200: One(Organization) },
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
    path: '/api/dashboard/admin/organizations/:id',
    summary: 'Change the plan of an organisation, or suspend or activate it',
    description: 'It holds from the next request. All of it happens, or nothing.',
    params: IdParams,
    body: PatchBody,
    replies: { 200: One(Organization) },
    errors: ['not_found'],
    async run(context) {
      const { plan, suspended } = context.body
      const { id } = context.params
      const actor = actorOf(context)
      await transact(deps, async (deps) => {
        if (suspended !== undefined) await setOrganizationSuspended(deps, actor, id, suspended)
        if (plan !== undefined) await assignPlan(deps, actor, { organization: id }, plan)
      })
      return { body: { data: await detailed(deps, id) } }
    },
  })
}

function grantRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'POST',
    path: '/api/dashboard/admin/credits',
    summary: 'Add credits to a balance',
    description: 'Of an organisation, or of a user where every user has a balance of his own.',
    body: GrantBody,
    replies: { 201: One(Grant) },
    errors: ['not_found', 'invalid_request', 'idempotency_mismatch'],
    async run(context) {
      return { status: 201, body: { data: await granted(deps, context) } }
    },
  })
}

async function granted(
  deps: Deps,
  context: Context<Static<typeof GrantBody>>,
): Promise<Static<typeof Grant>> {
  const { organizationId, userId, amount, note, reference } = context.body
  if (organizationId === undefined && userId === undefined) {
    const message = 'Name the organisation or the user whose balance it is'
    throw new AppError('invalid_request', { message, param: 'organizationId' })
  }
  const grant = await grantCredits(deps, actorOf(context), {
    amountNanos: parseAmount('credits', amount),
    ...(organizationId !== undefined && { organizationId }),
    ...(userId !== undefined && { userId }),
    ...(note !== undefined && { note }),
    ...(reference !== undefined && { reference }),
  })
  const { granted, spent, held, remaining } = grant.balance
  return {
    id: grant.id,
    organizationId: grant.organizationId,
    amount: formatNanos(grant.amountNanos),
    note: grant.note,
    reference: grant.reference,
    createdAt: new Date(grant.at).toISOString(),
    replayed: grant.replayed,
    balance: {
      granted: formatNanos(granted),
      spent: formatNanos(spent),
      held: formatNanos(held),
      remaining: formatNanos(remaining),
    },
  }
}

async function detailed(deps: Deps, id: string): Promise<Static<typeof Organization>> {
  const organization = await getOrganization(deps, id)
  const keysOf = await countKeys(deps, 'organization', [id])
  return organizationObject(organization, keysOf(id))
}

function organizationObject(
  { status, ...organization }: OrganizationEntry,
  keys: number,
): Static<typeof Organization> {
  return { ...organization, state: status, keys }
}
