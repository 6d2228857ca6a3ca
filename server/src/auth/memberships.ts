import type { Deps } from '../deps.ts'
import { listMemberships } from './auth.store.ts'
import { toMembership } from './sessions.ts'
import type { Membership } from './signed-in.ts'

/** The organisations of a person, his own first. */
export async function membershipsOf(
  deps: Pick<Deps, 'db'>,
  userId: string,
): Promise<(Membership & { readonly plan: string | null })[]> {
  const rows = await listMemberships(deps.db, userId)
  return rows.map((row) => ({ ...toMembership(row), plan: row.plan }))
}
