import type { Static } from 'typebox'
import { PermissionName } from '../../config/schema.ts'
import { AppError } from '../../errors.ts'
import type { Key, KeyPatch } from '../../keys/key.ts'
import { nanosToNumber, numberToNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import { parseTime } from '../../lib/time.ts'
import type { KeyUsage } from '../../usage/usage.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, options = {}) =>
  Type.Union([schema, Type.Null()], options)

const LimitReset = Type.Enum(['daily', 'weekly', 'monthly'])

/** EUrouter's fourteen fields, OpenRouter's beside them, and our own. */
export const KeyObject = Type.Object({
  name: Type.String(),
  label: Type.String(),
  limit: Nullable(Type.Number()),
  limit_remaining: Nullable(Type.Number()),
  limit_reset: Nullable(LimitReset),
  usage: Type.Number(),
  usage_daily: Type.Number(),
  usage_weekly: Type.Number(),
  usage_monthly: Type.Number(),
  disabled: Type.Boolean(),
  created_at: Type.String(),
  updated_at: Type.String({ description: 'Of a key that was never changed, when it was made' }),
  last_used: Nullable(Type.String()),
  hash: Type.String(),
  include_byok_in_limit: Type.Boolean(),
  byok_usage: Type.Number(),
  byok_usage_daily: Type.Number(),
  byok_usage_weekly: Type.Number(),
  byok_usage_monthly: Type.Number(),
  expires_at: Nullable(Type.String()),
  creator_user_id: Nullable(Type.String()),
  external_user: Nullable(Type.String()),
  workspace_id: Type.String(),
  project_id: Nullable(Type.String()),
  permissions: Type.Array(Type.String()),
  allowed_models: Nullable(Type.Array(Type.String())),
  allowed_cidrs: Nullable(Type.Array(Type.String())),
  environment: Type.String(),
  metadata: Nullable(Type.Record(Type.String(), Type.Unknown())),
})

const LIMIT = Nullable(Type.Number({ minimum: 0, maximum: 90_000_000 }), {
  description: 'Credits that the key may use; null for no limit. At most nine decimals',
})

const POLICY = {
  permissions: Type.Optional(Type.Array(PermissionName, { maxItems: 20, uniqueItems: true })),
  allowed_models: Type.Optional(
    Nullable(Type.Array(Type.String({ maxLength: 128 }), { maxItems: 500, minItems: 1 })),
  ),
  allowed_cidrs: Type.Optional(
    Nullable(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100, minItems: 1 })),
  ),
  project_id: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  metadata: Type.Optional(Nullable(Type.Record(Type.String(), Type.Unknown()))),
  expires_at: Type.Optional(
    Nullable(Type.String({ maxLength: 40, description: 'ISO 8601 time with seconds and zone' })),
  ),
}

export const CreateBody = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'What the list shows when something breaks at 2 a.m.',
    }),
    limit: Type.Optional(LIMIT),
    limit_reset: Type.Optional(
      Nullable(LimitReset, {
        description: 'When the limit starts anew: midnight UTC, Mondays, the first of the month',
      }),
    ),
    include_byok_in_limit: Type.Optional(Type.Boolean()),
    creator_user_id: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
    workspace_id: Type.Optional(Type.String({ maxLength: 64 })),
    external: Type.Optional(
      Type.Object({ user: Type.String({ maxLength: 255 }) }, { additionalProperties: false }),
    ),
    ...POLICY,
  },
  { additionalProperties: false },
)

export const PatchBody = Type.Object(
  {
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    disabled: Type.Optional(Type.Boolean()),
    limit: Type.Optional(LIMIT),
    limit_reset: Type.Optional(Nullable(LimitReset)),
    include_byok_in_limit: Type.Optional(Type.Boolean()),
    ...POLICY,
  },
  { additionalProperties: false },
)

type Fields = Partial<
  Omit<Static<typeof CreateBody> & Static<typeof PatchBody>, 'external' | 'workspace_id' | 'creator_user_id'>
>

/** The fields of a body that both create and update know, in the domain's words. */
export function policyOf(body: Fields): KeyPatch {
  return {
    ...(body.name !== undefined && { name: body.name }),
    ...(body.disabled !== undefined && { disabled: body.disabled }),
    ...(body.limit !== undefined && { limitNanos: limitOf(body.limit) }),
    ...(body.limit_reset !== undefined && { limitReset: body.limit_reset }),
    ...(body.include_byok_in_limit !== undefined && { includeByok: body.include_byok_in_limit }),
    ...(body.permissions !== undefined && { permissions: body.permissions }),
    ...(body.allowed_models !== undefined && { allowedModels: body.allowed_models }),
    ...(body.allowed_cidrs !== undefined && { allowedCidrs: body.allowed_cidrs }),
    ...(body.project_id !== undefined && { projectId: body.project_id }),
    ...(body.metadata !== undefined && { metadata: body.metadata as Record<string, unknown> | null }),
    ...(body.expires_at !== undefined && { expiresAt: expiryOf(body.expires_at) }),
  }
}

function limitOf(limit: number | null): bigint | null {
  if (limit === null) return null
  const nanos = numberToNanos(limit)
  if (nanos === undefined)
    throw new AppError('invalid_request', {
      message: 'limit must have at most nine decimals',
      param: 'limit',
    })
  return nanos
}

function expiryOf(text: string | null): number | null {
  if (text === null) return null
  const time = parseTime(text)
  if (time === undefined || text.length === 10) {
    throw new AppError('invalid_request', {
      message: 'expires_at must be an ISO 8601 time with seconds and zone, e.g. 2027-01-31T00:00:00Z',
      param: 'expires_at',
    })
  }
  return time
}

/** What a limit that nothing was asked of yet will count: the usage of its current window. */
function usedOf(key: Key, usage: KeyUsage): bigint {
  if (key.limitReset === 'daily') return usage.daily
  if (key.limitReset === 'weekly') return usage.weekly
  return key.limitReset === 'monthly' ? usage.monthly : usage.total
}

/**
 * What is left of a key's own limit, in nano-credits; null without one.
 *
 * @param taken nano-credits spent and held of it, if anything was asked of it
 */
export function leftOf(key: Key, usage: KeyUsage, taken: bigint | undefined): bigint | null {
  if (key.limitNanos === null) return null
  const left = key.limitNanos - (taken ?? usedOf(key, usage))
  return left > 0n ? left : 0n
}

/** @param taken as `leftOf` has it */
export function limitFields(key: Key, usage: KeyUsage, taken: bigint | undefined) {
  const left = leftOf(key, usage, taken)
  return {
    limit: key.limitNanos === null ? null : nanosToNumber(key.limitNanos),
    limit_remaining: left === null ? null : nanosToNumber(left),
    limit_reset: key.limitReset,
    include_byok_in_limit: key.includeByok,
    usage: nanosToNumber(usage.total),
    usage_daily: nanosToNumber(usage.daily),
    usage_weekly: nanosToNumber(usage.weekly),
    usage_monthly: nanosToNumber(usage.monthly),
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
  }
}

export function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

export function keyObject(key: Key, usage: KeyUsage, taken: bigint | undefined): Static<typeof KeyObject> {
  return {
    name: key.name,
    label: key.label,
    ...limitFields(key, usage, taken),
    disabled: key.state !== 'active',
    created_at: new Date(key.createdAt).toISOString(),
    // EUrouter’s page has a text here, always.
    updated_at: new Date(key.updatedAt ?? key.createdAt).toISOString(),
    last_used: time(usage.lastUsedAt),
    hash: key.id,
    expires_at: time(key.expiresAt),
    creator_user_id: key.userId,
    external_user: key.externalUser,
    workspace_id: key.organizationId,
    project_id: key.projectId,
    permissions: [...key.permissions],
    allowed_models: key.allowedModels === null ? null : [...key.allowedModels],
    allowed_cidrs: key.allowedCidrs === null ? null : [...key.allowedCidrs],
    environment: key.environment,
    metadata: key.metadata,
  }
}
