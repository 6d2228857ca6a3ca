import { createUser, listUsers, personalOrganizationOf } from '../accounts/users.ts'
import { managesKeys, PERMISSIONS } from '../config/schema.ts'
import type { Deps } from '../deps.ts'
import { createKey } from '../keys/keys.ts'
import { OPERATOR } from './open.ts'

/**
 * On an empty database: makes the first user and a key that may do everything, and returns its text to be shown this
 * once. Returns undefined when there are users already.
 */
export async function firstKey(deps: Deps): Promise<string | undefined> {
  if ((await listUsers(deps)).length > 0) return undefined
  const user = await createUser(deps, OPERATOR, { email: 'admin@localhost', name: 'Administrator' })
  const organizationId = await personalOrganizationOf(deps, user.id)
  const permissions = PERMISSIONS.filter(
    (name) => name !== 'credits:write' && (deps.config.keys.manageByKey || !managesKeys(name)),
  )
  const by = { organizationId, userId: user.id, policy: null, audit: OPERATOR }
  return (await createKey(deps, by, { name: 'First key', permissions })).secret
}
