import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { CLIENT_ID, CLIENT_SECRET, type Mint, type OidcServer, startOidc } from '../support/oidc.ts'
import { stopAll } from '../support/processes.ts'
import { Visitor } from '../support/visitor.ts'

// A command is a process, whose start takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

type Bend = (mint: Mint) => void
const claims =
  (more: object): Bend =>
  (mint) => {
    Object.assign(mint.claims, more)
  }
const SECONDS = () => Math.floor(Date.now() / 1000)

/** A fault of a token, and what the server must have seen: that it refused for another reason would prove nothing. */
type Fault = readonly [name: string, reason: string, bend: Bend]

/** Faults of a token, whichever kind it is. */
const FAULTS: readonly Fault[] = [
  ['of another issuer', 'iss', claims({ iss: 'https://elsewhere.example' })],
  ['for another client', 'aud', claims({ aud: 'somebody-else' })],
  [
    'that nobody signed',
    'ERR_JOSE_ALG_NOT_ALLOWED',
    (mint) => Object.assign(mint, { key: 'none', header: { ...mint.header, alg: 'none' } }),
  ],
  [
    'signed with the public key as a secret (HS256)',
    'ERR_JOSE_ALG_NOT_ALLOWED',
    (mint) => Object.assign(mint, { key: 'public key as secret', header: { ...mint.header, alg: 'HS256' } }),
  ],
  [
    'signed with our own client secret (HS256)',
    'ERR_JOSE_ALG_NOT_ALLOWED',
    (mint) => Object.assign(mint, { key: 'client secret', header: { alg: 'HS256' } }),
  ],
  [
    'signed with a key that is not published',
    'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    (mint) => Object.assign(mint, { key: 'strange' }),
  ],
  [
    'of an unknown key id',
    'ERR_JWKS_NO_MATCHING_KEY',
    (mint) => Object.assign(mint.header, { kid: 'unknown' }),
  ],
  [
    'that has expired',
    'ERR_JWT_EXPIRED',
    (mint) => Object.assign(mint.claims, { iat: SECONDS() - 200, exp: SECONDS() - 100 }),
  ],
  [
    'of the future',
    'iat',
    (mint) => Object.assign(mint.claims, { iat: SECONDS() + 600, exp: SECONDS() + 900 }),
  ],
  [
    'of long ago',
    'ERR_JWT_EXPIRED',
    (mint) => Object.assign(mint.claims, { iat: SECONDS() - 3600, exp: SECONDS() + 3600 }),
  ],
  ['without a time', 'iat', claims({ iat: undefined })],
  ['with an empty subject', 'sub', claims({ sub: ' ' })],
]

describe.each(DATABASES)('a hostile OpenID Connect provider', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let installation: Installation
    let server: Server
    let provider: OidcServer
    let other: OidcServer
    let liar: OidcServer
    beforeAll(async () => {
      ;[provider, other, liar] = await Promise.all([startOidc(), startOidc(), startOidc()])
      liar.metadata.issuer = provider.issuer
      const entry = (id: string, issuer: string) => ({
        id,
        name: id,
        issuer,
        clientId: CLIENT_ID,
        clientSecret: CLIENT_SECRET,
        trustEmail: true,
      })
      const oidc = [
        entry('good', provider.issuer),
        entry('other', other.issuer),
        entry('liar', liar.issuer),
        entry('away', 'http://127.0.0.1:1'),
      ]
      const auth = { signUp: 'oidc', attemptsPerMinute: 100_000, oidc }
      installation = await install(testConfig('http://127.0.0.1:1/v1', { auth }), postgres)
      server = await installation.start()
    })
    afterAll(async () => {
      await stopAll()
      await Promise.all([provider?.stop(), other?.stop(), liar?.stop(), installation?.remove()])
    })

    let people = 0
    const person = () => {
      const sub = `person-${++people}`
      return { sub, sid: `session-of-${sub}`, email: `${sub}@example.com`, email_verified: true, name: sub }
    }

    async function begin(visitor: Visitor, id = 'good'): Promise<string> {
      const answer = await visitor.post('/api/auth/sign-in/social', { provider: id, callbackURL: '/' })
      expect(answer.status).toBe(200)
      return ((await answer.json()) as { url: string }).url
    }

    /** Where the callback sends the browser, from `begin` on. */
    async function signIn(
      visitor: Visitor,
      who: object,
      bend?: Bend,
      { op = provider, id = 'good', answer = {} } = {},
    ): Promise<string> {
      const url = await begin(visitor, id)
      const { code } = op.grant(url, who as never, bend, answer)
      return callback(visitor, { code, state: stateOf(url), iss: op.issuer }, id)
    }

    async function callback(visitor: Visitor, query: Record<string, string>, id = 'good'): Promise<string> {
      const answer = await visitor.get(`/api/auth/callback/${id}?${new URLSearchParams(query)}`)
      expect(answer.status).toBe(302)
      const location = answer.headers.get('location') ?? ''
      if (location !== '/') expect(location).toContain(`${server.url}/sign-in?error=`)
      return location
    }

    const stateOf = (url: string) => new URL(url).searchParams.get('state') ?? ''
    const userOf = async (visitor: Visitor) =>
      ((await (await visitor.get('/api/auth/get-session')).json()) as { user?: { id: string } } | null)?.user
    const logOut = (token: string) =>
      fetch(`${server.url}/api/auth/backchannel-logout/good`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      })

    it('A good provider signs a person in, always as the same one', async () => {
      const ada = person()
      const [first, second] = [new Visitor(server.url), new Visitor(server.url)]
      expect(await signIn(first, ada)).toBe('/')
      expect(await signIn(second, { ...ada, email: 'moved@example.com' })).toBe('/')
      expect(await userOf(first)).toMatchObject({ email: ada.email })
      expect((await userOf(second))?.id).toBe((await userOf(first))?.id)
    })

    // What a token says does not depend on the database: one of them is enough.
    const idFaults: readonly Fault[] = [
      ...FAULTS,
      ['with the nonce of another sign-in', 'nonce', claims({ nonce: 'another' })],
      ['without a nonce', 'nonce', claims({ nonce: undefined })],
      ['without a subject', 'sub', claims({ sub: undefined })],
      ['for two clients, naming neither as the party', 'azp', claims({ aud: [CLIENT_ID, 'other'] })],
      ['given to another party', 'azp', claims({ azp: 'other' })],
    ]
    it.each(postgres ? [] : idFaults)('An ID token %s signs nobody in', async (_, reason, bend) => {
      const visitor = new Visitor(server.url)
      const before = server.output().length
      expect(await signIn(visitor, person(), bend)).toMatch(/error=unable_to_get_user_info/)
      const logged = () => server.output().slice(before)
      await expect.poll(logged, { timeout: 10_000 }).toContain(`"reason":"${reason}"`)
      expect(await userOf(visitor)).toBeUndefined()
    })

    it('An answer without an ID token signs nobody in, whatever its userinfo says', async () => {
      const visitor = new Visitor(server.url)
      const answer = { id_token: undefined }
      expect(await signIn(visitor, person(), undefined, { answer })).toMatch(/error=/)
      expect(await userOf(visitor)).toBeUndefined()
    })

    it('A code comes back to the browser that asked for it, once, with its state and from its issuer', async () => {
      const [visitor, stranger] = [new Visitor(server.url), new Visitor(server.url)]
      const url = await begin(visitor)
      await begin(stranger)
      const state = stateOf(url)
      const grant = () => provider.grant(url, person()).code
      expect(await callback(stranger, { code: grant(), state })).toMatch(/error=state_mismatch/)
      expect(await callback(visitor, { code: grant(), state: 'invented' })).toMatch(/error=state_mismatch/)
      expect(await callback(visitor, { code: grant(), state, iss: other.issuer })).toMatch(
        /error=issuer_mismatch/,
      )
      const again = await begin(visitor)
      const { code } = provider.grant(again, person())
      expect(await callback(visitor, { code, state: stateOf(again) })).toBe('/')
      expect(await callback(visitor, { code, state: stateOf(again) })).toMatch(/error=state_mismatch/)
      const third = new Visitor(server.url)
      expect(await callback(third, { code, state: stateOf(await begin(third)) })).toMatch(
        /error=invalid_code/,
      )
      for (const one of [stranger, third]) expect(await userOf(one)).toBeUndefined()
    })

    it('A token that comes through the browser signs nobody in', async () => {
      const visitor = new Visitor(server.url)
      const url = await begin(visitor)
      const nonce = new URL(url).searchParams.get('nonce') ?? ''
      const token = await provider.idToken(person(), nonce)
      const query = { id_token: token, access_token: token, state: stateOf(url), iss: provider.issuer }
      expect(await callback(visitor, query)).toMatch(/error=no_code/)
      const direct = { provider: 'good', idToken: { token, nonce } }
      expect((await visitor.post('/api/auth/sign-in/social', direct)).status).toBe(404)
      const form = await fetch(`${server.url}/api/auth/callback/good`, {
        method: 'POST',
        body: new URLSearchParams(query),
        redirect: 'manual',
      })
      expect(form.status).toBe(405)
      expect(await userOf(visitor)).toBeUndefined()
    })

    it('The same subject at another issuer is another person', async () => {
      const ada = person()
      const [here, there] = [new Visitor(server.url), new Visitor(server.url)]
      await signIn(here, ada)
      const at = { op: other, id: 'other' }
      expect(await signIn(there, { ...ada, email: 'there@example.com' }, undefined, at)).toBe('/')
      expect((await userOf(there))?.id).not.toBe((await userOf(here))?.id)
    })

    it('The address of somebody who is there links nothing, although the provider vouches for it', async () => {
      const local = `local-${name}@example.com`.toLowerCase()
      await installation.admin('admin', 'users', 'create', '--email', local, '--name', 'Local')
      const known = person()
      await signIn(new Visitor(server.url), known)
      for (const email of [local, known.email]) {
        const visitor = new Visitor(server.url)
        expect(await signIn(visitor, { ...person(), email })).toMatch(/error=account_not_linked/)
        expect(await userOf(visitor)).toBeUndefined()
      }
    })

    it('An address that is another one in small letters is nobody’s proof of that other one', async () => {
      const visitor = new Visitor(server.url)
      const who = person()
      expect(await signIn(visitor, { ...who, email: `\u212Aelvin-${who.email}` })).toBe('/')
      expect(await userOf(visitor)).toMatchObject({ email: `kelvin-${who.email}`, emailVerified: false })
    })

    it('No mailbox gets a link into the account that somebody at a provider made with its address', async () => {
      const early = { ...person(), email_verified: false }
      expect(await signIn(new Visitor(server.url), early)).toBe('/')
      const before = server.output().length
      const owner = new Visitor(server.url)
      await owner.post('/api/auth/request-password-reset', { email: early.email })
      const logged = () => server.output().slice(before)
      await expect.poll(logged, { timeout: 10_000 }).toContain(`"to":"${early.email}"`)
      expect(logged()).not.toContain('reset-password?token')
    })

    it('A suspended person does not come in, although the provider says who it is', async () => {
      const ada = person()
      await signIn(new Visitor(server.url), ada)
      await installation.admin('admin', 'users', 'suspend', ada.email)
      const visitor = new Visitor(server.url)
      expect(await signIn(visitor, ada)).toMatch(/error=/)
      expect(await userOf(visitor)).toBeUndefined()
    })

    it('A provider that names another issuer, or is away, is refused and keeps nobody else out', async () => {
      for (const id of ['liar', 'away']) {
        const answer = await new Visitor(server.url).post('/api/auth/sign-in/social', { provider: id })
        expect([id, answer.status]).toEqual([id, 503])
      }
      expect(await signIn(new Visitor(server.url), person())).toBe('/')
    })

    it('Signing out leaves the provider by the token of this session, and of no other', async () => {
      const ada = person()
      const [one, two] = [new Visitor(server.url), new Visitor(server.url)]
      await signIn(one, ada)
      await signIn(two, { ...ada, sid: 'second' })
      const leave = async (visitor: Visitor) => {
        const { url } = (await (await visitor.post('/api/auth/sign-out', {})).json()) as { url: string }
        return new URL(url).searchParams
      }
      // The library keeps the newest token of a person alone.
      expect((await leave(one)).has('id_token_hint')).toBe(false)
      expect(await userOf(two)).toBeDefined()
      const query = await leave(two)
      expect(query.get('post_logout_redirect_uri')).toBe(`${server.url}/sign-in`)
      const claims = Buffer.from(query.get('id_token_hint')?.split('.')[1] ?? '', 'base64url')
      expect(JSON.parse(claims.toString())).toMatchObject({ sub: ada.sub, sid: 'second' })
    })

    it('A logout token ends the session it names, and no other of that person', async () => {
      const ada = person()
      const [one, two] = [new Visitor(server.url), new Visitor(server.url)]
      await signIn(one, ada)
      await signIn(two, { ...ada, sid: 'second' })
      const answer = await logOut(await provider.logoutToken({ sub: ada.sub, sid: ada.sid }))
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
      expect((await one.get('/api/dashboard/me')).status).toBe(401)
      expect((await two.get('/api/dashboard/me')).status).toBe(200)
      expect((await logOut(await provider.logoutToken({ sub: ada.sub }))).status).toBe(200)
      expect((await two.get('/api/dashboard/me')).status).toBe(401)
    })

    const logoutFaults: readonly Fault[] = [
      ...FAULTS,
      ['of another type', 'typ', (mint) => Object.assign(mint.header, { typ: 'JWT' })],
      ['without its event', 'events', claims({ events: {} })],
      ['with a nonce, as an ID token has', 'nonce', claims({ nonce: 'n' })],
      ['without an id of its own', 'jti', claims({ jti: undefined })],
      ['that names nobody', 'sub', claims({ sub: undefined, sid: undefined })],
      ['without an end', 'exp', claims({ exp: undefined })],
    ]
    it.each(postgres ? [] : logoutFaults)('A logout token %s ends no session', async (_, reason, bend) => {
      const ada = person()
      const visitor = new Visitor(server.url)
      await signIn(visitor, ada)
      const answer = await logOut(await provider.logoutToken({ sub: ada.sub, sid: ada.sid }, bend))
      const description = `The logout token was refused: ${reason}`
      expect(await answer.json()).toEqual({ error: 'invalid_request', error_description: description })
      expect(answer.status).toBe(400)
      expect((await visitor.get('/api/dashboard/me')).status).toBe(200)
    })

    it('A logout token counts once, for its provider, as a form', async () => {
      const ada = person()
      const visitor = new Visitor(server.url)
      const token = await provider.logoutToken({ sub: ada.sub })
      expect((await logOut(token)).status).toBe(200)
      await signIn(visitor, ada)
      expect((await logOut(token)).status).toBe(400)
      expect((await logOut(await other.logoutToken({ sub: ada.sub }))).status).toBe(400)
      expect((await logOut(await provider.idToken(ada, 'n'))).status).toBe(400)
      const url = `${server.url}/api/auth/backchannel-logout/good`
      const json = { 'content-type': 'application/json' }
      const asJson = await fetch(url, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ logout_token: token }),
      })
      expect(asJson.status).toBe(415)
      expect((await fetch(url)).status).toBe(405)
      expect((await fetch(url, { method: 'POST', body: new URLSearchParams() })).status).toBe(400)
      expect((await visitor.get('/api/dashboard/me')).status).toBe(200)
    })
  })
})
