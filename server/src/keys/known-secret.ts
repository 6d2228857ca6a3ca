import type { Limits } from '../limits/limits-of-key.ts'
import { type Key, toKey } from './key.ts'
import type { SecretRow } from './keys.store.ts'

/** A key whose secret was presented and found good, with its owner's standing. */
export interface VerifiedKey {
  readonly key: Key
  readonly secretId: string
  /** The plan that applies, or the name of one that does not exist. */
  readonly plan: string | null
  readonly limits: Limits
  /** Of its owner in its organisation; null when he has left it. */
  readonly ownerRole: string | null
  /** The projects that a request with this key may name. */
  readonly projectIds: readonly string[]
}

/** What is known of a secret whose digest is in the database. */
export interface KnownSecret extends VerifiedKey {
  readonly secretExpiresAt: number | null
  readonly userSuspended: boolean
  readonly organizationSuspended: boolean
}

export function toKnown(row: SecretRow, projectIds: readonly string[], limits: Limits): KnownSecret {
  return {
    key: toKey(row),
    secretId: row.secret_id,
    secretExpiresAt: row.secret_expires_at,
    plan: limits.plan?.id ?? row.organization_plan ?? row.user_plan,
    limits,
    projectIds,
    ownerRole: row.member_role,
    userSuspended: Boolean(row.user_banned),
    organizationSuspended: row.organization_status !== 'active',
  }
}
