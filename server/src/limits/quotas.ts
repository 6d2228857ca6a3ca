import { requireOrganization } from '../accounts/plan-holders.ts'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { orderedId } from '../lib/ids.ts'
import type { Period } from '../lib/window.ts'
import type { QuotaTable } from '../storage/tables.ts'
import { formatAmount } from './amount.ts'
import type { SubjectKind, Unit } from './quota.ts'
import { checkQuota, type QuotaInput } from './quota-input.ts'
import {
  deleteQuotaRow,
  hasSubject,
  listQuotaRows,
  lockQuotaById,
  lockQuotaRow,
  upsertQuota,
} from './quotas.store.ts'

/** A quota that an organisation has beside those of its plan and keys. */
export interface SetQuota {
  readonly id: string
  readonly organizationId: string
  readonly subject: SubjectKind
  /** `*` with `end_user`: each of them, on a count of his own. */
  readonly subjectId: string
  readonly unit: Unit
  readonly period: Period
  /** Credits with up to nine decimals, a whole number else. */
  readonly amount: string
}

/**
 * Sets a quota of an organisation, or changes the amount of the one that is there: what is counted goes on, and an
 * amount below it refuses until the window ends.
 *
 * @param input without `subjectId` for the organisation itself
 * @throws AppError `not_found` when there is no such organisation or subject, `invalid_request`
 */
export async function setQuota(
  deps: Deps,
  actor: AuditActor,
  input: QuotaInput & { readonly organizationId: string; readonly subjectId?: string },
): Promise<SetQuota> {
  const { organizationId } = input
  const { amount, ...fields } = checkQuota(input)
  return transact(deps, async (deps) => {
    await requireOrganization(deps, organizationId)
    const subjectId = await subjectOf(deps, organizationId, fields.subject, input.subjectId)
    const name = { organizationId, subjectId, ...fields }
    const before = await lockQuotaRow(deps.db, deps.store.kind, name)
    const row: QuotaTable = {
      id: before?.id ?? orderedId('quo_', deps.now()),
      organization_id: organizationId,
      subject_kind: fields.subject,
      subject_id: subjectId,
      unit: fields.unit,
      period: fields.period,
      quota_amount: amount,
      created_at: deps.now(),
      updated_at: null,
    }
    const id = await upsertQuota(deps.db, row)
    await recordAudit(deps, actor, {
      ...target('quota.set', { ...row, id }),
      ...(before && { before: audited(before) }),
      after: audited(row),
    })
    return toQuota({ ...row, id })
  })
}

/** @throws AppError `not_found` */
export async function removeQuota(deps: Deps, actor: AuditActor, id: string): Promise<SetQuota> {
  return transact(deps, async (deps) => {
    const row = await lockQuotaById(deps.db, deps.store.kind, id)
    if (!row) {
      const message = `There is no quota ${id}; \`claviger admin quotas list\` shows them`
      throw new AppError('not_found', { message })
    }
    await deleteQuotaRow(deps.db, id)
    await recordAudit(deps, actor, { ...target('quota.remove', row), before: audited(row) })
    return toQuota(row)
  })
}

/** Oldest first, 10 000 at most. */
export async function listQuotas(deps: Pick<Deps, 'db'>, organizationId: string): Promise<SetQuota[]> {
  return (await listQuotaRows(deps.db, organizationId)).map(toQuota)
}

async function subjectOf(
  deps: Deps,
  organizationId: string,
  kind: SubjectKind,
  id: string | undefined,
): Promise<string> {
  if (kind === 'organization') {
    if (id === undefined || id === organizationId) return organizationId
    throw new AppError('invalid_request', {
      message: 'A quota of an organisation is for itself; leave the subject id out',
      param: 'subjectId',
    })
  }
  if (id === undefined) {
    const message = `Say which ${kind.replace('_', ' ')} is meant${kind === 'end_user' ? '; * means each of them' : ''}`
    throw new AppError('invalid_request', { message, param: 'subjectId' })
  }
  if (kind === 'end_user') return cleanText(id, 'subjectId', 256)
  if (await hasSubject(deps.db, organizationId, kind, id)) return id
  throw new AppError('not_found', { message: `The organisation has no ${kind} ${id}` })
}

function toQuota(row: QuotaTable): SetQuota {
  return {
    id: row.id,
    organizationId: row.organization_id,
    subject: row.subject_kind,
    subjectId: row.subject_id,
    unit: row.unit,
    period: row.period,
    amount: formatAmount(row.unit, row.quota_amount),
  }
}

function target(action: string, { id, organization_id }: QuotaTable) {
  return { action, targetKind: 'quota', targetId: id, organizationId: organization_id }
}

function audited(row: QuotaTable): Record<string, unknown> {
  const { subject, subjectId, unit, period, amount } = toQuota(row)
  return { subject, subjectId, unit, period, amount }
}
