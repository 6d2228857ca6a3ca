import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { countMemberRows } from './members.store.ts'
import {
  findOrganizationRow,
  findOwnerRows,
  lockOrganizationRow,
  type OrganizationFilter,
  searchOrganizationRows,
  writeOrganization,
} from './organizations.store.ts'

export interface Organization {
  readonly id: string
  readonly name: string
  readonly personal: boolean
  readonly status: 'active' | 'suspended'
  readonly plan: string | null
  readonly createdAt: string
}

/** One with what a list shows of it. */
export interface OrganizationEntry extends Organization {
  readonly members: number
  /** The owner of longest standing. */
  readonly owner: { readonly id: string; readonly name: string; readonly email: string } | null
}

/** @throws AppError `not_found` */
export async function getOrganization(deps: Pick<Deps, 'db'>, id: string): Promise<OrganizationEntry> {
  const row = await findOrganizationRow(deps.db, id)
  if (!row) throw noOrganization(id)
  const [entry] = await described(deps, [toOrganization(row)])
  if (!entry) throw new Error('An organisation was not described')
  return entry
}

/** Organisations, newest first. */
export async function searchOrganizations(
  deps: Pick<Deps, 'db' | 'store'>,
  filter: OrganizationFilter,
): Promise<OrganizationEntry[]> {
  const rows = await searchOrganizationRows(deps.db, deps.store.kind, filter)
  return described(deps, rows.map(toOrganization))
}

/** @throws AppError `not_found`, `invalid_request` */
export async function renameOrganization(
  deps: Deps,
  actor: AuditActor,
  id: string,
  input: string,
): Promise<Organization> {
  const name = cleanText(input, 'name', 200)
  return change(deps, actor, id, { name }, 'organization.rename')
}

/**
 * Suspends or activates an organisation: its keys answer 403 from the next request, and nobody acts in it by session.
 * Calling it again changes and audits nothing.
 *
 * @throws AppError `not_found`
 */
export async function setOrganizationSuspended(
  deps: Deps,
  actor: AuditActor,
  id: string,
  suspended: boolean,
): Promise<Organization> {
  const status = suspended ? 'suspended' : 'active'
  return change(deps, actor, id, { status }, suspended ? 'organization.suspend' : 'organization.activate')
}

async function change(
  deps: Deps,
  actor: AuditActor,
  id: string,
  fields: { readonly name: string } | { readonly status: Organization['status'] },
  action: string,
): Promise<Organization> {
  return transact(deps, async (deps) => {
    const row = await lockOrganizationRow(deps.db, deps.store.kind, id)
    if (!row) throw noOrganization(id)
    const before = toOrganization(row)
    const after = { ...before, ...fields }
    if (before.name === after.name && before.status === after.status) return before
    await writeOrganization(deps.db, id, fields)
    await recordAudit(deps, actor, {
      action,
      targetKind: 'organization',
      targetId: id,
      organizationId: id,
      before: 'name' in fields ? { name: before.name } : { status: before.status },
      after: fields,
    })
    return after
  })
}

async function described(
  deps: Pick<Deps, 'db'>,
  organizations: readonly Organization[],
): Promise<OrganizationEntry[]> {
  const ids = organizations.map(({ id }) => id)
  const members = await countMemberRows(deps.db, ids)
  const owners = new Map<string, NonNullable<OrganizationEntry['owner']>>()
  for (const { organizationId, ...owner } of await findOwnerRows(deps.db, ids)) {
    if (!owners.has(organizationId)) owners.set(organizationId, owner)
  }
  return organizations.map((organization) => ({
    ...organization,
    members: members.get(organization.id) ?? 0,
    owner: owners.get(organization.id) ?? null,
  }))
}

function toOrganization(row: NonNullable<Awaited<ReturnType<typeof findOrganizationRow>>>): Organization {
  return {
    id: row.id,
    name: row.name,
    personal: Boolean(row.personal),
    status: row.status,
    plan: row.plan,
    createdAt: new Date(row.createdAt).toISOString(),
  }
}

function noOrganization(id: string): AppError {
  return new AppError('not_found', { message: `There is no organisation ${id}` })
}
