import type { AuditActor } from '../audit/audit.ts'
import type { Permission } from '../config/config.ts'
import type { KeyRow } from './keys.store.ts'
import type { KeyPolicy, LimitReset } from './policy.ts'

export interface Key extends KeyPolicy {
  /** The stable public identifier; `hash` on the wire. */
  readonly id: string
  readonly organizationId: string
  readonly userId: string
  readonly name: string
  readonly label: string
  readonly environment: string
  readonly includeByok: boolean
  readonly metadata: Readonly<Record<string, unknown>> | null
  readonly externalUser: string | null
  readonly state: 'active' | 'disabled' | 'revoked'
  readonly createdAt: number
  readonly updatedAt: number | null
  readonly revokedAt: number | null
}

/** Whose keys somebody sees and manages: all of an organisation, or his own ones in it. */
export interface KeyScope {
  readonly organizationId: string
  readonly userId: string
  readonly scope: 'organization' | 'own'
}

/**
 * For whom a key is made, whose keys are managed, and what the caller holds (null: everything, as a person or an
 * operator).
 */
export interface KeyManager extends KeyScope {
  readonly policy: KeyPolicy | null
  readonly audit: AuditActor
}

export interface KeyPatch {
  readonly name?: string
  readonly disabled?: boolean
  readonly limitNanos?: bigint | null
  readonly limitReset?: LimitReset | null
  readonly includeByok?: boolean
  readonly permissions?: readonly Permission[]
  readonly allowedModels?: readonly string[] | null
  readonly allowedCidrs?: readonly string[] | null
  readonly projectId?: string | null
  readonly expiresAt?: number | null
  readonly metadata?: Readonly<Record<string, unknown>> | null
}

export interface NewKeyInput {
  readonly name: string
  readonly limitNanos?: bigint | null
  readonly limitReset?: LimitReset | null
  readonly includeByok?: boolean
  readonly permissions?: readonly Permission[]
  readonly allowedModels?: readonly string[] | null
  readonly allowedCidrs?: readonly string[] | null
  readonly projectId?: string | null
  readonly expiresAt?: number | null
  readonly metadata?: Readonly<Record<string, unknown>> | null
  readonly externalUser?: string | null
}

export function toKey(row: KeyRow): Key {
  return {
    id: row.id,
    organizationId: row.organization_id,
    userId: row.user_id,
    name: row.name,
    label: row.label,
    environment: row.environment,
    projectId: row.project_id,
    permissions: JSON.parse(row.permissions) as Permission[],
    allowedModels: row.allowed_models === null ? null : (JSON.parse(row.allowed_models) as string[]),
    allowedCidrs: row.allowed_cidrs === null ? null : (JSON.parse(row.allowed_cidrs) as string[]),
    limitNanos: row.limit_nanos,
    limitReset: row.limit_reset,
    includeByok: row.include_byok === 1,
    metadata: row.metadata === null ? null : (JSON.parse(row.metadata) as Record<string, unknown>),
    externalUser: row.external_user,
    state: row.state,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revokedAt: row.revoked_at,
  }
}

/** Texts that differ in the case of their letters only are one to a search. */
export function searchText(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

export function toRow(key: Key): KeyRow {
  const list = (items: readonly string[] | null) => (items === null ? null : JSON.stringify(items))
  return {
    id: key.id,
    organization_id: key.organizationId,
    user_id: key.userId,
    name: key.name,
    label: key.label,
    search: searchText(`${key.name} ${key.label}`),
    environment: key.environment,
    project_id: key.projectId,
    permissions: JSON.stringify(key.permissions),
    allowed_models: list(key.allowedModels),
    allowed_cidrs: list(key.allowedCidrs),
    limit_nanos: key.limitNanos,
    limit_reset: key.limitReset,
    include_byok: key.includeByok ? 1 : 0,
    metadata: key.metadata === null ? null : JSON.stringify(key.metadata),
    external_user: key.externalUser,
    state: key.state,
    expires_at: key.expiresAt,
    created_at: key.createdAt,
    updated_at: key.updatedAt,
    revoked_at: key.revokedAt,
  }
}
