import { projectIdsFor } from '../accounts/projects.ts'
import { plansOfMember } from '../accounts/standing.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { readLimits } from '../limits/limits-of-key.ts'
import type { Caller } from './caller.ts'

/**
 * A person who is served without a key: the quotas of the user and the organisation apply, their plan and the balance.
 * Where a plan limits every key, the person counts as one more of them.
 *
 * @throws AppError `not_found`, `user_suspended`, `organization_suspended`
 */
export async function sessionCaller(
  deps: Deps,
  { userId, organizationId }: { readonly userId: string; readonly organizationId: string },
): Promise<Caller> {
  const [plans, projectIds] = await Promise.all([
    plansOfMember(deps, userId, organizationId),
    projectIdsFor(deps, organizationId, userId),
  ])
  const counted = { id: `session:${userId}`, organizationId, userId, projectId: null }
  const limits = await readLimits(deps, { ...counted, limitNanos: null, limitReset: null }, plans, projectIds)
  // Nobody follows what a session's limits hang on.
  limits.changed = deps.store.epoch.current()
  return {
    ...counted,
    secretId: '',
    allowedModels: null,
    limits,
    projectIds,
    async confirm(projectId) {
      await plansOfMember(deps, userId, organizationId)
      if (projectId === null) return
      const now = await projectIdsFor(deps, organizationId, userId)
      if (!now.includes(projectId)) throw new AppError('project_forbidden', { param: 'project_id' })
    },
    async hasOtherLimits() {
      try {
        return deps.store.epoch.current() !== limits.changed
      } catch {
        // Nobody knows the epoch at present.
        return true
      }
    },
  }
}
