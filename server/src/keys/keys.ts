import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { orderedId, randomId } from '../lib/ids.ts'
import { createDigester } from './digest.ts'
import { type Key, type KeyManager, type KeyPatch, type NewKeyInput, toKey, toRow } from './key.ts'
import { checkNewKey, checkPatch } from './key-input.ts'
import {
  findKeyRow,
  insertKey,
  insertSecret,
  type KeyRow,
  listKeyRows,
  lockKeyRow,
  updateKeyRow,
} from './keys.store.ts'
import { excessOf, type KeyPolicy } from './policy.ts'
import { labelOf, makeSecret } from './secret.ts'

/**
 * Makes a key and its first secret. The text is in the reply and nowhere else, ever.
 *
 * @throws AppError `invalid_request`, `project_forbidden`, `grant_exceeds_grantor`
 */
export async function createKey(
  deps: Deps,
  by: KeyManager,
  input: NewKeyInput,
): Promise<{ key: Key; secret: string }> {
  const secret = makeSecret(deps.config.keys.prefix)
  const { digest, version } = createDigester(deps.secrets.peppers).newest(secret)
  return transact(deps, async (deps) => {
    const fields = await checkNewKey(deps, by, input)
    checkGrant(by, fields)
    const key: Key = {
      ...fields,
      id: randomId(),
      organizationId: by.organizationId,
      userId: by.userId,
      label: labelOf(secret, deps.config.keys.label),
      environment: deps.config.environment,
      state: 'active',
      createdAt: deps.now(),
      updatedAt: null,
      revokedAt: null,
    }
    await insertKey(deps.db, toRow(key))
    await insertSecret(deps.db, {
      id: orderedId('sec_', deps.now()),
      keyId: key.id,
      digest,
      pepperVersion: version,
      createdAt: deps.now(),
    })
    await recordAudit(deps, by.audit, { ...target(key, 'key.create'), after: audited(key) })
    return { key, secret }
  })
}

/** The organisation's keys that are not revoked, newest first, 100 a page. */
export async function listKeys(
  deps: Deps,
  organizationId: string,
  page: { readonly offset: number; readonly includeDisabled: boolean },
): Promise<Key[]> {
  return (await listKeyRows(deps.db, { organizationId, ...page, limit: 100 })).map(toKey)
}

/** A key of the organisation that is not revoked. @throws AppError `not_found`, the same for a foreign key and for none */
export async function getKey(deps: Deps, organizationId: string, id: string): Promise<Key> {
  return demand(await findKeyRow(deps.db, id), organizationId)
}

/** The same for one that is about to change: nobody else changes it until the transaction has ended. */
async function takeKey(deps: Deps, organizationId: string, id: string): Promise<Key> {
  return demand(await lockKeyRow(deps.db, deps.store.kind, id), organizationId)
}

function demand(row: KeyRow | undefined, organizationId: string): Key {
  if (!row || row.organization_id !== organizationId || row.state === 'revoked') {
    throw new AppError('not_found', { message: 'There is no such API key' })
  }
  return toKey(row)
}

/**
 * Changes a key. What it takes away holds from the next request.
 *
 * @throws AppError `not_found`, `invalid_request`, `project_forbidden`, `grant_exceeds_grantor`
 */
export async function updateKey(deps: Deps, by: KeyManager, id: string, patch: KeyPatch): Promise<Key> {
  return transact(deps, async (deps) => {
    const before = await takeKey(deps, by.organizationId, id)
    const { disabled, ...rest } = await checkPatch(deps, before, patch)
    const state = disabled === undefined ? before.state : disabled ? 'disabled' : 'active'
    const after: Key = { ...before, ...rest, state, updatedAt: deps.now() }
    // A key that held more than the caller may be renamed or disabled by it, but nothing of it may be raised.
    if (raises(before, after, patch)) checkGrant(by, after)
    const { id: _id, created_at: _created, ...change } = toRow(after)
    await updateKeyRow(deps.db, id, change)
    await recordAudit(deps, by.audit, {
      ...target(after, 'key.update'),
      before: audited(before),
      after: audited(after),
    })
    return after
  })
}

/**
 * Revokes a key: refused from the next request, gone from lists and look-ups, kept for the audit.
 *
 * @throws AppError `not_found`
 */
export async function revokeKey(
  deps: Deps,
  by: Pick<KeyManager, 'organizationId' | 'audit'>,
  id: string,
): Promise<void> {
  await transact(deps, async (deps) => {
    const key = await takeKey(deps, by.organizationId, id)
    const now = deps.now()
    await updateKeyRow(deps.db, id, { state: 'revoked', revoked_at: now, updated_at: now })
    await recordAudit(deps, by.audit, {
      ...target(key, 'key.revoke'),
      before: { state: key.state },
      after: { state: 'revoked' },
    })
  })
}

/** Any key by its id, for the operator. @throws AppError `not_found` */
export async function findAnyKey(deps: Deps, id: string): Promise<Key> {
  const row = await findKeyRow(deps.db, id)
  if (!row)
    throw new AppError('not_found', {
      message: `There is no key ${id}; \`claviger admin keys list\` shows them`,
    })
  return toKey(row)
}

/** Keys of a user or of everybody, for the operator. */
export async function listAllKeys(deps: Deps, userId?: string): Promise<Key[]> {
  const filter = {
    includeDisabled: true,
    includeRevoked: true,
    offset: 0,
    limit: 10_000,
    ...(userId && { userId }),
  }
  return (await listKeyRows(deps.db, filter)).map(toKey)
}

function raises(before: Key, after: Key, patch: KeyPatch): boolean {
  const policyTouched = Object.keys(patch).some(
    (field) => !['name', 'disabled', 'metadata', 'includeByok'].includes(field),
  )
  return (
    (policyTouched && excessOf(before, after) !== undefined) ||
    (before.state === 'disabled' && after.state === 'active')
  )
}

function checkGrant(by: KeyManager, wanted: KeyPolicy): void {
  const excess = by.policy ? excessOf(by.policy, wanted) : undefined
  if (excess) {
    throw new AppError('grant_exceeds_grantor', {
      message: `A key cannot grant what it does not hold: ${excess}`,
    })
  }
}

function target(key: Key, action: string) {
  return { action, targetKind: 'key', targetId: key.id, organizationId: key.organizationId }
}

/** The fields of a key that may stand in the audit log. */
function audited(key: Key): Record<string, unknown> {
  const {
    name,
    label,
    state,
    permissions,
    allowedModels,
    allowedCidrs,
    projectId,
    limitNanos,
    limitReset,
    expiresAt,
  } = key
  return {
    name,
    label,
    state,
    permissions,
    allowedModels,
    allowedCidrs,
    projectId,
    limitNanos,
    limitReset,
    expiresAt,
  }
}
