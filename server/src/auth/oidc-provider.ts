import {
  createAuthorizationURL,
  type OAuth2Tokens,
  type OAuthProvider,
  validateAuthorizationCode,
} from 'better-auth/oauth2'
import { decodeJwt } from 'jose'
import type { OidcConfig } from '../config/config.ts'
import type { Deps } from '../deps.ts'
import { holdsLink } from './names.ts'
import { currentLeaving, keepIdentity, noting } from './oidc-identity.ts'
import { type Issuer, openIssuer } from './oidc-issuer.ts'
import { type IdClaims, readAccessToken, type Trust, verifyIdToken } from './oidc-tokens.ts'

const NAME_LONGEST = 200

/** A provider of the configuration, with what tokens of it are checked by. */
export interface OpenProvider {
  readonly config: OidcConfig
  readonly issuer: Issuer
  readonly trust: Trust
}

export function openProvider(config: OidcConfig, { now }: Pick<Deps, 'now'>): OpenProvider {
  const issuer = openIssuer(config, now)
  return {
    config,
    issuer,
    trust: { issuer: config.issuer, clientId: config.clientId, keys: issuer.keys, now },
  }
}

/**
 * The provider as the sign-in library knows one. The library keeps state, PKCE verifier and nonce, and asks for the
 * tokens; every check of a token is ours (`oidc-tokens.ts`). Its own generic provider takes an ID token from the
 * browser, takes an answer without one, takes any algorithm and issuer that discovery names, and waits for discovery
 * before anybody can sign in.
 *
 * @param origin the public origin of this server
 */
export function toLibrary(
  { log }: Pick<Deps, 'log'>,
  open: OpenProvider,
  origin: string,
): OAuthProvider<IdClaims> {
  const { config, issuer } = open
  const { id, clientId } = config
  return {
    id,
    name: config.name,
    issuer: config.issuer,
    requiresIdTokenNonce: true,
    // Never the address, and never the subject alone: a provider that takes the place of another has other people.
    accountSubject: ({ profile }) => `${config.issuer} ${profile.sub}`,
    createAuthorizationURL: (asked) => authorizationUrl(open, asked),
    validateAuthorizationCode: (answered) => exchange(open, answered),
    getUserInfo: async (tokens) => {
      const claims = await identify(log, open, tokens)
      return claims ? { user: userOf(claims, config), data: claims } : null
    },
    createEndSessionURL: async ({ idToken }) => {
      const leaving = currentLeaving()
      if (leaving?.provider !== id) return null
      const { endSession } = await issuer.endpoints()
      return endSession ? endSessionUrl(endSession, clientId, origin, hintFor(leaving.sid, idToken)) : null
    },
    options: { disableIdTokenSignIn: true },
  }
}

type Asked = Parameters<OAuthProvider['createAuthorizationURL']>[0]
type Answered = Parameters<OAuthProvider['validateAuthorizationCode']>[0]

/** What a browser may ask for besides (scopes, parameters of its own) is left out. */
async function authorizationUrl({ config, issuer }: OpenProvider, asked: Asked): Promise<URL> {
  const { id, clientId, clientSecret, scopes } = config
  const { state, codeVerifier, redirectURI, idTokenNonce: nonce } = asked
  return createAuthorizationURL({
    id,
    options: { clientId, clientSecret },
    authorizationEndpoint: (await noting(issuer.endpoints)).authorization,
    state,
    codeVerifier,
    redirectURI,
    scopes: [...new Set(['openid', ...scopes])],
    ...(nonce !== undefined && { nonce }),
  })
}

async function exchange({ config, issuer }: OpenProvider, answered: Answered): Promise<OAuth2Tokens> {
  const { clientId, clientSecret } = config
  const { code, codeVerifier, redirectURI } = answered
  const { token, authentication } = await issuer.endpoints()
  const { idToken, accessToken } = await validateAuthorizationCode({
    code,
    redirectURI,
    ...(codeVerifier !== undefined && { codeVerifier }),
    options: { clientId, clientSecret },
    tokenEndpoint: token,
    authentication,
  })
  // Of what it returns the library stores all but `raw`. We act for nobody at the provider: the ID token is enough.
  return { ...(idToken !== undefined && { idToken }), raw: { accessToken } }
}

async function identify(
  log: Deps['log'],
  { config, trust }: OpenProvider,
  tokens: OAuth2Tokens & { readonly expectedIdTokenNonce?: string | undefined },
): Promise<IdClaims | undefined> {
  const { idToken, raw, expectedIdTokenNonce: nonce } = tokens
  if (!idToken || !nonce) {
    log.warn({ provider: config.id }, 'A sign-in was refused: the provider sent no ID token')
    return undefined
  }
  try {
    const claims = await verifyIdToken(idToken, trust, nonce)
    const accessClaims = await readAccessToken(text(raw?.accessToken), trust, claims.sub)
    const sid = typeof claims.sid === 'string' && claims.sid !== '' ? claims.sid : undefined
    return keepIdentity({ provider: config, subject: claims.sub, sid, claims, accessClaims })
      ? claims
      : undefined
  } catch (error) {
    log.warn({ provider: config.id, reason: (error as Error).message }, 'A sign-in was refused: its ID token')
    return undefined
  }
}

function userOf(claims: IdClaims, { trustEmail }: OidcConfig) {
  const email = text(claims.email)
  const names = [text(claims.name), text(claims.preferred_username)]
  const name = names.find((one) => one !== undefined && !holdsLink(one)) ?? email
  return {
    email: email ?? null,
    emailVerified: trustEmail && claims.email_verified === true && !isFolded(email),
    ...(name !== undefined && { name: name.slice(0, NAME_LONGEST) }),
  }
}

/** Whether small letters make another mailbox of an address: the Kelvin sign becomes the k of ASCII. */
function isFolded(email: string | undefined): boolean {
  return [...(email ?? '')].some((one) => one > '\x7f' && one.toLowerCase() <= '\x7f')
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** The library keeps the newest ID token of a person, which may be another browser's: it would sign that one out. */
function hintFor(sid: string | null, idToken: string | null | undefined): string | undefined {
  if (!sid || !idToken) return undefined
  return decodeJwt(idToken).sid === sid ? idToken : undefined
}

/** OpenID Connect RP-Initiated Logout 1.0 §2. Without the hint the provider asks the person to confirm. */
function endSessionUrl(endpoint: string, clientId: string, origin: string, hint: string | undefined): URL {
  const url = new URL(endpoint)
  if (hint) url.searchParams.set('id_token_hint', hint)
  url.searchParams.set('client_id', clientId)
  url.searchParams.set('post_logout_redirect_uri', `${origin}/sign-in`)
  return url
}
