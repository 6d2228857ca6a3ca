/** What tests beside the code need on top of `stores.ts`: dependencies over one database, and people in it. */
import { createUser, personalOrganizationOf } from '../../src/accounts/users.ts'
import type { AuditActor } from '../../src/audit/audit.ts'
import type { Deps } from '../../src/deps.ts'
import { makeDatabase, type TestDatabase } from './stores.ts'

export const OPERATOR: AuditActor = { kind: 'operator', id: null, way: 'cli' }

export interface UnitDeps extends TestDatabase {
  readonly own: Deps
  /** The same database as another process sees it: another node, or the operator's command. */
  another(): Promise<Deps>
}

export async function openDeps(postgres: boolean): Promise<UnitDeps> {
  const database = await makeDatabase(postgres, true)
  const another = async (): Promise<Deps> => database.deps(await database.open())
  return { ...database, own: await another(), another }
}

let users = 0

/** A user with an organisation; as a manager of keys, one who holds everything. */
export async function makeOwner(deps: Deps) {
  const user = await createUser(deps, OPERATOR, { email: `user${users++}@example.com`, name: 'User' })
  const organizationId = await personalOrganizationOf(deps, user.id)
  return {
    user,
    organizationId,
    userId: user.id,
    scope: 'organization' as const,
    policy: null,
    audit: OPERATOR,
  }
}

/** How many sessions of the database wait for a lock. SQLite's one writer makes others wait without saying so. */
export async function waitForLock({ postgres, raw }: TestDatabase, limitMs = 5000): Promise<void> {
  if (!postgres) return
  const limit = Date.now() + limitMs
  const question = `SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`
  while (Number((await raw(question))[0]?.waiting) === 0) {
    if (Date.now() > limit) throw new Error('Nobody waits for a lock')
  }
}
