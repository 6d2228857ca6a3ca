import { isManager } from '../../auth/signed-in.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { parseTime } from '../../lib/time.ts'
import { dayOf } from '../../usage/usage-event.ts'
import type { UsageScope } from '../../usage/usage-scope.ts'
import { type Context, sessionOf } from '../route.ts'

/** Two years: more than a chart can show. */
const DAYS_MOST = 731
const DAYS_USUAL = 30

interface SubjectQuery {
  readonly model?: string
  readonly key?: string
  readonly project?: string
  readonly end_user?: string
  readonly user?: string
}

/**
 * Whose usage a session may see: an owner or admin that of the organisation, a member his own.
 *
 * @throws AppError `not_found` when a member names somebody else
 */
export function scopeOf({
  session,
  query,
}: Pick<Context<unknown, SubjectQuery>, 'session' | 'query'>): UsageScope {
  const { user, organization } = sessionOf({ session })
  const manager = isManager(organization.role)
  if (!manager && query.user !== undefined && query.user !== user.id) {
    throw new AppError('not_found', { message: 'There is no such member', param: 'user' })
  }
  const userId = manager ? query.user : user.id
  return {
    organizationId: organization.id,
    ...(userId !== undefined && { userId }),
    ...(query.model !== undefined && { model: query.model }),
    ...(query.key !== undefined && { keyId: query.key }),
    ...(query.project !== undefined && { projectId: query.project }),
    ...(query.end_user !== undefined && { endUser: query.end_user }),
  }
}

/** @throws AppError `invalid_request` */
export function timeOf(text: string, param: string): number {
  const time = parseTime(text)
  if (time !== undefined) return time
  throw new AppError('invalid_request', {
    message: `${param} must be a day or an ISO 8601 time with a zone, e.g. 2026-01-31 or 2026-01-31T00:00:00Z`,
    param,
  })
}

/** The UTC days asked for, both ends included. @throws AppError `invalid_request` */
export function daysOf(
  deps: Pick<Deps, 'now'>,
  query: { readonly from?: string; readonly to?: string },
): { readonly firstDay: number; readonly lastDay: number } {
  const lastDay = dayOf(query.to === undefined ? deps.now() : timeOf(query.to, 'to'))
  const firstDay = query.from === undefined ? lastDay - DAYS_USUAL + 1 : dayOf(timeOf(query.from, 'from'))
  if (firstDay > lastDay) {
    throw new AppError('invalid_request', { message: 'from must not be after to', param: 'from' })
  }
  if (lastDay - firstDay >= DAYS_MOST) {
    throw new AppError('invalid_request', { message: `Ask for ${DAYS_MOST} days at most`, param: 'from' })
  }
  return { firstDay, lastDay }
}
