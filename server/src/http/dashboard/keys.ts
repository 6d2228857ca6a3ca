import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { describeKey, type ListedKey, searchKeys } from '../../keys/key-list.ts'
import { transferKey } from '../../keys/keys.ts'
import { takenOfKeys } from '../../ledger/remaining.ts'
import { formatNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import { type KeyUsage, usageOfKeys } from '../../usage/usage.ts'
import { managerOf } from '../actor.ts'
import { leftOf, time } from '../api/key-wire.ts'
import { type Route, route } from '../route.ts'
import { afterOf, Id, Nullable, NullableText, One, PAGE_SIZE, PAGED, Page, pageOf, searchOf } from './page.ts'

const Amount = Type.String({ description: 'Credits as a decimal' })

/** A key as the dashboard shows it. */
const DashboardKey = Type.Object({
  hash: Type.String(),
  name: Type.String(),
  label: Type.String(),
  state: Type.Enum(['active', 'disabled', 'expired']),
  environment: Type.String(),
  permissions: Type.Array(Type.String()),
  allowed_models: Nullable(Type.Array(Type.String())),
  allowed_cidrs: Nullable(Type.Array(Type.String())),
  limit: Nullable(Amount),
  limit_remaining: Nullable(Amount),
  limit_reset: Nullable(Type.Enum(['daily', 'weekly', 'monthly'])),
  usage: Amount,
  usage_daily: Amount,
  usage_weekly: Amount,
  usage_monthly: Amount,
  last_used: NullableText,
  created_at: Type.String(),
  updated_at: NullableText,
  expires_at: NullableText,
  external_user: NullableText,
  owner: Type.Object({ id: Type.String(), name: Type.String(), email: Type.String() }),
  project: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
})

const HashParams = Type.Object({ hash: Id })
const ListQuery = Type.Object({
  ...PAGED,
  state: Type.Optional(Type.Enum(['active', 'disabled', 'expired'])),
  project: Type.Optional(Id),
  user: Type.Optional(Id),
})
const TransferBody = Type.Object({ userId: Id }, { additionalProperties: false })

/** Keys as the dashboard lists and transfers them; made, changed and revoked they are under /api/v1/keys. */
export function dashboardKeyRoutes(deps: Deps): Route[] {
  return [listRoute(deps), getRoute(deps), transferRoute(deps)]
}

const SHARED = { surface: 'dashboard', tag: 'Dashboard keys' } as const

function listRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/keys',
    access: { session: 'member' },
    summary: 'List API keys, newest first, 50 a page',
    description: 'Owners and admins see the keys of the organisation, members their own.',
    query: ListQuery,
    replies: { 200: Page(DashboardKey) },
    errors: ['invalid_request'],
    async run(context) {
      const { state, project, user } = context.query
      const keys = await searchKeys(deps, managerOf(context), {
        ...searchOf(context.query),
        ...afterOf<readonly [number, string]>(context.query, 'number', 'string'),
        ...(state !== undefined && { state }),
        ...(project !== undefined && { projectId: project }),
        ...(user !== undefined && { userId: user }),
        limit: PAGE_SIZE + 1,
      })
      const show = await shower(deps, keys)
      return { body: pageOf(keys, ({ key }) => [key.createdAt, key.id], show) }
    },
  })
}

function getRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'GET',
    path: '/api/dashboard/keys/:hash',
    access: { session: 'member' },
    summary: 'Get an API key',
    params: HashParams,
    replies: { 200: One(DashboardKey) },
    errors: ['not_found'],
    async run(context) {
      const listed = await describeKey(deps, managerOf(context), context.params.hash)
      return { body: { data: (await shower(deps, [listed]))(listed) } }
    },
  })
}

function transferRoute(deps: Deps): Route {
  return route({
    ...SHARED,
    method: 'POST',
    path: '/api/dashboard/keys/:hash/transfer',
    access: { session: 'manager' },
    summary: 'Hand an API key to another member',
    description:
      'It works on, for the new owner, with what is left of its budget. A key that is bound to a project goes to members of that project only.',
    params: HashParams,
    body: TransferBody,
    replies: { 200: One(DashboardKey) },
    errors: ['not_found', 'project_forbidden'],
    async run(context) {
      const by = managerOf(context)
      const { id } = await transferKey(deps, by, context.params.hash, context.body.userId)
      const listed = await describeKey(deps, by, id)
      return { body: { data: (await shower(deps, [listed]))(listed) } }
    },
  })
}

/** Shows keys with what they have used, read at once for all of them. */
async function shower(deps: Deps, listed: readonly ListedKey[]) {
  const keys = listed.map(({ key }) => key)
  const ids = keys.map(({ id }) => id)
  const [usageOf, takenOf] = await Promise.all([usageOfKeys(deps, ids), takenOfKeys(deps, keys)])
  return (each: ListedKey) => dashboardKey(each, usageOf(each.key.id), takenOf(each.key.id))
}

function dashboardKey(
  { key, status, owner, project }: ListedKey,
  usage: KeyUsage,
  taken: bigint | undefined,
): Static<typeof DashboardKey> {
  const left = leftOf(key, usage, taken)
  return {
    hash: key.id,
    name: key.name,
    label: key.label,
    state: status,
    environment: key.environment,
    permissions: [...key.permissions],
    allowed_models: key.allowedModels === null ? null : [...key.allowedModels],
    allowed_cidrs: key.allowedCidrs === null ? null : [...key.allowedCidrs],
    limit: key.limitNanos === null ? null : formatNanos(key.limitNanos),
    limit_remaining: left === null ? null : formatNanos(left),
    limit_reset: key.limitReset,
    usage: formatNanos(usage.total),
    usage_daily: formatNanos(usage.daily),
    usage_weekly: formatNanos(usage.weekly),
    usage_monthly: formatNanos(usage.monthly),
    last_used: time(usage.lastUsedAt),
    created_at: new Date(key.createdAt).toISOString(),
    updated_at: time(key.updatedAt),
    expires_at: time(key.expiresAt),
    external_user: key.externalUser,
    owner,
    project,
  }
}
