import { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import type { Limits } from '../limits/limits-of-key.ts'

/** For whom a model request is served, and who pays: a key, or a person at the playground. */
export interface Caller {
  /** What stands as `key_id` in rows and counters: the key's id, or `session:<user id>`. */
  readonly id: string
  /** The secret that was presented; '' for a person. */
  readonly secretId: string
  readonly organizationId: string
  readonly userId: string
  /** The one project that it is bound to. */
  readonly projectId: string | null
  readonly allowedModels: readonly string[] | null
  readonly limits: Limits
  /** The projects that a request may name. */
  readonly projectIds: readonly string[]
  /**
   * Resolves when a request for the project would still be let in, as of the newest epoch.
   *
   * @throws AppError by the catalogue when it would not; anything else says that nobody knows
   */
  confirm(projectId: string | null): Promise<void>
  /** Resolves to whether `limits` may be others by now, as of the newest epoch; it never rejects. */
  hasOtherLimits(): Promise<boolean>
}

/** @param confirm asks for the key as it stands now, and throws when it is none any more */
export function keyCaller(
  verified: VerifiedKey,
  confirm: (verified: VerifiedKey) => Promise<VerifiedKey>,
): Caller {
  const { key, secretId, limits, projectIds } = verified
  const { id, organizationId, userId, projectId, allowedModels } = key
  let newest = verified
  return {
    id,
    secretId,
    organizationId,
    userId,
    projectId,
    allowedModels,
    limits,
    projectIds,
    async confirm(project) {
      newest = await confirm(newest)
      if (!newest.key.permissions.includes('inference')) throw new AppError('insufficient_permission')
      if (project !== null && !newest.projectIds.includes(project) && newest.key.projectId !== project) {
        throw new AppError('project_forbidden', { param: 'project_id' })
      }
    },
    hasOtherLimits: () =>
      confirm(verified).then(
        (now) => now.limits !== limits,
        () => true,
      ),
  }
}
