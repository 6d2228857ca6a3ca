import { createAuthMiddleware } from 'better-auth/api'
import type { BetterAuthPlugin } from 'better-auth/types'
import type { Deps } from '../deps.ts'
import { currentIdentity, keepLeaving, noting } from './oidc-identity.ts'
import { backchannelLogout } from './oidc-logout.ts'
import { applyMapping } from './oidc-mapping.ts'
import { openProvider, toLibrary } from './oidc-provider.ts'

const LOGOUTS_PER_MINUTE = 10_000

/** The plugins of the OpenID Connect providers that the configuration names. */
export function oidcPlugins(deps: Deps): BetterAuthPlugin[] {
  const providers = new Map(deps.config.auth.oidc.map((config) => [config.id, openProvider(config, deps)]))
  if (providers.size === 0) return []
  const plugin = {
    id: 'claviger-oidc',
    init: (context) => {
      const { origin } = new URL(context.baseURL)
      const opened = [...providers.values()].map((provider) => toLibrary(deps, provider, origin))
      return {
        context: { socialProviders: [...opened, ...context.socialProviders] },
        options: {
          databaseHooks: { session: { create: { before: (session) => beginSession(deps, session) } } },
        },
      }
    },
    hooks: { before: [{ matcher: ({ path }) => path === '/sign-out', handler: noteLeaving }] },
    endpoints: { backchannelLogout: backchannelLogout(deps, providers) },
    // They all come from the provider's address, and one that is not heard leaves a session open.
    rateLimit: [
      { pathMatcher: (path) => path.startsWith('/backchannel-logout/'), window: 60, max: LOGOUTS_PER_MINUTE },
    ],
  } satisfies BetterAuthPlugin
  return [plugin]
}

/** Before its session is there a person has the rights that the provider means, and no session without them. */
async function beginSession(deps: Deps, { userId }: { readonly userId: string }) {
  const identity = currentIdentity()
  if (!identity) return undefined
  await noting(() => applyMapping(deps, userId, identity))
  const { provider, subject, sid } = identity
  return { data: { oidcProvider: provider.id, oidcSubject: subject, oidcSid: sid ?? null } }
}

/** The library forgets the session before it asks for the address at the provider. */
const noteLeaving = createAuthMiddleware(async (context) => {
  const { authCookies, secret, adapter } = context.context
  const token = await context.getSignedCookie(authCookies.sessionToken.name, secret)
  if (!token) return
  const session = await adapter.findOne<{ oidcProvider?: string | null; oidcSid?: string | null }>({
    model: 'session',
    where: [{ field: 'token', value: token }],
  })
  if (session?.oidcProvider) keepLeaving({ provider: session.oidcProvider, sid: session.oidcSid ?? null })
})
