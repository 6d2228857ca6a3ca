import { type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from '../storage/tables.ts'
import type { UsageScope } from './usage-scope.ts'

/** UTC days since the epoch, both included. */
export interface Days {
  readonly firstDay: number
  readonly lastDay: number
}

/**
 * The sums of a scope. Each condition that knows its rows better than the others keeps its index; the others are
 * written so that theirs cannot be taken.
 */
export function within<O>(
  query: SelectQueryBuilder<Tables, 'usage_days', O>,
  { organizationId, userId, keyId, model, projectId, endUser }: UsageScope,
  { firstDay, lastDay }: Days,
  keyIds: readonly string[] | undefined = keyId === undefined ? undefined : [keyId],
) {
  let narrowed = query.where('day', '>=', firstDay).where('day', '<=', lastDay)
  if (keyIds === undefined) narrowed = narrowed.where('organization_id', '=', organizationId)
  else {
    narrowed = narrowed
      .where('key_id', 'in', [...keyIds])
      .where(sql<boolean>`organization_id || '' = ${organizationId}`)
  }
  // The other indexes are of those rows alone that have a value.
  if (endUser !== undefined) narrowed = narrowed.where('end_user', '=', endUser).where('end_user', '<>', '')
  if (projectId !== undefined)
    narrowed = narrowed.where('project_id', '=', projectId).where('project_id', '<>', '')
  if (userId !== undefined) {
    const known = keyIds ?? endUser ?? projectId
    narrowed =
      known === undefined
        ? narrowed.where('user_id', '=', userId)
        : narrowed.where(sql<boolean>`user_id || '' = ${userId}`)
  }
  return model === undefined ? narrowed : narrowed.where('model', '=', model)
}
