import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import type { OidcConfig } from '../config/config.ts'
import { AppError } from '../errors.ts'

const ASK_WITHIN_MS = 10_000
const KNOWN_FOR_MS = 3_600_000
/** Whoever sends tokens with invented key ids must not have us ask the provider at each. */
const KEYS_REST_MS = 30_000

/** What a provider says about itself, as far as we use it. */
export interface Endpoints {
  readonly authorization: string
  readonly token: string
  readonly endSession: string | undefined
  /** How the token endpoint wants our secret. */
  readonly authentication: 'basic' | 'post'
}

/** A provider that is asked when it is needed, so that one which is away keeps nobody else from signing in. */
export interface Issuer {
  /** @throws AppError `upstream_unavailable` when the provider cannot be asked, or names itself otherwise than here */
  endpoints(): Promise<Endpoints>
  readonly keys: JWTVerifyGetKey
}

interface Discovered {
  readonly endpoints: Endpoints
  readonly jwksUri: string
  readonly keys: JWTVerifyGetKey
}

/** Discovery from the configured issuer and nowhere else (OpenID Connect Discovery 1.0 §4). */
export function openIssuer({ issuer }: Pick<OidcConfig, 'issuer'>, now: () => number): Issuer {
  let known: (Discovered & { readonly until: number }) | undefined
  let asking: Promise<Discovered> | undefined
  const ask = async (): Promise<Discovered> => {
    const found = await discover(issuer)
    // The same set goes on, and with it what it has fetched and how long it must rest.
    const keys = known?.jwksUri === found.jwksUri ? known.keys : keySet(found.jwksUri)
    known = { ...found, keys, until: now() + KNOWN_FOR_MS }
    return known
  }
  const discovered = async (): Promise<Discovered> => {
    if (known && now() < known.until) return known
    asking ??= ask()
      .catch((cause: unknown) => {
        throw unreachable(cause)
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }
  return {
    endpoints: async () => (await discovered()).endpoints,
    keys: async (header, token) => (await discovered()).keys(header, token),
  }
}

function keySet(jwksUri: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: ASK_WITHIN_MS,
    cooldownDuration: KEYS_REST_MS,
  })
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      // What the token names and the provider does not have is the token's fault.
      const isOfToken = TOKENS_OWN.some((fault) => error instanceof fault)
      throw isOfToken ? error : unreachable(error)
    }
  }
}

const TOKENS_OWN = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

function unreachable(cause: unknown): AppError {
  const message = 'The sign-in provider cannot be used at present; retry later'
  return new AppError('upstream_unavailable', { message, cause })
}

async function discover(issuer: string): Promise<Omit<Discovered, 'keys'>> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ASK_WITHIN_MS) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  const said = (await answer.json()) as Record<string, unknown>
  if (said.issuer !== issuer)
    throw new Error(`${url} names the issuer ${JSON.stringify(said.issuer)}, the configuration ${issuer}`)
  const methods = said.token_endpoint_auth_methods_supported
  return {
    jwksUri: addressOf(said, 'jwks_uri', issuer),
    endpoints: {
      authorization: addressOf(said, 'authorization_endpoint', issuer),
      token: addressOf(said, 'token_endpoint', issuer),
      endSession: said.end_session_endpoint ? addressOf(said, 'end_session_endpoint', issuer) : undefined,
      authentication: Array.isArray(methods) && !methods.includes('client_secret_basic') ? 'post' : 'basic',
    },
  }
}

/** An endpoint may lie on another host, but not on a weaker scheme than the issuer. */
function addressOf(said: Record<string, unknown>, name: string, issuer: string): string {
  const url = URL.parse(String(said[name]))
  const schemes = issuer.startsWith('https:') ? ['https:'] : ['https:', 'http:']
  if (url && schemes.includes(url.protocol)) return url.href
  throw new Error(`${issuer} has no usable ${name}`)
}
