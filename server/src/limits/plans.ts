import { holdersOfPlan, type PlanHolder, writePlanOf } from '../accounts/plan-holders.ts'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { type Plan, readPlan, writePlan } from './plan.ts'
import {
  deletePlanRow,
  findPlanRows,
  insertPlanRow,
  listPlanRows,
  lockPlanRow,
  updatePlanRow,
} from './plans.store.ts'
import { checkQuota, type QuotaInput } from './quota-input.ts'

export interface PlanPatch {
  readonly name?: string
  readonly rank?: number
  /** Null: all. */
  readonly tools?: readonly string[] | null
  readonly models?: readonly string[] | null
  readonly quotas?: readonly QuotaInput[]
}

const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/
const RANK_MOST = 1_000_000
const QUOTAS_MOST = 50
const NAMES_MOST = 500

/** All plans, by rank. */
export async function listPlans(deps: Pick<Deps, 'db'>): Promise<Plan[]> {
  return (await listPlanRows(deps.db)).map(readPlan)
}

/** @throws AppError `not_found` */
export async function getPlan(deps: Pick<Deps, 'db'>, id: string): Promise<Plan> {
  const [row] = await findPlanRows(deps.db, [id])
  if (!row) throw noPlan(id)
  return readPlan(row)
}

/**
 * Makes a plan. One that is given no name has its id for one; without tools or models it allows all.
 *
 * @throws AppError `invalid_request`, also when there is a plan of that id
 */
export async function createPlan(
  deps: Deps,
  actor: AuditActor,
  input: PlanPatch & { readonly id: string; readonly rank: number },
): Promise<Plan> {
  const { id, rank } = input
  if (!ID.test(id)) {
    throw fault('id', 'must have 1 to 63 of a–z, 0–9, ".", "_" and "-", beginning with a letter or digit')
  }
  const plan = { id, name: id, rank, tools: null, models: null, quotas: [], ...checkPatch(input) }
  return transact(deps, async (deps) => {
    const row = { ...writePlan(plan), created_at: deps.now(), updated_at: null }
    if (!(await insertPlanRow(deps.db, row))) throw fault('id', `: there is a plan ${id} already`)
    await recordAudit(deps, actor, { ...target('plan.create', id), after: audited(plan) })
    return plan
  })
}

/**
 * Changes a plan, for everyone who has it, from the next request. A limit may be set below what is spent: it refuses
 * then until its window ends.
 *
 * @throws AppError `not_found`, `invalid_request`
 */
export async function updatePlan(deps: Deps, actor: AuditActor, id: string, patch: PlanPatch): Promise<Plan> {
  const change = checkPatch(patch)
  return transact(deps, async (deps) => {
    const before = await takePlan(deps, id)
    const plan = { ...before, ...change }
    await updatePlanRow(deps.db, id, { ...writePlan(plan), updated_at: deps.now() })
    await recordAudit(deps, actor, {
      ...target('plan.update', id),
      before: audited(before),
      after: audited(plan),
    })
    return plan
  })
}

/**
 * Makes the plan of that id, or makes the one that is there exactly this.
 *
 * @throws AppError `invalid_request`
 */
export async function putPlan(
  deps: Deps,
  actor: AuditActor,
  input: Required<PlanPatch> & { readonly id: string },
): Promise<Plan> {
  const { id, ...fields } = input
  return transact(deps, async (deps) => {
    const known = await lockPlanRow(deps.db, deps.store.kind, id)
    return known ? updatePlan(deps, actor, id, fields) : createPlan(deps, actor, input)
  })
}

/**
 * Deletes a plan that nobody has.
 *
 * @throws AppError `not_found`; `invalid_request` while somebody has it or the configuration names it
 */
export async function deletePlan(deps: Deps, actor: AuditActor, id: string): Promise<void> {
  await transact(deps, async (deps) => {
    const before = await takePlan(deps, id)
    if (deps.config.plans.default === id) {
      throw fault('id', `: ${id} is the default plan; name another one under plans.default first`)
    }
    const { users, organizations } = await holdersOfPlan(deps, id)
    if (users + organizations > 0) {
      const holders = `${users} users and ${organizations} organisations`
      throw fault('id', `: ${holders} have the plan ${id}; give them another one first`)
    }
    await deletePlanRow(deps.db, id)
    await recordAudit(deps, actor, { ...target('plan.delete', id), before: audited(before) })
  })
}

/**
 * Gives a plan to a user or an organisation, or takes theirs away.
 *
 * @throws AppError `not_found`
 */
export async function assignPlan(
  deps: Deps,
  actor: AuditActor,
  who: { readonly user: string } | { readonly organization: string },
  plan: string | null,
): Promise<PlanHolder> {
  return transact(deps, async (deps) => {
    if (plan !== null) await takePlan(deps, plan)
    return writePlanOf(deps, actor, who, plan)
  })
}

async function takePlan(deps: Deps, id: string): Promise<Plan> {
  const row = await lockPlanRow(deps.db, deps.store.kind, id)
  if (!row) throw noPlan(id)
  return readPlan(row)
}

function checkPatch({ name, rank, tools, models, quotas }: PlanPatch): Partial<Plan> {
  if (rank !== undefined && !(Number.isInteger(rank) && rank >= 0 && rank <= RANK_MOST)) {
    throw fault('rank', `must be a whole number from 0 to ${RANK_MOST}`)
  }
  return {
    ...(name !== undefined && { name: cleanText(name, 'name', 200) }),
    ...(rank !== undefined && { rank }),
    ...(tools !== undefined && { tools: checkNames(tools, 'tools') }),
    ...(models !== undefined && { models: checkNames(models, 'models') }),
    ...(quotas !== undefined && { quotas: checkQuotas(quotas) }),
  }
}

function checkNames(names: readonly string[] | null, param: string): readonly string[] | null {
  if (names === null) return null
  if (names.length > NAMES_MOST) throw fault(param, `must have at most ${NAMES_MOST} entries`)
  return [...new Set(names.map((name) => cleanText(name, param, 128)))]
}

function checkQuotas(inputs: readonly QuotaInput[]): Plan['quotas'] {
  if (inputs.length > QUOTAS_MOST) throw fault('quotas', `must have at most ${QUOTAS_MOST} entries`)
  const quotas = inputs.map(checkQuota)
  const names = quotas.map(({ subject, unit, period }) => `${subject} ${unit} ${period}`)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice) throw fault('quotas', `must not limit the same twice: ${twice}`)
  return quotas
}

function fault(param: string, why: string): AppError {
  const message = `${param}${why.startsWith(':') ? '' : ' '}${why}`
  return new AppError('invalid_request', { message, param })
}

function noPlan(id: string): AppError {
  const message = `There is no plan ${id}; \`claviger admin plans list\` shows them`
  return new AppError('not_found', { message })
}

function target(action: string, id: string) {
  return { action, targetKind: 'plan', targetId: id, organizationId: null }
}

function audited({ name, rank, tools, models, quotas }: Plan): Record<string, unknown> {
  return { name, rank, tools, models, quotas }
}
