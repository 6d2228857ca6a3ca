import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose'

/** Asymmetric ones only: with HS256 our own client secret, or a public key taken for one, could sign. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
const SKEW_SECONDS = 30
/** Both kinds of token are made for us at this moment. */
const OLDEST_SECONDS = 300
const LONGEST_ID = 255
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export interface Trust {
  readonly issuer: string
  readonly clientId: string
  readonly keys: JWTVerifyGetKey
  readonly now: () => number
}

export interface IdClaims extends JWTPayload {
  readonly sub: string
}

/** Whom a logout token is about: a session at the provider, a person there, or the person's one session. */
export interface LogoutClaims {
  readonly sub: string | undefined
  readonly sid: string | undefined
  readonly jti: string
  /** Seconds since the epoch after which the token is too old to be taken once more. */
  readonly deadAt: number
}

/** A token that does not say what it must. The message names the claim, never its value. */
export class TokenFault extends Error {}

/**
 * The claims of an ID token from the token endpoint (OpenID Connect Core 1.0 §3.1.3.7).
 *
 * @param nonce what we sent with the authorization request
 * @throws TokenFault
 */
export async function verifyIdToken(token: string, trust: Trust, nonce: string): Promise<IdClaims> {
  const claims = await verify(token, trust, { requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat', 'nonce'] })
  if (claims.nonce !== nonce) throw new TokenFault('nonce')
  if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims.azp === undefined)
    throw new TokenFault('azp')
  if (claims.azp !== undefined && claims.azp !== trust.clientId) throw new TokenFault('azp')
  if (!isId(claims.sub)) throw new TokenFault('sub')
  return { ...claims, sub: claims.sub }
}

/**
 * The claims of an access token that is a JWT of the same issuer for us, about the same person; undefined for any
 * other, since access tokens need not be readable.
 */
export async function readAccessToken(
  token: string | undefined,
  trust: Trust,
  sub: string,
): Promise<JWTPayload | undefined> {
  if (token?.split('.').length !== 3) return undefined
  const { issuer, keys, now } = trust
  try {
    const { payload } = await jwtVerify(token, keys, { ...always(now), issuer })
    return payload.sub === sub && payload.azp === trust.clientId ? payload : undefined
  } catch {
    return undefined
  }
}

/**
 * What a logout token says (OpenID Connect Back-Channel Logout 1.0 §2.6). That it came once is for the caller to see.
 *
 * @throws TokenFault
 */
export async function verifyLogoutToken(token: string, trust: Trust): Promise<LogoutClaims> {
  const claims = await verify(token, trust, {
    typ: 'logout+jwt',
    requiredClaims: ['iss', 'aud', 'exp', 'iat', 'jti', 'events'],
  })
  const { sub, sid, jti, events, iat } = claims as JWTPayload & { sid?: unknown; events?: unknown }
  if (!isObject(events) || !isObject(events[LOGOUT_EVENT])) throw new TokenFault('events')
  if ('nonce' in claims) throw new TokenFault('nonce')
  if (!isId(jti)) throw new TokenFault('jti')
  if (sub === undefined && sid === undefined) throw new TokenFault('sub')
  if (sub !== undefined && !isId(sub)) throw new TokenFault('sub')
  if (sid !== undefined && !isId(sid)) throw new TokenFault('sid')
  return { sub, sid, jti, deadAt: (iat as number) + OLDEST_SECONDS + SKEW_SECONDS }
}

async function verify(token: string, trust: Trust, more: JWTVerifyOptions): Promise<JWTPayload> {
  const { issuer, clientId, keys, now } = trust
  try {
    // With an oldest age the library refuses one of the future, too.
    const options = { ...always(now), issuer, audience: clientId, maxTokenAge: OLDEST_SECONDS, ...more }
    return (await jwtVerify(token, keys, options)).payload
  } catch (error) {
    // That the provider gives no keys is not the token's fault.
    if (!(error instanceof errors.JOSEError)) throw error
    throw new TokenFault(error instanceof errors.JWTClaimValidationFailed ? error.claim : error.code)
  }
}

const always = (now: () => number) => ({
  algorithms: ALGORITHMS,
  clockTolerance: SKEW_SECONDS,
  currentDate: new Date(now()),
})

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_ID
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
