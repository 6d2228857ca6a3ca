import { listUsers, personalOrganizationOf, requireUser } from '../accounts/users.ts'
import { PERMISSIONS, type Permission } from '../config/schema.ts'
import type { Deps } from '../deps.ts'
import type { Key, KeyManager, NewKeyInput } from '../keys/key.ts'
import { createKey, findAnyKey, listAllKeys, revokeKey } from '../keys/keys.ts'
import { formatNanos, parseNanos } from '../lib/decimal.ts'
import { parseTime } from '../lib/time.ts'
import { usageOfKeys } from '../usage/usage.ts'
import { type Flags, OPERATOR, print, table, text, UsageError, withDeps } from './open.ts'

/** `claviger admin keys create|list|revoke` */
export async function adminKeys(
  verb: string | undefined,
  id: string | undefined,
  flags: Flags,
): Promise<void> {
  switch (verb) {
    case 'create': {
      const { key, secret } = await withDeps(flags, (deps) => create(deps, flags))
      print(flags, { key: secret, hash: key.id, ...view(key) }, () => secret)
      // Beside the key, so that a script can take it from the output.
      if (!flags.json)
        process.stderr.write(`\nThis is the only time the key is shown. Its hash is ${key.id}.\n`)
      return
    }
    case 'list': {
      const rows = await withDeps(flags, (deps) => list(deps, flags))
      return print(flags, rows, () =>
        table(
          ['NAME', 'LABEL', 'OWNER', 'STATE', 'USAGE', 'LAST USED', 'HASH'],
          rows.map((row) => [
            row.name,
            row.label,
            row.owner,
            row.state,
            row.usage,
            row.last_used ?? 'never',
            row.hash,
          ]),
        ),
      )
    }
    case 'revoke': {
      const target = id ?? text(flags, 'hash')
      if (!target) throw new UsageError('claviger admin keys revoke <hash>')
      const key = await withDeps(flags, async (deps) => {
        const found = await findAnyKey(deps, target)
        if (found.state !== 'revoked') await revokeKey(deps, scopeOf(found), found.id)
        return found
      })
      return print(
        flags,
        { hash: key.id, state: 'revoked' },
        () => `Revoked ${key.name} (${key.label}); it is refused from the next request`,
      )
    }
    default:
      throw new UsageError('claviger admin keys create|list|revoke')
  }
}

async function create(deps: Deps, flags: Flags) {
  const user = text(flags, 'user') ?? (await onlyUser(deps))
  const owner = await requireUser(deps, user)
  const organizationId = await personalOrganizationOf(deps, owner.id)
  const by: KeyManager = { ...scopeOf({ organizationId, userId: owner.id }), policy: null }
  return createKey(deps, by, inputOf(flags))
}

function scopeOf({ organizationId, userId }: Pick<Key, 'organizationId' | 'userId'>) {
  return { organizationId, userId, scope: 'organization', audit: OPERATOR } as const
}

/** With one user there is nobody to confuse him with. */
async function onlyUser(deps: Deps): Promise<string> {
  const users = await listUsers(deps)
  if (users.length !== 1 || !users[0])
    throw new UsageError('--user <e-mail> is missing: whose key is it to be?')
  return users[0].id
}

const RESETS = ['daily', 'weekly', 'monthly'] as const

function inputOf(flags: Flags): NewKeyInput {
  const list = (name: string) =>
    text(flags, name)
      ?.split(',')
      .map((item) => item.trim())
      .filter(Boolean)
  const permissions = list('permissions')
  const unknown = permissions?.find((name) => !(PERMISSIONS as readonly string[]).includes(name))
  if (unknown) throw new UsageError(`--permissions: ${unknown} is none; there are ${PERMISSIONS.join(', ')}`)
  const limit = text(flags, 'limit')
  const limitNanos = limit === undefined ? undefined : parseNanos(limit)
  if (limit !== undefined && limitNanos === undefined)
    throw new UsageError('--limit must be a number of credits with at most nine decimals')
  const reset = text(flags, 'limit-reset')
  const limitReset = RESETS.find((name) => name === reset)
  if (reset !== undefined && !limitReset)
    throw new UsageError(`--limit-reset must be one of ${RESETS.join(', ')}`)
  const expires = text(flags, 'expires-at')
  const expiresAt = expires === undefined ? undefined : parseTime(expires)
  if (expires !== undefined && expiresAt === undefined)
    throw new UsageError('--expires-at must be an ISO 8601 time, e.g. 2027-01-31T00:00:00Z')
  const models = list('models')
  const cidrs = list('cidrs')
  const project = text(flags, 'project')
  return {
    name: text(flags, 'name') ?? 'Unnamed key',
    ...(permissions && { permissions: permissions as Permission[] }),
    ...(limitNanos !== undefined && { limitNanos }),
    ...(limitReset && { limitReset }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(models && { allowedModels: models }),
    ...(cidrs && { allowedCidrs: cidrs }),
    ...(project && { projectId: project }),
  }
}

async function list(deps: Deps, flags: Flags) {
  const user = text(flags, 'user')
  const owner = user ? await requireUser(deps, user) : undefined
  const [keys, users] = await Promise.all([listAllKeys(deps, owner?.id), listUsers(deps)])
  const emails = new Map(users.map(({ id, email }) => [id, email]))
  const usageOf = await usageOfKeys(
    deps,
    keys.map((key) => key.id),
  )
  return keys.map((key) => {
    const { total, lastUsedAt } = usageOf(key.id)
    return {
      hash: key.id,
      ...view(key),
      owner: emails.get(key.userId) ?? key.userId,
      usage: formatNanos(total),
      last_used: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
    }
  })
}

function view(key: Key) {
  return {
    name: key.name,
    label: key.label,
    state: key.state,
    environment: key.environment,
    permissions: key.permissions,
    limit: key.limitNanos === null ? null : formatNanos(key.limitNanos),
    limit_reset: key.limitReset,
    expires_at: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
    project_id: key.projectId,
    created_at: new Date(key.createdAt).toISOString(),
  }
}
