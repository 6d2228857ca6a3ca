import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { countHolders, findOrganization, writeOrganizationPlan, writeUserPlan } from './plan-holders.store.ts'
import { requireUser } from './users.ts'

export interface PlanHolder {
  readonly kind: 'user' | 'organization'
  readonly id: string
  /** How people call him: an e-mail address, or an organisation's name. */
  readonly name: string
  readonly plan: string | null
}

/** How many users and organisations have the plan. */
export async function holdersOfPlan(deps: Pick<Deps, 'db'>, plan: string) {
  return countHolders(deps.db, plan)
}

/** @throws AppError `not_found` */
export async function requireOrganization(deps: Pick<Deps, 'db'>, id: string) {
  const organization = await findOrganization(deps.db, id)
  if (!organization) throw new AppError('not_found', { message: `There is no organisation ${id}` })
  return organization
}

/**
 * Writes which plan a user (by e-mail address or id) or an organisation has; whether there is one of that name is for
 * the caller to know. It holds from the next request.
 *
 * @throws AppError `not_found`
 */
export async function writePlanOf(
  deps: Deps,
  actor: AuditActor,
  who: { readonly user: string } | { readonly organization: string },
  plan: string | null,
): Promise<PlanHolder> {
  return transact(deps, async (deps) => {
    const holder = 'user' in who ? await userOf(deps, who.user) : await organizationOf(deps, who.organization)
    if (holder.plan === plan) return holder
    if (holder.kind === 'user') {
      await writeUserPlan(deps.db, holder.id, plan, new Date(deps.now()).toISOString())
    } else await writeOrganizationPlan(deps.db, holder.id, plan)
    await recordAudit(deps, actor, {
      action: `${holder.kind}.set_plan`,
      targetKind: holder.kind,
      targetId: holder.id,
      organizationId: holder.kind === 'organization' ? holder.id : null,
      before: { plan: holder.plan },
      after: { plan },
    })
    return { ...holder, plan }
  })
}

async function userOf(deps: Deps, who: string): Promise<PlanHolder> {
  const { id, email, plan } = await requireUser(deps, who)
  return { kind: 'user', id, name: email, plan }
}

async function organizationOf(deps: Deps, id: string): Promise<PlanHolder> {
  const { name, plan } = await requireOrganization(deps, id)
  return { kind: 'organization', id, name, plan }
}
