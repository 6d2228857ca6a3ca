import { passkey } from '@better-auth/passkey'
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api'
import type { BetterAuthPlugin } from 'better-auth/types'
import type { Deps } from '../deps.ts'
import { isWithoutCertificates } from './attestation.ts'
import type { Row } from './audited-fields.ts'
import { isPasskeyOf, touchPasskey } from './passkeys.store.ts'
import { type NoPasskeys, relyingParty, wantsPasskeys } from './relying-party.ts'

const SIGN_IN = '/passkey/verify-authentication'
const REGISTRATION = '/passkey/verify-registration'
const CEREMONIES = [
  '/passkey/generate-register-options',
  REGISTRATION,
  '/passkey/generate-authenticate-options',
  SIGN_IN,
]
const OF_ONE = ['/passkey/update-passkey', '/passkey/delete-passkey']

const WHY_NOT: Readonly<Record<NoPasskeys, string>> = {
  off: 'Passkeys are switched off on this server',
  needs_name:
    'Browsers make passkeys for names alone, and the address of this server is a number: set publicUrl to a name',
  needs_https:
    'Browsers make passkeys over HTTPS alone: set publicUrl to an address that begins with https://',
}

/**
 * Passkeys by the library's plugin, and what we ask beyond it. It takes whoever touched the authenticator; we sign
 * nobody in whom the authenticator has not verified, since a passkey stands for a password and a second factor at once.
 *
 * @param origins those of this server; a passkey belongs to the first that browsers make one for
 */
export function passkeyPlugins(deps: Deps, origins: readonly string[]): BetterAuthPlugin[] {
  if (!wantsPasskeys(deps.config)) return []
  const party = relyingParty(deps.config, origins)
  const known = typeof party === 'string' ? { id: 'none.invalid', origin: 'https://none.invalid' } : party
  const library = passkey({
    rpID: known.id,
    rpName: deps.config.brand,
    origin: known.origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: ({ verification }) => {
        requireVerified(verification.registrationInfo?.userVerified)
      },
    },
    authentication: {
      afterVerification: ({ verification }) => requireVerified(verification.authenticationInfo.userVerified),
    },
  })
  return [library as BetterAuthPlugin, rules(deps, typeof party === 'string' ? party : undefined)]
}

function rules(deps: Deps, missing: NoPasskeys | undefined): BetterAuthPlugin {
  return {
    id: 'claviger-passkeys',
    schema: { passkey: { fields: { lastUsedAt: { type: 'date', required: false, input: false } } } },
    hooks: {
      before: [
        {
          matcher: ({ path }) => missing !== undefined && isOneOf(CEREMONIES, path),
          handler: refuse(missing),
        },
        { matcher: ({ path }) => isOneOf(OF_ONE, path), handler: requireOwn(deps) },
        { matcher: ({ path }) => path === REGISTRATION, handler: checkRegistration },
      ],
      after: [{ matcher: ({ path }) => path?.startsWith('/passkey/') === true, handler: present(deps) }],
    },
  }
}

function isOneOf(paths: readonly string[], path: string | undefined): boolean {
  return path !== undefined && paths.includes(path)
}

function refuse(missing: NoPasskeys | undefined) {
  return createAuthMiddleware(async () => {
    throw new APIError('BAD_REQUEST', { code: 'invalid_request', message: WHY_NOT[missing ?? 'off'] })
  })
}

/** Another person's passkey is not there. */
function requireOwn(deps: Deps) {
  return createAuthMiddleware(async (context) => {
    const session = await getSessionFromCtx(context)
    // Without one the endpoint itself refuses.
    if (!session || (await isPasskeyOf(deps.db, String(context.body?.id), session.user.id))) return
    throw new APIError('NOT_FOUND', { code: 'not_found', message: 'You have no such passkey' })
  })
}

/** Besides, the library would begin a second session for who asks for it, as if he had signed in. */
const checkRegistration = createAuthMiddleware(async (context) => {
  // Without a session the endpoint itself refuses, before it looks at anything.
  if ((await getSessionFromCtx(context)) && !isWithoutCertificates(context.body?.response))
    throw new APIError('BAD_REQUEST', {
      code: 'invalid_request',
      message: 'The passkey came with a certificate, or broken; use another device',
    })
  return { context: { body: { ...(context.body as Row), createSession: false } } }
})

/** What leaves the server: no session's token and no keys. */
function present(deps: Deps) {
  return createAuthMiddleware(async (context) => {
    const { returned } = context.context
    if (isAPIError(returned)) return
    if (context.path === '/passkey/generate-authenticate-options')
      return context.json({ ...(returned as Row), userVerification: 'required' })
    if (context.path === '/passkey/list-user-passkeys') return context.json((returned as Row[]).map(shown))
    if (context.path === REGISTRATION) return context.json(shown(returned as Row))
    if (context.path === '/passkey/update-passkey')
      return context.json({ passkey: shown((returned as { passkey: Row }).passkey) })
    if (context.path !== SIGN_IN) return
    await touchPasskey(deps.db, String(context.body?.response?.id), new Date(deps.now()).toISOString())
    return context.json({ status: true })
  })
}

/** Of a passkey its owner sees what tells it from others. */
function shown({ id, name, createdAt, lastUsedAt }: Row): Row {
  return { id, name: name ?? 'Passkey', createdAt, lastUsedAt: lastUsedAt ?? null }
}

/** @throws APIError of the library's kind, since only those reach the client */
function requireVerified(verified: boolean | undefined): void {
  if (verified) return
  throw new APIError('UNAUTHORIZED', {
    code: 'USER_NOT_VERIFIED',
    message:
      'The device did not ask who you are: use one with a PIN, a fingerprint or a face, and set it up there',
  })
}
