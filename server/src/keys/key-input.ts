import { mayUseProject } from '../accounts/projects.ts'
import type { Permission } from '../config/config.ts'
import { managesKeys } from '../config/schema.ts'
import type { Deps } from '../deps.ts'
import { AppError, cleanText, refuseSecret } from '../errors.ts'
import type { Key, KeyManager, KeyPatch, NewKeyInput } from './key.ts'
import { type KeyPolicy, parseCidr } from './policy.ts'

/** 2^63 − 1 nano-credits is the most a column holds; a hundredth of it leaves room for sums. */
const LIMIT_MOST = 90_000_000_000_000_000n
const METADATA_BYTES = 10_240

type NewFields = KeyPolicy & Pick<Key, 'name' | 'includeByok' | 'metadata' | 'externalUser'>

/** The fields of a new key, checked and completed. What the input leaves out is taken from the caller's own key. */
export async function checkNewKey(deps: Deps, by: KeyManager, input: NewKeyInput): Promise<NewFields> {
  const held = by.policy
  const fields = {
    name: cleanText(input.name, 'name', 255),
    permissions: input.permissions ?? defaultPermissions(deps, held),
    allowedModels: input.allowedModels ?? held?.allowedModels ?? null,
    allowedCidrs: input.allowedCidrs ?? held?.allowedCidrs ?? null,
    projectId: input.projectId ?? held?.projectId ?? null,
    limitNanos: input.limitNanos ?? null,
    limitReset: input.limitReset ?? null,
    expiresAt: input.expiresAt ?? held?.expiresAt ?? null,
    includeByok: input.includeByok ?? false,
    metadata: input.metadata ?? null,
    externalUser: input.externalUser ? cleanText(input.externalUser, 'external.user', 255) : null,
  }
  if (by.audit.kind !== 'operator') refuseMinting(fields.permissions, [])
  await checkFields(deps, by, fields)
  return fields
}

/** A patch whose every field was checked against the key it is for. */
export async function checkPatch(deps: Deps, key: Key, patch: KeyPatch): Promise<KeyPatch> {
  const named = patch.name === undefined ? patch : { ...patch, name: cleanText(patch.name, 'name', 255) }
  if (patch.permissions) refuseMinting(patch.permissions, key.permissions)
  await checkFields(deps, key, named)
  return named
}

/** Who holds `credits:write` can make credits for everybody, so nobody passes it on: only the operator's command gives it. */
function refuseMinting(wanted: readonly Permission[], held: readonly Permission[]): void {
  if (!wanted.includes('credits:write') || held.includes('credits:write')) return
  throw new AppError('grant_exceeds_grantor', {
    message: 'credits:write is given by the operator alone, with `claviger admin keys create`',
  })
}

function defaultPermissions(deps: Deps, held: KeyPolicy | null): Permission[] {
  const wanted = deps.config.keys.defaultPermissions
  return held ? wanted.filter((name) => held.permissions.includes(name)) : [...wanted]
}

async function checkFields(
  deps: Deps,
  owner: { organizationId: string; userId: string },
  fields: KeyPatch,
): Promise<void> {
  const fail = (param: string, why: string) =>
    new AppError('invalid_request', { message: `${param} ${why}`, param })
  if (fields.limitNanos != null && (fields.limitNanos < 0n || fields.limitNanos > LIMIT_MOST)) {
    throw fail('limit', 'must be between 0 and 90000000 credits')
  }
  if (fields.expiresAt != null && fields.expiresAt <= deps.now())
    throw fail('expires_at', 'must lie in the future')
  for (const block of fields.allowedCidrs ?? []) {
    if (!parseCidr(block))
      throw fail('allowed_cidrs', `must hold addresses or CIDR blocks; ${JSON.stringify(block)} is neither`)
  }
  if (fields.metadata != null && !fitsMetadata(fields.metadata)) {
    throw fail('metadata', 'must be smaller than 10 KiB')
  }
  // Both are kept as they come: neither has a form that a key could not have.
  if (fields.metadata != null) refuseSecret(JSON.stringify(fields.metadata), 'metadata')
  for (const model of fields.allowedModels ?? []) refuseSecret(model, 'allowed_models')
  if (!deps.config.keys.manageByKey && fields.permissions?.some(managesKeys)) {
    throw new AppError('key_management_disabled', {
      message:
        'keys:read and keys:write cannot be granted: managing keys by key is switched off on this server',
    })
  }
  if (
    fields.projectId != null &&
    !(await mayUseProject(deps, owner.organizationId, owner.userId, fields.projectId))
  ) {
    throw new AppError('project_forbidden', { param: 'project_id' })
  }
}

function fitsMetadata(metadata: object): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_BYTES
  } catch {
    // JSON.parse takes any depth, JSON.stringify does not; what is nested so deeply is too large, too.
    return false
  }
}
