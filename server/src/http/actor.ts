import { managesOrganization } from '../accounts/roles.ts'
import type { AuditActor } from '../audit/audit.ts'
import type { KeyManager } from '../keys/key.ts'
import { type Context, keyOf, sessionOf } from './route.ts'

type Caller = Pick<Context, 'key' | 'session' | 'requestId' | 'address'>

/** Who calls, as the audit log names him. */
export function actorOf(context: Caller): AuditActor {
  const { requestId, address } = context
  return context.session
    ? { kind: 'user', id: context.session.user.id, way: 'session', requestId, address }
    : { kind: 'key', id: keyOf(context).key.id, way: 'key', requestId, address }
}

/**
 * The caller as a manager of keys, in the organisation of the key or of the session. A key acts for its owner and can
 * grant what it holds; a person can grant what a person may. Owners and admins manage the keys of the organisation, by
 * key or by session; members their own.
 */
export function managerOf(context: Caller): KeyManager {
  const audit = actorOf(context)
  if (context.session) {
    const { user, organization } = sessionOf(context)
    const scope = managesOrganization(organization.role) ? 'organization' : 'own'
    return { organizationId: organization.id, userId: user.id, scope, policy: null, audit }
  }
  const { key, ownerRole } = keyOf(context)
  const scope = managesOrganization(ownerRole) ? 'organization' : 'own'
  return { organizationId: key.organizationId, userId: key.userId, scope, policy: key, audit }
}

/** Who repeats himself: what `Idempotency-Key` headers are kept apart by. */
export function callerOf(context: Caller): string {
  if (!context.session) return keyOf(context).key.id
  const { user, organization } = context.session
  return `session:${user.id}:${organization.id}`
}
