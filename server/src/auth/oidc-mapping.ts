import type { JWTPayload } from 'jose'
import { withdrawInvitations } from '../accounts/invitations.ts'
import { writePlanOf } from '../accounts/plan-holders.ts'
import { leaveProjects } from '../accounts/projects.ts'
import { requireUser } from '../accounts/users.ts'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import type { OidcConfig } from '../config/config.ts'
import { type Deps, transact } from '../deps.ts'
import { randomId } from '../lib/ids.ts'
import { auditEntry, type Row } from './audited-fields.ts'
import { lockRows } from './auth.store.ts'
import { addMembership, hasPlan, mappable, membershipsIn, removeMembership, writeRole } from './oidc.store.ts'
import type { Identity } from './oidc-identity.ts'
import { lockOrganizations } from './organization-rights.store.ts'
import { currentActor } from './scope.ts'
import type { Role } from './signed-in.ts'

/** A membership as it was and as it is; an absent one is undefined. */
interface Change {
  readonly before: Row | undefined
  readonly after: Row | undefined
}

const RANKS: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 }

/**
 * Gives the person the memberships and the plan that the provider's groups and roles mean, and takes those that they
 * no longer mean. The configuration decides alone about the organisations and plans it names for this provider; it
 * touches no others. A row that names an organisation or plan that is not there is passed over, and logged.
 */
export async function applyMapping(deps: Deps, userId: string, identity: Identity): Promise<void> {
  const { organizations, plans } = identity.provider
  if (organizations.length === 0 && plans.length === 0) return
  await transact(deps, async (deps) => {
    const { db, store } = deps
    // Before the person, as whoever accepts an invitation does.
    await lockOrganizations(
      db,
      store.kind,
      organizations.map(({ organization }) => organization),
    )
    // One sign-in after the other, or two would both add what is missing.
    await lockRows(db, store.kind, 'user', [userId])
    const given = await planToGive(deps, userId, identity)
    const changes = await applyOrganizations(deps, userId, identity)
    // From here on the head of the audit log is locked.
    for (const { before, after } of changes) {
      const entry = auditEntry('member', before, after)
      if (entry) {
        const provider = identity.provider.id
        await recordAudit(deps, actorOf(userId), { ...entry, after: { ...entry.after, provider } })
      }
      const organizationId = String((before ?? after)?.organizationId)
      const role = after && String(after.role)
      if (!after) await leaveProjects(deps, actorOf(userId), organizationId, userId)
      if (before) await withdrawInvitations(deps, actorOf(userId), { organizationId, userId }, role)
    }
    if (given) await writePlanOf(deps, actorOf(userId), { user: userId }, given.plan)
  })
}

async function applyOrganizations(deps: Deps, userId: string, identity: Identity): Promise<Change[]> {
  const { id: provider, organizations } = identity.provider
  const named = [...new Set(organizations.map(({ organization }) => organization))]
  if (named.length === 0) return []
  const wanted = rolesFor(identity)
  const there = await mappable(deps.db, named)
  for (const organizationId of named.filter((id) => !there.includes(id)))
    deps.log.warn(
      { provider, organizationId },
      'auth.oidc names an organisation that is not there, or is personal',
    )
  if (there.length === 0) return []
  const present = await membershipsIn(deps.db, userId, there)
  const changes: Change[] = []
  for (const organizationId of there) {
    const before = present.find((row) => row.organizationId === organizationId)
    const role = wanted.get(organizationId)
    if (before?.role === role) continue
    const after = role && { id: before?.id ?? randomId(), organizationId, userId, role }
    if (!before && after) await addMembership(deps.db, after, new Date(deps.now()).toISOString())
    else if (before && after) await writeRole(deps.db, before.id, after.role)
    else if (before) await removeMembership(deps.db, before.id)
    changes.push({ before, after })
  }
  return changes
}

/** The plan to write, which may be none; undefined when the plan stays. */
async function planToGive(
  deps: Deps,
  userId: string,
  identity: Identity,
): Promise<{ readonly plan: string | null } | undefined> {
  const { id: provider, plans } = identity.provider
  if (plans.length === 0) return undefined
  const plan = planFor(identity) ?? null
  const { plan: before } = await requireUser(deps, userId)
  // A plan that the rows do not know was given by somebody here.
  if (plan === before || (plan === null && !plans.some((row) => row.plan === before))) return undefined
  if (plan === null || (await hasPlan(deps.db, deps.store.kind, plan))) return { plan }
  deps.log.warn({ provider, plan }, 'auth.oidc names a plan that is not there')
  return undefined
}

/** Who signs in, and not whoever this browser was signed in as until now. */
function actorOf(userId: string): AuditActor {
  const actor = currentActor(userId)
  return actor.kind === 'user' ? { ...actor, id: userId } : actor
}

/** The greatest role that the rows give in each organisation. */
function rolesFor(identity: Pick<Identity, 'provider' | 'claims' | 'accessClaims'>): Map<string, Role> {
  const roles = new Map<string, Role>()
  for (const row of identity.provider.organizations) {
    if (!applies(row, identity)) continue
    const known = roles.get(row.organization)
    if (known === undefined || RANKS[row.role] > RANKS[known]) roles.set(row.organization, row.role)
  }
  return roles
}

/** The plan of the first row that applies. */
function planFor(identity: Pick<Identity, 'provider' | 'claims' | 'accessClaims'>): string | undefined {
  return identity.provider.plans.find((row) => applies(row, identity))?.plan
}

function applies(
  { claim, value }: Pick<OidcConfig['plans'][number], 'claim' | 'value'>,
  { claims, accessClaims = {} }: Pick<Identity, 'claims' | 'accessClaims'>,
): boolean {
  // By default Keycloak puts roles into the access token only.
  const found = claimOf(claims, claim) ?? claimOf(accessClaims, claim)
  return (Array.isArray(found) ? found : [found]).some(
    (one) => one !== null && isText(one) && String(one) === value,
  )
}

function isText(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** A claim by its name, else by its path: names of claims may have dots themselves. */
function claimOf(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}
