import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { KEYCLOAK_STARTS_MS, type Keycloak, startKeycloak } from '../support/keycloak.ts'
import { stopAll } from '../support/processes.ts'
import { Visitor } from '../support/visitor.ts'

const PASSWORD = 'correct horse battery staple'
// What a page goes on to load is not looked at here.
const COMMITTED = { waitUntil: 'commit' } as const
const SLOW_MS = 120_000
const { KEYCLOAK, CHROMIUM } = process.env

interface Me {
  readonly user: { readonly id: string; readonly email: string }
  readonly organizations: readonly { readonly id: string; readonly role: string }[]
}

describe.skipIf(!KEYCLOAK || !CHROMIUM)('Signing in with Keycloak in Chromium', { timeout: SLOW_MS }, () => {
  let keycloak: Keycloak
  let browser: Browser
  beforeAll(async () => {
    const headless = { executablePath: CHROMIUM as string, args: ['--no-sandbox'] }
    ;[keycloak, browser] = await Promise.all([startKeycloak(), chromium.launch(headless)])
    for (const name of ['ada', 'grace']) await keycloak.setPassword(name, PASSWORD)
  }, KEYCLOAK_STARTS_MS)
  afterAll(async () => {
    await browser?.close()
    await keycloak?.stop()
    await stopAll()
  }, SLOW_MS)

  describe.each(DATABASES)('on a database', ({ name, postgres, absent }) => {
    describe.skipIf(absent)(`on ${name}`, () => {
      let installation: Installation
      let server: Server
      let organizationId: string
      let context: BrowserContext
      let page: Page

      const config = (organizations: object[], plans: object[]) => {
        const client = { clientId: 'claviger', clientSecret: keycloak.clientSecret }
        const entry = { id: 'keycloak', name: 'Keycloak', issuer: keycloak.issuer, ...client }
        const oidc = [{ ...entry, trustEmail: true, organizations, plans }]
        return testConfig('http://127.0.0.1:1/v1', {
          auth: { signUp: 'open', attemptsPerMinute: 10_000, oidc },
        })
      }

      beforeAll(async () => {
        installation = await install(config([], []), postgres)
        const first = await installation.start()
        organizationId = await makeOrganization(first)
        await first.stop()
        const inGroup = (value: string, role: string) => ({
          claim: 'groups',
          value,
          organization: organizationId,
          role,
        })
        const rows = [inGroup('/research', 'member'), inGroup('/research/leads', 'admin')]
        const plans = ['individual-max', 'individual-pro'].map((plan) => ({
          claim: 'realm_access.roles',
          value: `claviger-plan-${plan}`,
          plan,
        }))
        writeFileSync(join(installation.dir, 'claviger.yaml'), stringify({ port: 0, ...config(rows, plans) }))
        server = await installation.start()
        await keycloak.expectAt(server.url)
        await keycloak.moveTo('ada', '/research/leads')
      }, SLOW_MS)
      afterAll(async () => {
        await context?.close()
        await server?.stop()
        await installation?.remove()
      }, SLOW_MS)
      beforeEach(async () => {
        await context?.close()
        context = await browser.newContext()
        context.setDefaultTimeout(SLOW_MS)
        page = await context.newPage()
      })

      async function makeOrganization({ url }: Server): Promise<string> {
        const owner = new Visitor(url)
        const person = { email: 'owner@example.com', name: 'Owner', password: PASSWORD }
        expect((await owner.post('/api/auth/sign-up/email', person)).status).toBe(200)
        const made = await owner.post('/api/auth/organization/create', { name: 'Research', slug: 'research' })
        return ((await made.json()) as { id: string }).id
      }

      const post = (path: string, data: object) =>
        context.request.post(`${server.url}${path}`, { data, headers: { origin: server.url } })
      const status = async () => (await context.request.get(`${server.url}/api/dashboard/me`)).status()
      const me = async () => {
        const answer = await context.request.get(`${server.url}/api/dashboard/me`)
        expect(answer.status()).toBe(200)
        return ((await answer.json()) as { data: Me }).data
      }
      const planOf = async (email: string) => {
        const users = await installation.admin<{ email: string; plan: string | null }[]>(
          'admin',
          'users',
          'list',
        )
        return users.find((user) => user.email === email)?.plan
      }

      /** As far as Keycloak's form, or back when it knows the browser. */
      async function begin(): Promise<void> {
        const start = await post('/api/auth/sign-in/social', {
          provider: 'keycloak',
          callbackURL: '/api/dashboard/me',
        })
        await page.goto(((await start.json()) as { url: string }).url, COMMITTED)
      }

      async function signIn(username: string): Promise<void> {
        await begin()
        await page.fill('#username', username)
        await page.fill('#password', PASSWORD)
        await page.click('#kc-login')
        await page.waitForURL((url) => url.origin === server.url, COMMITTED)
      }

      it('A person signs in, and out of Keycloak too', async () => {
        await signIn('grace')
        expect(await me()).toMatchObject({ user: { email: 'grace@example.com' } })
        const out = (await (await post('/api/auth/sign-out', {})).json()) as { url: string }
        expect(await status()).toBe(401)
        await page.goto(out.url, COMMITTED)
        // Without being asked once more: the hint was good.
        await page.waitForURL(`${server.url}/sign-in`, COMMITTED)
        await begin()
        await page.locator('#password').waitFor()
      })

      it('Groups and roles give a role and a plan, and take them at the next sign-in', async () => {
        await signIn('ada')
        expect((await me()).organizations).toContainEqual(
          expect.objectContaining({ id: organizationId, role: 'admin' }),
        )
        expect(await planOf('ada@example.com')).toBe('individual-max')
        await keycloak.moveTo('ada', '/research')
        await begin()
        await page.waitForURL((url) => url.origin === server.url, COMMITTED)
        expect((await me()).organizations).toContainEqual(
          expect.objectContaining({ id: organizationId, role: 'member' }),
        )
        expect(await planOf('ada@example.com')).toBe('individual-pro')
      })

      it('Roles count, too, when they stand in the access token only, as they do by default', async () => {
        await keycloak.moveTo('ada', '/research/leads')
        await keycloak.writeIntoIdToken('realm roles', false)
        await signIn('ada')
        await keycloak.writeIntoIdToken('realm roles', true)
        expect(await planOf('ada@example.com')).toBe('individual-max')
      })

      it('Whoever is signed out in Keycloak is signed out here', async () => {
        await signIn('ada')
        expect(await status()).toBe(200)
        await keycloak.signOut('ada')
        await expect.poll(status, { timeout: 15_000 }).toBe(401)
      })

      it('Whoever is disabled in Keycloak does not come in', async () => {
        await keycloak.setEnabled('grace', false)
        await begin()
        await page.fill('#username', 'grace')
        await page.fill('#password', PASSWORD)
        await page.click('#kc-login')
        await page.getByText(/disabled/i).waitFor()
        expect(await status()).toBe(401)
        await keycloak.setEnabled('grace', true)
      })
    })
  })
})
