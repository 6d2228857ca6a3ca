import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { findStanding } from './standing.store.ts'

/** The plans of a member and of the organisation, by which the higher is to be found. */
interface MemberPlans {
  readonly user: string | null
  readonly organization: string | null
}

/**
 * The plans that a member may be served by, now.
 *
 * @throws AppError `not_found` when the person is no member, `user_suspended`, `organization_suspended`
 */
export async function plansOfMember(
  { db }: Pick<Deps, 'db'>,
  userId: string,
  organizationId: string,
): Promise<MemberPlans> {
  const standing = await findStanding(db, userId, organizationId)
  if (!standing) throw new AppError('not_found')
  if (standing.banned) throw new AppError('user_suspended')
  if (standing.status !== 'active') throw new AppError('organization_suspended')
  return { user: standing.user_plan, organization: standing.organization_plan }
}
