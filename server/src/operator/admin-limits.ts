import { personalOrganizationOf, requireUser } from '../accounts/users.ts'
import type { Deps } from '../deps.ts'
import { formatAmount } from '../limits/amount.ts'
import type { Plan } from '../limits/plan.ts'
import { createPlan, deletePlan, getPlan, listPlans, type PlanPatch, updatePlan } from '../limits/plans.ts'
import type { QuotaInput } from '../limits/quota-input.ts'
import { listQuotas, removeQuota, type SetQuota, setQuota } from '../limits/quotas.ts'
import { type Flags, OPERATOR, print, required, table, text, UsageError, withDeps } from './open.ts'

/** `claviger admin plans list|set|delete` */
export async function adminPlans(
  verb: string | undefined,
  id: string | undefined,
  flags: Flags,
): Promise<void> {
  switch (verb) {
    case 'list': {
      const plans = await withDeps(flags, listPlans)
      return print(flags, plans.map(planView), () =>
        table(['ID', 'NAME', 'RANK', 'TOOLS', 'MODELS', 'QUOTAS'], plans.map(planLine)),
      )
    }
    case 'set': {
      if (!id) throw new UsageError('claviger admin plans set <id> --rank <number> [--name …] [--quotas …]')
      const plan = await withDeps(flags, (deps) => setPlan(deps, id, flags))
      return print(flags, planView(plan), () => `${plan.name} (${plan.id}) holds from the next request`)
    }
    case 'delete': {
      if (!id) throw new UsageError('claviger admin plans delete <id>')
      await withDeps(flags, (deps) => deletePlan(deps, OPERATOR, id))
      return print(flags, { id, deleted: true }, () => `Deleted the plan ${id}`)
    }
    default:
      throw new UsageError('claviger admin plans list|set|delete')
  }
}

/** Changes what is named of the plan that is there, or makes one. */
async function setPlan(deps: Deps, id: string, flags: Flags): Promise<Plan> {
  const rank = text(flags, 'rank')
  const patch: PlanPatch = {
    ...(text(flags, 'name') !== undefined && { name: text(flags, 'name') as string }),
    ...(rank !== undefined && { rank: Number(rank) }),
    ...(text(flags, 'tools') !== undefined && { tools: namesOf(flags, 'tools') }),
    ...(text(flags, 'models') !== undefined && { models: namesOf(flags, 'models') }),
    ...(text(flags, 'quotas') !== undefined && { quotas: quotasOf(flags) }),
  }
  const exists = (await listPlans(deps)).some((plan) => plan.id === id)
  if (exists) return updatePlan(deps, OPERATOR, id, patch)
  if (patch.rank === undefined) throw new UsageError(`There is no plan ${id}; to make it, give it a --rank`)
  await createPlan(deps, OPERATOR, { ...patch, id, rank: patch.rank })
  return getPlan(deps, id)
}

/** `a,b`; `none` for none at all and `all` for no restriction. */
function namesOf(flags: Flags, name: string): readonly string[] | null {
  const given = required(flags, name)
  if (given === 'all') return null
  return given === 'none' ? [] : listOf(given)
}

/** `organization:requests:minute:60,user:credits:month:9.99`, or `none`. */
function quotasOf(flags: Flags): QuotaInput[] {
  const given = required(flags, 'quotas')
  if (given === 'none') return []
  return listOf(given).map((item) => {
    const [subject = '', unit = '', period = '', amount = '', ...more] = item.split(':')
    if (amount === '' || more.length > 0)
      throw new UsageError('--quotas: write subject:unit:period:amount, e.g. organization:requests:minute:60')
    return { subject, unit, period, amount }
  })
}

function listOf(given: string): string[] {
  return given
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean)
}

function planView(plan: Plan) {
  const quotas = plan.quotas.map((quota) => ({ ...quota, amount: formatAmount(quota.unit, quota.amount) }))
  return { ...plan, quotas }
}

function planLine(plan: Plan): string[] {
  const names = (items: readonly string[] | null) => items?.join(' ') ?? 'all'
  const quotas = planView(plan).quotas.map((quota) => Object.values(quota).join(':'))
  return [plan.id, plan.name, String(plan.rank), names(plan.tools), names(plan.models), quotas.join(' ')]
}

/** `claviger admin quotas set|list|remove` */
export async function adminQuotas(
  verb: string | undefined,
  id: string | undefined,
  flags: Flags,
): Promise<void> {
  switch (verb) {
    case 'set': {
      const quota = await withDeps(flags, (deps) => setQuotaOf(deps, flags))
      return print(flags, quota, () => `${quotaLine(quota).join(' ')} holds from the next request`)
    }
    case 'list': {
      const quotas = await withDeps(flags, async (deps) =>
        listQuotas(deps, await organizationOf(deps, flags)),
      )
      return print(flags, quotas, () =>
        table(['ID', 'SUBJECT', 'WHICH', 'UNIT', 'PERIOD', 'AMOUNT'], quotas.map(quotaLine)),
      )
    }
    case 'remove': {
      if (!id) throw new UsageError('claviger admin quotas remove <id>')
      const quota = await withDeps(flags, (deps) => removeQuota(deps, OPERATOR, id))
      return print(flags, quota, () => `Removed ${quotaLine(quota).join(' ')}`)
    }
    default:
      throw new UsageError('claviger admin quotas set|list|remove')
  }
}

async function setQuotaOf(deps: Deps, flags: Flags): Promise<SetQuota> {
  const subject = text(flags, 'subject') ?? 'organization'
  const organizationId = await organizationOf(deps, flags)
  const which = text(flags, 'id')
  // The user whose organisation it is, unless another one is named.
  const user = subject === 'user' ? (which ?? text(flags, 'user')) : undefined
  const subjectId = user === undefined ? which : (await requireUser(deps, user)).id
  return setQuota(deps, OPERATOR, {
    organizationId,
    subject,
    unit: required(flags, 'unit'),
    period: required(flags, 'period'),
    amount: required(flags, 'amount'),
    ...(subjectId !== undefined && { subjectId }),
  })
}

/** The one that is named, else the user's own. */
async function organizationOf(deps: Deps, flags: Flags): Promise<string> {
  const organization = text(flags, 'organization')
  if (organization !== undefined) return organization
  const user = text(flags, 'user')
  if (user === undefined) throw new UsageError('--organization <id> or --user <e-mail> is missing')
  return personalOrganizationOf(deps, (await requireUser(deps, user)).id)
}

function quotaLine({ id, subject, subjectId, unit, period, amount }: SetQuota): string[] {
  return [id, subject, subjectId, unit, period, amount]
}
