import type { AuditEntry } from '../audit/audit.ts'

export type Row = Readonly<Record<string, unknown>>

interface AuditedModel {
  readonly noun: string
  /** What stands in the audit log; of every other field at most its name. */
  readonly fields: readonly string[]
  /** Fields whose change is bookkeeping. */
  readonly silent: readonly string[]
}

const MODELS: Readonly<Record<string, AuditedModel>> = {
  user: {
    noun: 'user',
    fields: ['email', 'name', 'emailVerified', 'role', 'banned', 'twoFactorEnabled'],
    silent: ['updatedAt'],
  },
  account: {
    noun: 'account',
    fields: ['userId', 'providerId', 'accountId'],
    // Every sign-in at a provider brings new ones.
    silent: [
      'updatedAt',
      'accessToken',
      'refreshToken',
      'idToken',
      'accessTokenExpiresAt',
      'refreshTokenExpiresAt',
      'scope',
    ],
  },
  session: {
    noun: 'session',
    fields: ['userId', 'oidcProvider'],
    silent: ['updatedAt', 'expiresAt', 'activeOrganizationId'],
  },
  organization: { noun: 'organization', fields: ['name', 'slug'], silent: [] },
  member: { noun: 'member', fields: ['userId', 'role'], silent: [] },
  invitation: { noun: 'invitation', fields: ['email', 'role', 'status', 'expiresAt'], silent: [] },
  twoFactor: {
    noun: 'two_factor',
    fields: ['userId', 'verified', 'failedVerificationCount', 'lockedUntil'],
    silent: [],
  },
  passkey: {
    noun: 'passkey',
    fields: ['userId', 'name', 'deviceType', 'backedUp'],
    // Every sign-in changes them, and leaves its session's row.
    silent: ['counter', 'lastUsedAt'],
  },
}

/** Codes and counters that live for minutes are not audited; what is done with them is. */
export function isAudited(model: string): boolean {
  return model in MODELS
}

/** The audit entry of a change to a row, of which one image is absent; undefined when nothing of note changed. */
export function auditEntry(
  model: string,
  before: Row | undefined,
  after: Row | undefined,
): AuditEntry | undefined {
  const { noun, fields, silent } = MODELS[model] as AuditedModel
  const row = (after ?? before) as Row
  const target = { targetKind: noun, targetId: String(row.id), organizationId: organizationOf(model, row) }
  if (!before) return { action: `${noun}.create`, ...target, after: pick(row, fields) }
  if (!after) return { action: `${noun}.delete`, ...target, before: pick(row, fields) }
  const changed = Object.keys(after).filter(
    (field) => !silent.includes(field) && plain(after[field]) !== plain(before[field]),
  )
  if (changed.length === 0) return undefined
  const shown = changed.filter((field) => fields.includes(field))
  const hidden = changed.filter((field) => !fields.includes(field))
  return {
    action: `${noun}.update`,
    ...target,
    before: pick(before, shown),
    after: { ...pick(after, shown), ...(hidden.length > 0 && { changed: hidden }) },
  }
}

/** The person whom a row is about. */
export function ownerOf(model: string, row: Row): string | null {
  const id = model === 'user' ? row.id : model === 'invitation' ? row.inviterId : row.userId
  return typeof id === 'string' ? id : null
}

function organizationOf(model: string, row: Row): string | null {
  const id = model === 'organization' ? row.id : row.organizationId
  return typeof id === 'string' ? id : null
}

function pick(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(fields.filter((field) => row[field] != null).map((field) => [field, row[field]]))
}

function plain(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value ?? null)
}
