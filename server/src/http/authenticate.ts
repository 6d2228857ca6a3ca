import type { SignedIn } from '../auth/signed-in.ts'
import type { Config, Permission } from '../config/config.ts'
import { managesKeys } from '../config/schema.ts'
import { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import type { KeyVerifier } from '../keys/verify.ts'
import { KEY_EXPRESSION } from '../lib/key-text.ts'
import type { Credentials } from './credentials.ts'
import { headerValues } from './headers.ts'
import type { Access } from './route.ts'
import { requireSession, type SessionReader } from './session.ts'

/** Who calls: one of the two, or nobody on an open route. */
export interface Caller {
  readonly key?: VerifiedKey
  readonly session?: SignedIn
}

/** Whoever takes longer than this to send a body is authenticated again when it is there. */
export const ASK_AGAIN_MS = 50

const NOBODY: Caller = {}

/**
 * Authenticates a request for a route, and checks that its key or its person may call it. A key in the headers decides,
 * whatever cookies come with it.
 *
 * @throws AppError by the catalogue; `store_unavailable`, never a 401, when the store cannot be asked
 */
export async function authenticate(
  credentials: Credentials,
  access: Access,
  verifier: KeyVerifier,
  config: Config,
  auth: SessionReader,
): Promise<Caller> {
  if (access.open) return NOBODY
  refuseKeyInUrl(credentials.url)
  const { rawHeaders } = credentials
  if (access.session && !namesKey(rawHeaders, config)) {
    if (!access.key || auth.hasSessionCookie(headerValues(rawHeaders, 'cookie')))
      return { session: await requireSession(credentials, access.session, auth) }
  }
  if (access.session && !access.key)
    throw new AppError('session_required', { message: 'This takes no API key: sign in instead' })
  const key = await verifier.verify(readToken(rawHeaders, config), credentials.address)
  requirePermission(key, access.key, config)
  return { key }
}

function requirePermission(
  { key }: VerifiedKey,
  needed: 'any' | Permission | undefined,
  config: Config,
): void {
  if (needed === undefined || needed === 'any') return
  if (!config.keys.manageByKey && managesKeys(needed)) throw new AppError('key_management_disabled')
  if (key.permissions.includes(needed)) return
  throw new AppError('insufficient_permission', {
    message: `This API key lacks the permission ${needed}`,
    metadata: { permission: needed },
  })
}

function namesKey(rawHeaders: readonly string[], { keys }: Config): boolean {
  if (headerValues(rawHeaders, 'authorization').length > 0) return true
  return keys.xApiKeyHeader && headerValues(rawHeaders, 'x-api-key').length > 0
}

/** RFC 6750 §2.3 allows a token in the URL and then warns of it; URLs end in logs, so a key there is refused even when good. */
function refuseKeyInUrl(url: string): void {
  const query = url.indexOf('?')
  if (query < 0) return
  KEY_EXPRESSION.lastIndex = 0
  if (/[?&](access_token|api_key|apikey|api-key)=/i.test(url) || KEY_EXPRESSION.test(url.slice(query))) {
    throw new AppError('credential_in_url')
  }
}

/** RFC 9110 §11.6.2: the scheme in any case, one or more spaces, the token. An `Authorization` header, when there, decides. */
function readToken(rawHeaders: readonly string[], config: Config): string {
  const [authorization, second] = headerValues(rawHeaders, 'authorization')
  if (second !== undefined) throw new AppError('duplicate_authorization')
  if (authorization !== undefined) {
    const match = /^bearer +(\S+)$/i.exec(authorization)
    if (!match) throw new AppError('malformed_authorization')
    return match[1] as string
  }
  const [apiKey, secondKey] = config.keys.xApiKeyHeader ? headerValues(rawHeaders, 'x-api-key') : []
  if (secondKey !== undefined)
    throw new AppError('duplicate_authorization', { message: 'Send exactly one x-api-key header' })
  if (!apiKey) throw new AppError('missing_authorization')
  return apiKey
}
