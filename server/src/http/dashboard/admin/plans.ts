import type { Static } from 'typebox'
import { holdersOfPlan } from '../../../accounts/plan-holders.ts'
import type { Deps } from '../../../deps.ts'
import { Type } from '../../../lib/schema.ts'
import { formatAmount } from '../../../limits/amount.ts'
import type { Plan } from '../../../limits/plan.ts'
import { deletePlan, getPlan, listPlans, putPlan } from '../../../limits/plans.ts'
import { actorOf } from '../../actor.ts'
import { type Route, route } from '../../route.ts'
import { Done, Nullable, One } from '../page.ts'

const Names = Nullable(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 500 }))

const Quota = Type.Object(
  {
    subject: Type.Enum(['key', 'end_user', 'project', 'user', 'organization']),
    unit: Type.Enum(['credits', 'requests', 'tokens', 'in_flight']),
    period: Type.Enum(['minute', 'day', 'week', 'month', 'none']),
    amount: Type.String({
      maxLength: 40,
      description: 'Credits with up to nine decimals, a whole number else',
    }),
  },
  { additionalProperties: false },
)

const PlanObject = Type.Object({
  id: Type.String(),
  name: Type.String(),
  rank: Type.Integer({ description: 'The higher has more' }),
  tools: Nullable(Type.Array(Type.String())),
  models: Nullable(Type.Array(Type.String())),
  quotas: Type.Array(Quota),
  users: Type.Integer(),
  organizations: Type.Integer(),
  isDefault: Type.Boolean({ description: 'Of everybody who has no other' }),
})

const IdParams = Type.Object({ id: Type.String({ maxLength: 63 }) })
const PutBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    rank: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    tools: Names,
    models: Names,
    quotas: Type.Array(Quota, { maxItems: 50 }),
  },
  { additionalProperties: false },
)

/** Plans, for the operator. */
export function adminPlanRoutes(deps: Deps): Route[] {
  return [...readRoutes(deps), ...writeRoutes(deps)]
}

const SHARED = { surface: 'dashboard', tag: 'Administration', access: { session: 'operator' } } as const

function readRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: '/api/dashboard/admin/plans',
      summary: 'List plans by rank',
      replies: { 200: Type.Object({ data: Type.Array(PlanObject) }) },
      async run() {
        const data: Static<typeof PlanObject>[] = []
        for (const plan of await listPlans(deps)) data.push(await planObject(deps, plan))
        return { body: { data } }
      },
    }),
    route({
      ...SHARED,
      method: 'GET',
      path: '/api/dashboard/admin/plans/:id',
      summary: 'Get a plan',
      params: IdParams,
      replies: { 200: One(PlanObject) },
      errors: ['not_found'],
      async run(context) {
        return { body: { data: await planObject(deps, await getPlan(deps, context.params.id)) } }
      },
    }),
  ]
}

function writeRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'PUT',
      path: '/api/dashboard/admin/plans/:id',
      summary: 'Create or replace a plan; it holds from the next request',
      params: IdParams,
      body: PutBody,
      replies: { 200: One(PlanObject) },
      errors: ['invalid_request'],
      async run(context) {
        const plan = await putPlan(deps, actorOf(context), { id: context.params.id, ...context.body })
        return { body: { data: await planObject(deps, plan) } }
      },
    }),
    route({
      ...SHARED,
      method: 'DELETE',
      path: '/api/dashboard/admin/plans/:id',
      summary: 'Delete a plan that nobody has',
      params: IdParams,
      replies: { 200: Done },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        await deletePlan(deps, actorOf(context), context.params.id)
        return { body: { data: { success: true } } }
      },
    }),
  ]
}

async function planObject(deps: Deps, plan: Plan): Promise<Static<typeof PlanObject>> {
  const { users, organizations } = await holdersOfPlan(deps, plan.id)
  return {
    id: plan.id,
    name: plan.name,
    rank: plan.rank,
    tools: plan.tools === null ? null : [...plan.tools],
    models: plan.models === null ? null : [...plan.models],
    quotas: plan.quotas.map((quota) => ({ ...quota, amount: formatAmount(quota.unit, quota.amount) })),
    users,
    organizations,
    isDefault: deps.config.plans.default === plan.id,
  }
}
