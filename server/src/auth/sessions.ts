import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { findMembership, findSession, listSessionIds, removeSession, touchSession } from './auth.store.ts'
import type { Membership, Role, SignedIn } from './signed-in.ts'
import { endTrust } from './trust.ts'

const MINUTE_MS = 60_000

/**
 * The person of a session, and the organisation that the request is about: two statements by index. A session that
 * nobody used for `auth.idleMinutes`, or that began `auth.absoluteMinutes` ago, is none.
 *
 * @param token what the cookie holds, its signature checked
 * @param organizationId the organisation named by the request; the person's own when undefined
 * @throws AppError `user_suspended`; `not_found` for an organisation that the person is no member of
 */
export async function authenticateSession(
  deps: Deps,
  token: string,
  organizationId: string | undefined,
): Promise<SignedIn | undefined> {
  const row = await findSession(deps.db, token)
  if (!row || hasEnded(deps, row)) return undefined
  if (row.banned) throw new AppError('user_suspended')
  const membership = await findMembership(deps.db, row.userId, organizationId)
  if (!membership) throw new AppError('not_found', { message: 'There is no such organisation' })
  await keepAlive(deps, row)
  return {
    sessionId: row.sessionId,
    startedAt: timeOf(row.startedAt),
    user: {
      id: row.userId,
      email: row.email,
      name: row.name,
      operator: row.role === 'admin',
      twoFactor: Boolean(row.twoFactorEnabled),
    },
    organization: toMembership(membership),
  }
}

/** Ends all sessions of a user. It holds from the next request. @returns how many there were */
export async function endSessionsOf(deps: Deps, actor: AuditActor, userId: string): Promise<number> {
  return transact(deps, async (deps) => {
    let ended = 0
    await endTrust(deps, userId)
    for (const id of await listSessionIds(deps.db, userId)) if (await removeSession(deps.db, id)) ended++
    if (ended > 0)
      await recordAudit(deps, actor, {
        action: 'user.sign_out',
        targetKind: 'user',
        targetId: userId,
        organizationId: null,
        after: { sessions: ended },
      })
    return ended
  })
}

export function toMembership(row: {
  id: string
  name: string
  personal: unknown
  status: 'active' | 'suspended'
  role: string
}): Membership {
  const { id, name, status } = row
  return { id, name, personal: Boolean(row.personal), role: roleOf(row.role), status }
}

/** The library can write several roles into one text; the greatest counts. */
function roleOf(text: string): Role {
  const roles = text.split(',')
  return roles.includes('owner') ? 'owner' : roles.includes('admin') ? 'admin' : 'member'
}

function hasEnded(
  { config, now }: Deps,
  row: { startedAt: unknown; seenAt: unknown; expiresAt: unknown },
): boolean {
  const { idleMinutes, absoluteMinutes } = config.auth
  return (
    now() >= timeOf(row.expiresAt) ||
    now() - timeOf(row.seenAt) >= idleMinutes * MINUTE_MS ||
    now() - timeOf(row.startedAt) >= absoluteMinutes * MINUTE_MS
  )
}

/** One write in a twentieth of the idle time, at most a minute, is exact enough. */
async function keepAlive(deps: Deps, row: { sessionId: string; seenAt: unknown }): Promise<void> {
  const stale = Math.min(MINUTE_MS, (deps.config.auth.idleMinutes * MINUTE_MS) / 20)
  if (deps.now() - timeOf(row.seenAt) < stale) return
  await touchSession(deps.db, row.sessionId, new Date(deps.now()).toISOString())
}

/** SQLite gives text, PostgreSQL a date. */
function timeOf(value: unknown): number {
  return new Date(value as string | Date).getTime()
}
