import type { Deps } from '../../deps.ts'
import { takenOfKeys } from '../../ledger/remaining.ts'
import { Type } from '../../lib/schema.ts'
import { usageOfKeys } from '../../usage/usage.ts'
import { keyOf, type Route, route } from '../route.ts'
import { KeyObject, limitFields, time } from './key-wire.ts'

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

const LIMITS = Type.Pick(KeyObject, [
  'label',
  'limit',
  'limit_remaining',
  'limit_reset',
  'include_byok_in_limit',
  'usage',
  'usage_daily',
  'usage_weekly',
  'usage_monthly',
  'byok_usage',
  'byok_usage_daily',
  'byok_usage_weekly',
  'byok_usage_monthly',
  'creator_user_id',
  'workspace_id',
  'expires_at',
  'permissions',
  'project_id',
  'name',
  'hash',
  'environment',
])

/** What OpenRouter's SDK demands of the current key, and our own fields. */
const CurrentKey = Type.Object({
  ...LIMITS.properties,
  is_free_tier: Type.Boolean(),
  is_management_key: Type.Boolean(),
  is_provisioning_key: Type.Boolean(),
  organization_id: Nullable(Type.String()),
  plan: Nullable(Type.String()),
  allowed_data_regions: Type.Array(Type.String()),
  free_model_daily_requests: Type.Object({
    limit: Type.Integer(),
    remaining: Type.Integer(),
    used: Type.Integer(),
  }),
  rate_limit: Type.Object({ interval: Type.String(), note: Type.String(), requests: Type.Integer() }),
})

export function currentKeyRoute(deps: Deps): Route {
  return route({
    method: 'GET',
    path: '/api/v1/key',
    surface: 'router',
    access: { key: 'any' },
    tag: 'Keys',
    summary: 'Describe the calling key',
    replies: { 200: Type.Object({ data: CurrentKey }) },
    async run(context) {
      const { key, plan } = keyOf(context)
      const [usageOf, takenOf] = await Promise.all([usageOfKeys(deps, [key.id]), takenOfKeys(deps, [key])])
      const manages = key.permissions.includes('keys:write')
      const data = {
        name: key.name,
        label: key.label,
        hash: key.id,
        ...limitFields(key, usageOf(key.id), takenOf(key.id)),
        expires_at: time(key.expiresAt),
        permissions: key.permissions,
        project_id: key.projectId,
        environment: key.environment,
        creator_user_id: key.userId,
        organization_id: key.organizationId,
        workspace_id: key.organizationId,
        plan,
        is_free_tier: false,
        is_management_key: manages,
        is_provisioning_key: manages,
        allowed_data_regions: ['global'],
        // Fields that OpenRouter keeps for old clients; there are no free models here, and -1 is its "no limit".
        free_model_daily_requests: { limit: 0, remaining: 0, used: 0 },
        rate_limit: { interval: '', note: 'This field is deprecated and safe to ignore.', requests: -1 },
      }
      return { body: { data } }
    },
  })
}
