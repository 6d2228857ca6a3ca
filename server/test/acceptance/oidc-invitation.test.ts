import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { CLIENT_ID, CLIENT_SECRET, type OidcServer, startOidc } from '../support/oidc.ts'
import { ADMINISTRATOR, makeOrganization, signIn as signInAs } from '../support/people.ts'
import { printed, stopAll } from '../support/processes.ts'
import { Visitor } from '../support/visitor.ts'
import { until } from '../support/wire.ts'

// What a provider says of an address does not depend on the database.
describe('who comes through a provider where people are invited', { timeout: 60_000 }, () => {
  let installation: Installation
  let server: Server
  let provider: OidcServer
  beforeAll(async () => {
    provider = await startOidc()
    const entry = { id: 'good', name: 'Good', issuer: provider.issuer, clientId: CLIENT_ID }
    const oidc = [{ ...entry, clientSecret: CLIENT_SECRET, trustEmail: true }]
    const auth = { signUp: 'invitation', attemptsPerMinute: 100_000, oidc }
    installation = await install(testConfig('http://127.0.0.1:1/v1', { auth }))
    server = await installation.start(ADMINISTRATOR.environment)
  }, 60_000)
  afterAll(async () => {
    await stopAll()
    await Promise.all([provider?.stop(), installation?.remove()])
  })

  const invite = async (email: string) => {
    const owner = await signInAs(server.url, ADMINISTRATOR.email)
    const organizationId = await makeOrganization(owner)
    const invitation = { email, role: 'member', organizationId }
    const { id } = await owner.ask('POST', '/api/auth/organization/invite-member', invitation)
    const link = new RegExp(`/accept-invitation/(${id}\\.[\\w-]+)`)
    return until('the link of the invitation', () => printed(link))
  }
  /** Where the browser is sent in the end. */
  const come = async (
    email: string,
    verified: boolean,
    callbackURL: string,
    visitor = new Visitor(server.url),
  ) => {
    const begun = await visitor.post('/api/auth/sign-in/social', { provider: 'good', callbackURL })
    const { url } = (await begun.json()) as { url: string }
    const who = { sub: `${email} ${verified}`, email, email_verified: verified, name: 'Guest' }
    const { code } = provider.grant(url, who as never)
    const state = new URL(url).searchParams.get('state') ?? ''
    const query = new URLSearchParams({ code, state, iss: provider.issuer })
    return (await visitor.get(`/api/auth/callback/good?${query}`)).headers.get('location') ?? ''
  }

  it('An invited address lets in whom the provider vouches for, or who holds the link, and nobody who merely names it', async () => {
    const ticket = await invite('linked@example.com')
    await invite('vouched@example.com')
    expect(await come('vouched@example.com', false, '/')).toContain('error=')
    expect(await come('other@example.com', false, `/accept-invitation/${ticket}`)).toContain('error=')
    expect(await come('vouched@example.com', true, '/')).toBe('/')
    const guest = new Visitor(server.url)
    const page = `/accept-invitation/${ticket}`
    expect(await come('linked@example.com', false, page, guest)).toBe(page)
    const accepted = await guest.post('/api/auth/organization/accept-invitation', { invitationId: ticket })
    expect(accepted.status).toBe(200)
  })
})
