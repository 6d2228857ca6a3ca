import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export const CLIENT_ID = 'claviger'
export const CLIENT_SECRET = 'a-client-secret-for-tests-0123456789'
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

type Claims = JWTPayload & Record<string, unknown>

/** What a token is made of; a test bends it. */
export interface Mint {
  claims: Claims
  header: { alg: string; kid?: string; typ?: string }
  /** Signed by which key: the provider's own, one it does not publish, or an octet secret. */
  key: 'own' | 'strange' | 'public key as secret' | 'client secret' | 'none'
}

export interface Grant {
  readonly code: string
  readonly nonce: string
}

/** A provider whose every token a test can bend. */
export interface OidcServer {
  readonly issuer: string
  /** What discovery says, to be changed by a test. */
  readonly metadata: Record<string, unknown>
  /** Lets a person sign in there: a code for the authorization request at `url`. */
  grant(url: string, person: Claims, bend?: (mint: Mint) => void, answer?: object): Grant
  idToken(person: Claims, nonce: string | undefined, bend?: (mint: Mint) => void): Promise<string>
  logoutToken(claims: Claims, bend?: (mint: Mint) => void): Promise<string>
  stop(): Promise<void>
}

interface Granted {
  readonly challenge: string | null
  readonly redirectUri: string | null
  readonly idToken: () => Promise<string>
  readonly answer: object
}

/** Checks of a code what a provider has to (PKCE, redirect URI, secret, once), and signs what the test wants. */
export async function startOidc(): Promise<OidcServer> {
  const own = await generateKeyPair('RS256', { extractable: true })
  const strange = await generateKeyPair('RS256')
  const kid = randomUUID()
  const published = { ...(await exportJWK(own.publicKey)), kid, use: 'sig', alg: 'RS256' }
  const codes = new Map<string, Granted>()
  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const metadata: Record<string, unknown> = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/logout`,
    id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const send = (body: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const { pathname } = new URL(request.url ?? '', issuer)
    if (pathname === '/.well-known/openid-configuration') return void send(metadata)
    if (pathname === '/keys') return void send({ keys: [published] })
    if (pathname === '/userinfo') return void send({ sub: 'from-userinfo', email: 'from@userinfo.example' })
    if (pathname !== '/token') return void send({}, 404)
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString())
    const granted = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const secret = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')
    const good =
      request.headers.authorization === `Basic ${secret}` &&
      granted?.challenge === verifier &&
      granted.redirectUri === form.get('redirect_uri')
    if (!good) return void send({ error: 'invalid_grant' }, 400)
    const base = { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300 }
    send({ ...base, id_token: await granted.idToken(), ...granted.answer })
  }

  const sign = async ({ claims, header, key }: Mint): Promise<string> => {
    if (key === 'none') return `${encoded(header)}.${encoded(claims)}.`
    const secret = key === 'client secret' ? CLIENT_SECRET : await exportSPKI(own.publicKey)
    const pair = { own, strange }[key as 'own' | 'strange']
    return new SignJWT(claims).setProtectedHeader(header).sign(pair?.privateKey ?? Buffer.from(secret))
  }
  const minted = async (typ: string, claims: Claims, bend?: (mint: Mint) => void): Promise<string> => {
    const now = Math.floor(Date.now() / 1000)
    const standard = { iss: issuer, aud: CLIENT_ID, iat: now, exp: now + 120 }
    const mint: Mint = { claims: { ...standard, ...claims }, header: { alg: 'RS256', kid, typ }, key: 'own' }
    bend?.(mint)
    return sign(mint)
  }
  const idToken: OidcServer['idToken'] = (person, nonce, bend) => minted('JWT', { ...person, nonce }, bend)
  return {
    issuer,
    metadata,
    idToken,
    grant: (url, person, bend, more = {}) => {
      const { searchParams } = new URL(url)
      const nonce = searchParams.get('nonce') ?? ''
      const code = randomUUID()
      codes.set(code, {
        challenge:
          searchParams.get('code_challenge_method') === 'S256' ? searchParams.get('code_challenge') : '',
        redirectUri: searchParams.get('redirect_uri'),
        idToken: () => idToken(person, nonce, bend),
        answer: more,
      })
      return { code, nonce }
    },
    logoutToken: (claims, bend) =>
      minted('logout+jwt', { jti: randomUUID(), events: { [LOGOUT_EVENT]: {} }, ...claims }, bend),
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
