import { createHash } from 'node:crypto'
import { createAuthEndpoint } from 'better-auth/api'
import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { noteToken, removeProviderSessions } from './oidc.store.ts'
import { noting } from './oidc-identity.ts'
import type { OpenProvider } from './oidc-provider.ts'
import { type LogoutClaims, TokenFault, verifyLogoutToken } from './oidc-tokens.ts'
import { currentActor } from './scope.ts'

const TOKEN_LONGEST = 16_384

/**
 * Where a provider tells us that a person signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5): 200 when our
 * sessions of it are gone, or there were none; 400 for a token that is not good, or came before.
 */
export function backchannelLogout(deps: Deps, providers: ReadonlyMap<string, OpenProvider>) {
  return createAuthEndpoint('/backchannel-logout/:id', { method: 'POST' }, async (context) => {
    const provider = providers.get(context.params.id)
    if (!provider) return answer(404, 'There is no such provider')
    const { logout_token: token } = (context.body ?? {}) as { logout_token?: unknown }
    if (typeof token !== 'string' || token.length > TOKEN_LONGEST)
      return answer(400, 'logout_token is missing')
    try {
      const ended = await noting(() => endSessionsFor(deps, provider, token))
      deps.log.info({ provider: provider.config.id, ended }, 'A provider signed somebody out')
      return answer(200)
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error
      deps.log.warn({ provider: provider.config.id, reason: error.message }, 'A logout token was refused')
      return answer(400, `The logout token was refused: ${error.message}`)
    }
  })
}

/**
 * Ends the sessions that a logout token is about, once.
 *
 * @returns how many there were
 * @throws TokenFault
 */
async function endSessionsFor(deps: Deps, provider: OpenProvider, token: string): Promise<number> {
  const claims = await verifyLogoutToken(token, provider.trust)
  return transact(deps, async (deps) => {
    if (!(await isFirst(deps, provider.config.id, claims))) throw new TokenFault('jti')
    const sessions = await removeProviderSessions(deps.db, provider.config.id, claims)
    for (const userId of new Set(sessions.map((session) => session.userId)))
      await recordAudit(deps, currentActor(userId), {
        action: 'user.sign_out',
        targetKind: 'user',
        targetId: userId,
        organizationId: null,
        after: {
          provider: provider.config.id,
          sessions: sessions.filter((session) => session.userId === userId).length,
        },
      })
    return sessions.length
  })
}

/** The row's own key decides, so that of two nodes one is first; the library removes it when its time is over. */
async function isFirst(deps: Deps, provider: string, { jti, deadAt }: LogoutClaims): Promise<boolean> {
  const digest = createHash('sha256').update(`${provider} ${jti}`).digest('base64url')
  return noteToken(deps.db, {
    id: `logout-token-${digest}`,
    expiresAt: new Date(deadAt * 1000).toISOString(),
    now: new Date(deps.now()).toISOString(),
  })
}

function answer(status: 200 | 400 | 404, description?: string): Response {
  const body = description === undefined ? {} : { error: 'invalid_request', error_description: description }
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}
