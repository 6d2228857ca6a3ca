import { createUser, listUsers, personalOrganizationOf } from '../accounts/users.ts'
import { makeFirstAdmin, makeSetupToken, needsFirstAdmin, PLACEHOLDER_EMAIL } from '../auth/first-admin.ts'
import { ConfigError } from '../config/config.ts'
import type { Environment } from '../config/environment.ts'
import { managesKeys, PERMISSIONS } from '../config/schema.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { createKey } from '../keys/keys.ts'
import { OPERATOR } from './open.ts'

/**
 * On an empty database: makes the first user and a key that may do everything, and returns its text to be shown this
 * once. Returns undefined when there are users already.
 */
export async function firstKey(deps: Deps): Promise<string | undefined> {
  if ((await listUsers(deps)).length > 0) return undefined
  const user = await createUser(deps, OPERATOR, { email: PLACEHOLDER_EMAIL, name: 'Administrator' })
  const organizationId = await personalOrganizationOf(deps, user.id)
  const permissions = PERMISSIONS.filter(
    (name) => name !== 'credits:write' && (deps.config.keys.manageByKey || !managesKeys(name)),
  )
  const by = {
    organizationId,
    userId: user.id,
    scope: 'organization' as const,
    policy: null,
    audit: OPERATOR,
  }
  return (await createKey(deps, by, { name: 'First key', permissions })).secret
}

/**
 * While nobody can administer the server: makes the administrator whom the environment names, else a link that lets its
 * holder become one, once and within 24 hours. Returns the path of that link.
 *
 * @throws ConfigError when the environment names one who cannot be
 */
export async function firstAdminPath(deps: Deps, env: Environment): Promise<string | undefined> {
  // Without passwords the link would lead nowhere.
  if (!deps.config.auth.emailPassword || !(await needsFirstAdmin(deps))) return undefined
  const { CLAVIGER_ADMIN_EMAIL: email, CLAVIGER_ADMIN_PASSWORD: password } = env
  if (!email && !password) return `/setup?token=${await makeSetupToken(deps)}`
  if (!email || !password)
    throw new ConfigError(['CLAVIGER_ADMIN_EMAIL and CLAVIGER_ADMIN_PASSWORD: set both, or neither'])
  try {
    await makeFirstAdmin(deps, OPERATOR, { email, name: email.split('@')[0] as string, password })
  } catch (error) {
    if (error instanceof AppError && error.status < 500)
      throw new ConfigError([`CLAVIGER_ADMIN_EMAIL, CLAVIGER_ADMIN_PASSWORD: ${error.message}`])
    throw error
  }
  return undefined
}
