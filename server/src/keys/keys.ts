import { roleOf } from '../accounts/members.ts'
import { mayUseProject } from '../accounts/projects.ts'
import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { orderedId, randomId } from '../lib/ids.ts'
import { audited, target } from './audited-key.ts'
import { createDigester } from './digest.ts'
import {
  type Key,
  type KeyManager,
  type KeyPatch,
  type KeyScope,
  type NewKeyInput,
  toKey,
  toRow,
} from './key.ts'
import { enqueueKeyEvent } from './key-events.ts'
import { checkNewKey, checkPatch } from './key-input.ts'
import { listKeyRows } from './key-offset.store.ts'
import { findKeyRow, insertKey, insertSecret, type KeyRow, lockKeyRow, updateKeyRow } from './keys.store.ts'
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
    await enqueueKeyEvent(deps, 'key.created', key)
    await recordAudit(deps, by.audit, { ...target(key, 'key.create'), after: audited(key) })
    return { key, secret }
  })
}

/** The keys in the scope that are not revoked, newest first, 100 a page. */
export async function listKeys(
  deps: Deps,
  by: KeyScope,
  page: { readonly offset: number; readonly includeDisabled: boolean },
): Promise<Key[]> {
  return (await listKeyRows(deps.db, { ...rowsIn(by), ...page, limit: 100 })).map(toKey)
}

/** What restricts a query to the scope. */
export function rowsIn(by: KeyScope): { readonly organizationId: string; readonly userId?: string } {
  const { organizationId, userId, scope } = by
  return scope === 'organization' ? { organizationId } : { organizationId, userId }
}

/** A key in the scope that is not revoked. @throws AppError `not_found`, the same for somebody else's key and for none */
export async function getKey(deps: Deps, by: KeyScope, id: string): Promise<Key> {
  return demand(await findKeyRow(deps.db, id), by)
}

/** The same for one that is about to change: nobody else changes it until the transaction has ended. */
async function takeKey(deps: Deps, by: KeyScope, id: string): Promise<Key> {
  return demand(await lockKeyRow(deps.db, deps.store.kind, id), by)
}

function demand(row: KeyRow | undefined, by: KeyScope): Key {
  const { organizationId, userId } = rowsIn(by)
  const inScope = row?.organization_id === organizationId && (userId === undefined || row.user_id === userId)
  if (!row || !inScope || row.state === 'revoked') {
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
    const before = await takeKey(deps, by, id)
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
  by: KeyScope & Pick<KeyManager, 'audit'>,
  id: string,
): Promise<void> {
  await transact(deps, async (deps) => {
    const key = await takeKey(deps, by, id)
    const now = deps.now()
    await updateKeyRow(deps.db, id, { state: 'revoked', revoked_at: now, updated_at: now })
    await enqueueKeyEvent(deps, 'key.revoked', key)
    await recordAudit(deps, by.audit, {
      ...target(key, 'key.revoke'),
      before: { state: key.state },
      after: { state: 'revoked' },
    })
  })
}

/**
 * Hands a key to another member of its organisation, as when its maker leaves: it works on, for the new owner, with his
 * plan and quotas from the next request. Its budget and what it has used go with it.
 *
 * A key that is bound to a project goes to a member of that project only: without the binding it could do more than it
 * was made for, and its costs would stand elsewhere.
 *
 * @throws AppError `not_found` for the key and for somebody who is no member; `project_forbidden`
 */
export async function transferKey(deps: Deps, by: KeyManager, id: string, userId: string): Promise<Key> {
  return transact(deps, async (deps) => {
    const before = await takeKey(deps, by, id)
    if ((await roleOf(deps, before.organizationId, userId)) === undefined) {
      throw new AppError('not_found', { message: 'There is no such member', param: 'userId' })
    }
    if (before.userId === userId) return before
    const { organizationId, projectId } = before
    if (projectId !== null && !(await mayUseProject(deps, organizationId, userId, projectId))) {
      throw new AppError('project_forbidden', {
        message:
          'The new owner is not a member of the project of this key; add him to it first, or take the project off the key',
        param: 'userId',
      })
    }
    const after: Key = { ...before, userId, updatedAt: deps.now() }
    await updateKeyRow(deps.db, id, { user_id: userId, updated_at: after.updatedAt })
    await recordAudit(deps, by.audit, {
      ...target(after, 'key.transfer'),
      before: { owner: before.userId },
      after: { owner: userId },
    })
    return after
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
