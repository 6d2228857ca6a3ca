import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { Key, KeyManager } from '../../keys/key.ts'
import { createKey, getKey, listKeys, revokeKey, updateKey } from '../../keys/keys.ts'
import { takenOfKeys } from '../../ledger/remaining.ts'
import { Type } from '../../lib/schema.ts'
import { usageOfKeys } from '../../usage/usage.ts'
import { managerOf } from '../actor.ts'
import { createOnce } from '../create-once.ts'
import { type Route, route } from '../route.ts'
import { CreateBody, KeyObject, keyObject, PatchBody, policyOf } from './key-wire.ts'

const HashParams = Type.Object({
  hash: Type.String({ description: 'Public identifier of the API key', maxLength: 200 }),
})
const One = Type.Object({ data: KeyObject })
const Created = Type.Object({
  data: KeyObject,
  key: Type.Union([Type.String(), Type.Null()], {
    description: 'The key itself. Shown this once; null when an Idempotency-Key is replayed',
  }),
})
const Deleted = Type.Object({
  data: Type.Object({ success: Type.Literal(true) }),
  deleted: Type.Literal(true),
})
const ListQuery = Type.Object({
  offset: Type.Integer({
    minimum: 0,
    maximum: 100_000_000,
    default: 0,
    description: 'Number of keys to skip; a page has 100',
  }),
  include_disabled: Type.Boolean({ default: false }),
  workspace_id: Type.Optional(Type.String({ maxLength: 64 })),
})

/**
 * Key management as EUrouter and OpenRouter have it. Owners and admins of an organisation, and their keys, manage all its
 * keys; members and theirs manage their own.
 */
export function keyRoutes(deps: Deps): Route[] {
  return [listRoute(deps), createRoute(deps), getRoute(deps), updateRoute(deps), deleteRoute(deps)]
}

function listRoute(deps: Deps): Route {
  return route({
    method: 'GET',
    path: '/api/v1/keys',
    surface: 'router',
    access: { key: 'keys:read', session: 'member' },
    tag: 'Keys',
    summary: 'List API keys, newest first, 100 a page',
    query: ListQuery,
    replies: { 200: Type.Object({ data: Type.Array(KeyObject) }) },
    errors: ['not_found'],
    async run(context) {
      const by = managerOf(context)
      const { offset, include_disabled, workspace_id } = context.query
      if (workspace_id !== undefined && workspace_id !== by.organizationId) throw noWorkspace()
      const keys = await listKeys(deps, by, { offset, includeDisabled: include_disabled })
      return { body: { data: await described(deps, keys) } }
    },
  })
}

function createRoute(deps: Deps): Route {
  return route({
    method: 'POST',
    path: '/api/v1/keys',
    surface: 'router',
    access: { key: 'keys:write', session: 'member' },
    tag: 'Keys',
    summary: 'Create an API key',
    description: 'The secret stands beside `data`, once. Repeat safely with an `Idempotency-Key` header.',
    body: CreateBody,
    replies: { 201: Created },
    errors: [
      'invalid_request',
      'project_forbidden',
      'grant_exceeds_grantor',
      'idempotency_mismatch',
      'not_found',
    ],
    async run(context) {
      const by = managerOf(context)
      const create = async (deps: Deps) => {
        const { key, secret } = await createKey(deps, by, newKeyOf(context.body, by))
        return { status: 201, body: { ...(await one(deps, key)), key: secret } }
      }
      // The secret is shown once: a repetition gets the key without it.
      return createOnce(deps, context, 'POST /api/v1/keys', create, ({ status, body }) => ({
        status,
        body: { ...body, key: null },
      }))
    },
  })
}

function getRoute(deps: Deps): Route {
  return route({
    method: 'GET',
    path: '/api/v1/keys/:hash',
    surface: 'router',
    access: { key: 'keys:read', session: 'member' },
    tag: 'Keys',
    summary: 'Get an API key',
    params: HashParams,
    replies: { 200: One },
    errors: ['not_found'],
    async run(context) {
      return { body: await one(deps, await getKey(deps, managerOf(context), context.params.hash)) }
    },
  })
}

function updateRoute(deps: Deps): Route {
  return route({
    method: 'PATCH',
    path: '/api/v1/keys/:hash',
    surface: 'router',
    access: { key: 'keys:write', session: 'member' },
    tag: 'Keys',
    summary: 'Change an API key',
    params: HashParams,
    body: PatchBody,
    replies: { 200: One },
    errors: ['not_found', 'invalid_request', 'project_forbidden', 'grant_exceeds_grantor'],
    async run(context) {
      const key = await updateKey(deps, managerOf(context), context.params.hash, policyOf(context.body))
      return { body: await one(deps, key) }
    },
  })
}

function deleteRoute(deps: Deps): Route {
  return route({
    method: 'DELETE',
    path: '/api/v1/keys/:hash',
    surface: 'router',
    access: { key: 'keys:write', session: 'member' },
    tag: 'Keys',
    summary: 'Revoke an API key',
    description:
      'From the next request on the key answers 401. It leaves lists and look-ups and stays in the audit log.',
    params: HashParams,
    replies: { 200: Deleted },
    errors: ['not_found'],
    async run(context) {
      await revokeKey(deps, managerOf(context), context.params.hash)
      return { body: { data: { success: true }, deleted: true } }
    },
  })
}

async function one(deps: Deps, key: Key): Promise<Static<typeof One>> {
  const [data] = await described(deps, [key])
  if (!data) throw new Error('A key was not described')
  return { data }
}

async function described(deps: Deps, keys: readonly Key[]): Promise<Static<typeof KeyObject>[]> {
  const ids = keys.map(({ id }) => id)
  // One after the other: within `once` both go through one transaction.
  const usageOf = await usageOfKeys(deps, ids)
  const takenOf = await takenOfKeys(deps, keys)
  return keys.map((key) => keyObject(key, usageOf(key.id), takenOf(key.id)))
}

/** Owner and organisation come from the caller; a body may name them, but not choose them. */
function newKeyOf(body: Static<typeof CreateBody>, by: KeyManager) {
  const { creator_user_id, workspace_id, external, ...fields } = body
  if (workspace_id !== undefined && workspace_id !== by.organizationId) throw noWorkspace()
  if (creator_user_id != null && creator_user_id !== by.userId) {
    throw new AppError('invalid_request', {
      message:
        'creator_user_id must be the caller: the owner of the calling key, or the person who is signed in',
      param: 'creator_user_id',
    })
  }
  const { disabled: _, ...policy } = policyOf(fields)
  return { ...policy, name: body.name, ...(external && { externalUser: external.user }) }
}

function noWorkspace(): AppError {
  return new AppError('not_found', { message: 'There is no such workspace', param: 'workspace_id' })
}
