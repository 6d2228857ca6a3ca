import type { Auth } from '../auth/auth.ts'
import { isManager, type SignedIn } from '../auth/signed-in.ts'
import { AppError } from '../errors.ts'
import type { Credentials } from './credentials.ts'
import { headerValues } from './headers.ts'
import { refuseForeign } from './origin.ts'
import type { SessionNeed } from './route.ts'

/** What of `Auth` a request needs. */
export type SessionReader = Pick<Auth, 'session' | 'origins' | 'hasSessionCookie'>

/**
 * The person whom the cookies of a request show, if he may call a route with this need.
 *
 * @throws AppError `cross_origin`, `session_required`, `user_suspended`, `organization_suspended`, `role_required`,
 *   `operator_required`; `not_found` for an organisation in `x-org-id` that the person is no member of
 */
export async function requireSession(
  { method, rawHeaders }: Credentials,
  need: SessionNeed,
  auth: SessionReader,
): Promise<SignedIn> {
  refuseForeign(method, rawHeaders, auth.origins())
  const [organizationId, second] = headerValues(rawHeaders, 'x-org-id')
  if (second !== undefined)
    throw new AppError('invalid_request', { message: 'Send exactly one x-org-id header' })
  const named = need === 'any' || need === 'operator' ? undefined : organizationId || undefined
  const signedIn = await auth.session(headerValues(rawHeaders, 'cookie'), named)
  if (!signedIn) throw new AppError('session_required')
  requireNeed(signedIn, need)
  return signedIn
}

function requireNeed({ user, organization }: SignedIn, need: SessionNeed): void {
  if (need === 'any') return
  if (need === 'operator') {
    if (!user.operator) throw new AppError('operator_required')
    return
  }
  if (organization.status === 'suspended') throw new AppError('organization_suspended')
  const allowed =
    need === 'member' || (need === 'manager' ? isManager(organization.role) : organization.role === 'owner')
  if (!allowed) throw new AppError('role_required')
}
