import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TABLE } from '../support/authentication.ts'
import { clipboardText, openBrowser } from '../support/browser.ts'
import { DATABASES, type Server } from '../support/claviger.ts'
import { apiDocument, type ConformanceStage, type Issued, openConformance } from '../support/conformance.ts'
import { checkCoverage } from '../support/coverage-list.ts'
import { inventKey, keysIn, spoiltKeys } from '../support/key-text.ts'
import { join, makeOrganization, PASSWORD, type Person, signIn } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { RawConnection } from '../support/raw-http.ts'
import { type Caller, caller, type Json, untilAwake, untilHeard } from '../support/wire.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** EU GPT's page on authentication: the tests are named by its statements, the groups by its headings. */

const QUESTION = { input: 'Say hello', stream: false }

checkCoverage('eugpt', '821a69df0ab5dd30d906b176d9e6cb7fbb0c5b3b943803915f7d369e7ea31ee1')

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`EU GPT on ${name}`, () => {
    let stage: ConformanceStage
    let server: Server
    /** The same deployment's other environment. */
    let staging: Server
    let person: Person
    let key: Issued

    beforeAll(async () => {
      stage = await openConformance('eugpt', postgres)
      server = stage.server
      staging = await stage.example.start({ CLAVIGER_ENVIRONMENT: 'staging' })
      person = await stage.addPerson('ada')
      key = await stage.issue(person)
    })
    afterAll(async () => {
      await browser?.close()
      await staging?.stop()
      await stage?.close()
    })

    const ask = (by: Caller, body: Json = {}, headers: Record<string, string> = {}) =>
      by.post('/v1/responses', { ...QUESTION, ...body }, headers)
    const statusOf = async (by: Caller) => (await by.get('/v1/models')).status
    const listed = async (by = person): Promise<Json[]> => (await by.ask('GET', '/api/dashboard/keys')).data

    const routesOfV1 = async (): Promise<{ method: string; path: string }[]> => {
      const { paths } = await apiDocument(server.url)
      return Object.entries(paths).flatMap(([path, operations]) =>
        path.startsWith('/v1/')
          ? Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path }))
          : [],
      )
    }

    const expect401 = async (path: string, init: RequestInit, code: string): Promise<void> => {
      const answer = await fetch(server.url + path, init)
      const { status, message } = TABLE.errors[code] as { status: number; message: string }
      const error = { message, type: 'authentication_error', code, param: null }
      expect([answer.status, await answer.json()], path).toEqual([status, { error, detail: message }])
      const challenge = answer.headers.get('www-authenticate')
      expect(challenge).toMatch(/^Bearer realm="EU GPT"(, error="invalid_token")?$/)
    }
    const withHeaders = (headers: Record<string, string>, code: string) =>
      expect401('/v1/models', { headers }, code)

    let browser: Browser | undefined
    let page: Page | undefined
    /** The web app as Ada sees it. */
    const webApp = async (): Promise<Page> => {
      if (page) return page
      browser = await openBrowser()
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
      await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url })
      page = await context.newPage()
      await page.goto(`${server.url}/`)
      await page.getByLabel('E-mail').fill(person.email)
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      return page
    }
    const openApiKeys = async (): Promise<Page> => {
      const web = await webApp()
      await web.getByRole('link', { name: 'API Keys' }).click()
      await web.getByRole('heading', { name: 'API Keys' }).first().waitFor()
      return web
    }
    const inChromium = it.skipIf(!process.env.CHROMIUM)
    const KEY_NAME = 'Payments, blue cluster'
    let copied: string

    describe('Authentication', () => {
      it('Issuing, using, rotating, and revoking API keys.', async () => {
        const first = await stage.issue(person, { name: 'First' })
        expect((await ask(first)).status).toBe(200)
        const second = await stage.issue(person, { name: 'Second' })
        expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200])
        await stage.revoke(person, first)
        expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200])
      })

      it('Every request to /v1 must include an API key.', async () => {
        const routes = await routesOfV1()
        expect(routes).toContainEqual({ method: 'POST', path: '/v1/responses' })
        for (const { method, path } of routes) await expect401(path, { method }, 'missing_authorization')
      })

      it('Authentication uses the standard Authorization: Bearer … header.', async () => {
        const answer = await ask(key)
        expect([answer.status, await answer.json()]).toMatchObject([
          200,
          { object: 'response', status: 'completed', model: 'gpt-oss-120b' },
        ])
        for (const header of ['x-api-key', 'api-key', 'cookie'])
          await withHeaders({ [header]: key.key }, 'missing_authorization')
        await withHeaders({ authorization: `Token ${key.key}` }, 'malformed_authorization')
        const inUrl = await fetch(`${server.url}/v1/models?api_key=${key.key}`)
        expect(inUrl.status).toBe(400)
      })
    })

    describe('The header', () => {
      const send = async (lines: string[], body: string) => {
        const connection = new RawConnection(server.url)
        const length = `Content-Length: ${Buffer.byteLength(body)}`
        const answer = await connection.request([...lines, length, '', body].join('\r\n'))
        connection.close()
        return answer
      }
      const lines = (text: string, type = 'application/json') => [
        'POST /v1/responses HTTP/1.1',
        'Host: chat.eugpt.ai',
        `Authorization: Bearer ${text}`,
        `Content-Type: ${type}`,
      ]
      const BODY = JSON.stringify(QUESTION)

      it('POST /v1/responses HTTP/1.1', async () => {
        const { status, headers, body } = await send(lines(key.key), BODY)
        expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('application/json')])
        expect(JSON.parse(body)).toMatchObject({ object: 'response', status: 'completed' })
      })

      it('Host: chat.eugpt.ai', async () => {
        for (const host of ['chat.eugpt.ai', 'localhost', new URL(server.url).host]) {
          const request = lines(key.key).with(1, `Host: ${host}`)
          expect([host, (await send(request, BODY)).status]).toEqual([host, 200])
        }
      })

      it('Authorization: Bearer eugpt_AbCdEf01234567890_redacted', async () => {
        const { status, body } = await send(lines('eugpt_AbCdEf01234567890_redacted'), BODY)
        expect([status, JSON.parse(body)]).toMatchObject([401, { error: { code: 'invalid_api_key' } }])
        for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
          const request = lines(key.key).with(2, `authorization: ${scheme} ${key.key}`)
          expect([scheme, (await send(request, BODY)).status]).toEqual([scheme, 200])
        }
      })

      it('Content-Type: application/json', async () => {
        expect((await send(lines(key.key, 'application/json; charset=utf-8'), BODY)).status).toBe(200)
        expect((await send(lines(key.key, 'text/plain'), BODY)).status).toBe(415)
        expect((await send(lines(key.key), '{"input":')).status).toBe(400)
      })

      it('API keys are always prefixed with eugpt_.', async () => {
        expect(key.key).toMatch(/^eugpt_[0-9A-Za-z]{36}$/)
        const admin = ['admin', 'keys', 'create', '--user', person.email]
        const made = await stage.example.admin<{ key: string }>(...admin)
        expect(made.key).toMatch(/^eugpt_/)
        // A key of another prefix is none here, however well it is made.
        await withHeaders({ authorization: `Bearer ${inventKey('cvg')}` }, 'invalid_api_key')
        await withHeaders({ authorization: `Bearer ${inventKey('eugpt')}` }, 'invalid_api_key')
      })

      it('The prefix is the easiest way to spot a leaked key in logs and scanners.', () => {
        const leaked = `GET /v1/x?k=${key.key} "authorization":"Bearer ${key.key}" KEY=${key.key}\\n`
        expect(keysIn(leaked)).toEqual([key.key, key.key, key.key])
        const { badRandom, short } = spoiltKeys(key.key)
        expect(keysIn(`${badRandom} ${short}`)).toEqual([])
      })
    })

    describe('Issuing keys', () => {
      it('Keys are managed in the EU GPT web app:', async () => {
        for (const path of ['/api/dashboard/keys', '/api/v1/keys']) {
          expect((await fetch(server.url + path)).status, path).toBe(401)
          for (const answer of [await key.get(path), await key.post(path, { name: 'By key' })])
            expect([401, 403, 404, 405], path).toContain(answer.status)
        }
        for (const path of ['/api/v1/key', '/v1/keys', '/api/keys']) {
          expect((await key.get(path)).status, path).toBe(404)
          expect((await key.post(path, { name: 'By key' })).status, path).toBe(404)
        }
        expect((await listed()).map(({ name }) => name)).not.toContain('By key')
        for (const permission of ['keys:read', 'keys:write']) {
          const granted = { name: 'Managing', permissions: ['inference', permission] }
          expect((await person.send('POST', '/api/v1/keys', granted)).status).toBe(403)
        }
      })

      it('Sign in at the URL of the environment you want to call (production: chat.eugpt.ai).', async () => {
        const there = await signIn(staging.url, person.email)
        const issued = await there.ask('POST', '/api/v1/keys', { name: 'Made there' })
        expect(await statusOf(caller(staging.url, issued.key))).toBe(200)
        expect(await statusOf(caller(server.url, issued.key))).toBe(401)
        const config = await (await fetch(`${server.url}/api/dashboard/open/config`)).json()
        expect(config).toMatchObject({ data: { brand: 'EU GPT' } })
      })

      inChromium('Open Settings → API Keys.', async () => {
        const web = await openApiKeys()
        await web.getByText('Settings', { exact: true }).waitFor()
        expect(new URL(web.url()).pathname).toBe('/keys')
      })

      inChromium('Click Create key.', async () => {
        const web = await openApiKeys()
        await web.getByRole('button', { name: 'Create key' }).first().click()
        await web.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(KEY_NAME)
        await web.getByRole('dialog').getByRole('button', { name: 'Create key' }).click()
        await web.getByRole('dialog').getByTestId('secret').waitFor()
      })

      it('Give it a descriptive name — the key list is what you will see when something breaks at 2 a.m.', async () => {
        const { hash } = await stage.issue(person, { name: 'Nightly import, red cluster' })
        const { data } = await person.ask('GET', '/api/dashboard/keys?search=red%20cluster')
        expect(data).toMatchObject([{ hash, name: 'Nightly import, red cluster' }])
        for (const body of [{}, { name: '' }, { name: '   ' }])
          expect((await person.send('POST', '/api/v1/keys', body)).status).toBe(400)
      })

      inChromium('Copy the value.', async () => {
        const web = await webApp()
        const dialog = web.getByRole('dialog')
        const shown = (await dialog.getByTestId('secret').textContent()) ?? ''
        await dialog.getByRole('button', { name: 'Copy key' }).click()
        copied = await clipboardText(web)
        expect(copied).toBe(shown)
        expect((await ask(caller(server.url, copied))).status).toBe(200)
      })

      it('It is shown once.', async () => {
        const { key: text, hash } = await stage.issue(person, { name: 'Copied' })
        const manager = stage.operator
        for (const by of [person, manager]) {
          const own = by === person
          for (const path of [`/api/dashboard/keys/${hash}`, `/api/v1/keys/${hash}`]) {
            const answer = await by.send('GET', path)
            expect([path, answer.status]).toEqual([path, own ? 200 : 404])
            expect(await answer.text()).not.toContain(text.slice(6, 14))
          }
        }
        for (const path of ['/api/dashboard/keys', '/api/v1/keys', '/api/dashboard/audit']) {
          const shown = await (await person.send('GET', path)).text()
          expect(shown).toContain(hash)
          for (const part of [text, text.slice(6, 14), text.slice(-8)]) expect(shown).not.toContain(part)
        }
      })

      inChromium(
        'After you close the dialog the full key is gone — only the prefix remains visible.',
        async () => {
          const web = await webApp()
          await web.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
          const row = web.getByRole('row').filter({ hasText: KEY_NAME })
          await row.getByText('eugpt_…').waitFor()
          const content = await web.content()
          for (const part of [copied, copied.slice(6, 14), copied.slice(-8)])
            expect(content).not.toContain(part)
          for (const { label } of await listed()) expect(label).toBe('eugpt_…')
        },
      )

      it('The user that issued it.', async () => {
        const bob = await stage.addPerson('bob')
        const { hash } = await stage.issue(bob)
        expect((await bob.ask('GET', `/api/v1/keys/${hash}`)).data).toMatchObject({ creator_user_id: bob.id })
        expect((await person.send('GET', `/api/v1/keys/${hash}`)).status).toBe(404)
        const forged = { name: 'For another', creator_user_id: person.id }
        expect((await bob.send('POST', '/api/v1/keys', forged)).status).toBe(400)
      })

      it('The key inherits that user’s organisation membership, projects, and license plan.', async () => {
        const eve = await stage.addPerson('eve', 'individual-pro')
        const organizationId = await makeOrganization(person)
        await join(organizationId, person, eve, 'member')
        const issued = await eve.ask('POST', '/api/v1/keys', { name: 'Of a member' }, organizationId)
        const member = caller(server.url, issued.key)
        const project = await person.ask('POST', '/api/dashboard/projects', { name: 'P' }, organizationId)
        const body = { project_id: project.data.id }
        const membership = `/api/dashboard/projects/${project.data.id}/members/${eve.id}`
        expect((await ask(member, body)).status).toBe(403)
        await person.ask('PUT', membership, undefined, organizationId)
        expect((await ask(member, body)).status).toBe(200)
        await person.ask('DELETE', membership, undefined, organizationId)
        expect((await ask(member, body)).status).toBe(403)

        // The plan is the organisation's in an organisation, and hers in her own.
        const advanced = { web_search_options: { search_context_size: 'high' } }
        expect((await ask(await stage.issue(eve), advanced)).status).toBe(403)

        const suspend = (suspended: boolean) =>
          stage.operator.ask('PATCH', `/api/dashboard/admin/users/${eve.id}`, { suspended })
        await suspend(true)
        expect(await (await member.get('/v1/models')).text()).toContain('User account is suspended')
        await suspend(false)
        expect(await statusOf(member)).toBe(200)
        const removal = { memberIdOrEmail: eve.email, organizationId }
        await person.ask('POST', '/api/auth/organization/remove-member', removal)
        expect(await (await member.get('/v1/models')).text()).toContain('owner_removed')
      })

      it('The environment that issued it.', async () => {
        const { environment } = (await person.ask('GET', `/api/v1/keys/${key.hash}`)).data
        expect(environment).toBe('production')
        const moved = { environment: 'staging' }
        expect((await person.send('PATCH', `/api/v1/keys/${key.hash}`, moved)).status).toBe(400)
      })

      it('A staging key cannot call production; production keys cannot call staging or demo.', async () => {
        const there = await (await signIn(staging.url, person.email)).ask('POST', '/api/v1/keys', {
          name: 'Staging',
        })
        const demo = await stage.example.start({ CLAVIGER_ENVIRONMENT: 'demo' })
        await untilAwake(demo.url, 'eugpt')
        for (const [url, text, status] of [
          [staging.url, there.key, 200],
          [demo.url, there.key, 401],
          [server.url, there.key, 401],
          [staging.url, key.key, 401],
          [demo.url, key.key, 401],
          [server.url, key.key, 200],
        ] as const) {
          const answer = await ask(caller(url, text))
          expect(answer.status).toBe(status)
          if (status === 401)
            expect(await answer.json()).toMatchObject({
              detail: 'API key was issued by another environment',
              error: { code: 'wrong_environment' },
            })
        }
        await demo.stop()
      })
    })

    describe('Rotating keys', () => {
      let old: Issued
      let fresh: Issued

      it('There is no built-in expiry.', async () => {
        const keys = await listed()
        expect(keys.length).toBeGreaterThan(1)
        for (const { hash } of keys) {
          const { expires_at } = (await person.ask('GET', `/api/v1/keys/${hash}`)).data
          expect(expires_at).toBeNull()
        }
      })

      it('Issuing a new key in the web app.', async () => {
        old = await stage.issue(person, { name: 'Importer' })
        fresh = await stage.issue(person, { name: 'Importer' })
        expect(fresh.key).not.toBe(old.key)
        expect(fresh.hash).not.toBe(old.hash)
      })

      it('Deploying the new key into your application.', async () => {
        for (const each of [old, fresh, old, fresh]) expect((await ask(each)).status).toBe(200)
      })

      it('Revoking the old key once you have confirmed the new one is working.', async () => {
        // The list says so: the new key was used.
        const { last_used } = (await person.ask('GET', `/api/v1/keys/${fresh.hash}`)).data
        expect(Date.parse(last_used)).toBeGreaterThan(Date.now() - 60_000)
        await stage.revoke(person, old)
        expect([await statusOf(old), (await ask(fresh)).status]).toEqual([401, 200])
      })

      it('Plan rotations on a cadence that matches your security posture — quarterly is a reasonable default for most teams.', async () => {
        // Whoever plans must see how old each key is.
        for (const { hash } of await listed()) {
          const { created_at } = (await person.ask('GET', `/api/v1/keys/${hash}`)).data
          expect(Date.parse(created_at)).toBeGreaterThan(Date.now() - 3_600_000)
          expect(Date.parse(created_at)).toBeLessThanOrEqual(Date.now() + 1000)
        }
      })
    })

    describe('Revoking keys', () => {
      inChromium('In Settings → API Keys, click Revoke on the row you want to disable.', async () => {
        const web = await openApiKeys()
        await web.getByRole('button', { name: `Actions of ${KEY_NAME}` }).click()
        await web.getByRole('menuitem', { name: 'Revoke' }).click()
        await web.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
        await web.getByRole('row').filter({ hasText: KEY_NAME }).waitFor({ state: 'detached' })
        expect((await ask(caller(server.url, copied))).status).toBe(401)
        expect(await statusOf(key)).toBe(200)
      })

      it('Revocation is immediate.', async () => {
        const lost = await stage.issue(person)
        expect((await ask(lost)).status).toBe(200)
        await stage.revoke(person, lost)
        const headers = { authorization: `Bearer ${lost.key}` }
        await expect401('/v1/responses', { method: 'POST', headers }, 'key_revoked')
        for (const { method, path } of await routesOfV1())
          await expect401(path, { method, headers }, 'key_revoked')
      })

      it('Subsequent requests with that key will receive 401 Unauthorized within seconds.', async () => {
        // Also at another process on the same database, which did not see the revocation. Its bound is five seconds.
        const there = await signIn(staging.url, person.email)
        const lost = await stage.issue(there, {}, staging.url)
        expect(await statusOf(lost)).toBe(200)
        await stage.revoke(person, lost)
        await untilHeard(postgres, 'the revocation', async () => (await statusOf(lost)) === 401)
        for (let again = 0; again < 20; again++) expect(await statusOf(lost)).toBe(401)
      })
    })

    describe('Scoping', () => {
      const advanced = { web_search_options: { search_context_size: 'high' } }

      it('API keys carry the same license plan as the user that issued them.', async () => {
        const carl = await stage.addPerson('carl', 'free')
        const issued = await stage.issue(carl)
        const change = (plan: string) =>
          stage.operator.ask('PATCH', `/api/dashboard/admin/users/${carl.id}`, { plan })
        expect((await ask(issued, advanced)).status).toBe(403)
        await change('enterprise')
        expect((await ask(issued, advanced)).status).toBe(200)
        await change('individual-pro')
        expect((await ask(issued, advanced)).status).toBe(403)
      })

      it('Tool availability follows the plan — for example, advanced web search is gated on Individual Max and above.', async () => {
        const dora = await stage.addPerson('dora', 'individual-pro')
        const issued = await stage.issue(dora)
        const basic = { web_search_options: { search_context_size: 'low' } }
        const asTool = { tools: [{ type: 'web_search', search_context_size: 'high' }] }
        expect((await ask(issued, basic)).status).toBe(200)
        for (const body of [advanced, asTool, { ...asTool, stream: true }]) {
          const refused = await ask(issued, body)
          expect([refused.status, await refused.json()]).toMatchObject([
            403,
            {
              error: { code: 'tool_not_in_plan', type: 'permission_error' },
              detail: expect.stringMatching(/^Advanced web search .* it needs Individual Max or above$/),
            },
          ])
        }
        for (const plan of ['individual-max', 'pro', 'enterprise']) {
          await stage.operator.ask('PATCH', `/api/dashboard/admin/users/${dora.id}`, { plan })
          expect([plan, (await ask(issued, advanced)).status]).toEqual([plan, 200])
        }
      })

      it('Project membership is enforced: passing a project_id for a project you cannot access returns 403.', async () => {
        const foreign = await stage.operator.ask('POST', '/api/dashboard/projects', { name: 'Foreign' })
        const own = await person.ask('POST', '/api/dashboard/projects', { name: 'Own' })
        const unknown = ['00000000-0000-0000-0000-000000000000', '0'.repeat(32), "' OR 1=1"]
        const texts = []
        for (const project_id of [foreign.data.id, ...unknown]) {
          const answer = await ask(key, { project_id })
          expect([project_id, answer.status]).toEqual([project_id, 403])
          texts.push(await answer.text())
        }
        expect(new Set(texts).size).toBe(1)
        expect(JSON.parse(String(texts[0]))).toMatchObject({
          error: { code: 'project_forbidden', param: 'project_id' },
          detail: 'Project membership required',
        })
        expect((await ask(key, { project_id: own.data.id })).status).toBe(200)
      })
    })

    describe('What about OAuth or OIDC?', () => {
      it('The public /v1 API uses API keys only, by design — long-lived secrets are simpler for server-to-server integration,', async () => {
        expect((await person.send('GET', '/api/dashboard/keys')).status).toBe(200)
        const segments = [
          { alg: 'RS256', typ: 'JWT' },
          { iss: 'https://id.example.eu/realms/main', sub: '1', exp: 4102444800 },
        ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        const token = `Bearer ${segments.join('.')}.c2ln`
        for (const { method, path } of await routesOfV1()) {
          const headers = { cookie: person.cookie, origin: server.url, 'sec-fetch-site': 'same-origin' }
          await expect401(path, { method, headers }, 'missing_authorization')
          await expect401(path, { method, headers: { authorization: token } }, 'invalid_api_key')
          await expect401(path, { method, headers: { ...headers, authorization: token } }, 'invalid_api_key')
        }
      })

      it('and key revocation is auditable in one place.', async () => {
        const before = Date.now()
        const lost = await stage.issue(person, { name: 'Audited' })
        await stage.revoke(person, lost)
        const { data } = await person.ask('GET', '/api/dashboard/audit?action=key.revoke')
        expect(data[0]).toMatchObject({
          action: 'key.revoke',
          way: 'session',
          actor: { id: person.id },
          target: { id: lost.hash },
        })
        expect(Date.parse(data[0].at)).toBeGreaterThanOrEqual(before - 1000)
        const { code } = await stage.example
          .admin('audit', 'verify')
          .then(() => ({ code: 0 }))
          .catch(() => ({ code: 1 }))
        expect(code).toBe(0)
      })

      it('For end-user-driven applications that need per-user identity (e.g. a SaaS that sells access to its own customers), issue one API key per organisation and propagate end-user identity through your own application layer.', async () => {
        const organizationId = await makeOrganization(person, 'A customer')
        const made = await person.ask('POST', '/api/v1/keys', { name: 'The one' }, organizationId)
        const organisation = caller(server.url, made.key)
        for (const [body, headers] of [
          [{ user: 'ann' }, {}],
          [{ safety_identifier: 'ann', user: 'ignored' }, {}],
          [{}, { 'x-end-user': 'bob' }],
          [{ user: 'ann' }, { 'x-end-user': 'bob' }],
          [{ user: 'bob', stream: true }, {}],
          [{}, {}],
        ] as [Json, Record<string, string>][]) {
          const answer = await ask(organisation, body, headers)
          expect(answer.status).toBe(200)
          await answer.text()
        }
        const query = '/api/dashboard/usage/summary?group=end_user'
        const { data } = await person.ask('GET', query, undefined, organizationId)
        const requests = data.groups.map(({ id, requests }: Json) => [id, requests])
        expect(Object.fromEntries(requests)).toEqual({ ann: 2, bob: 3, null: 1 })
      })
    })

    describe('Common errors', () => {
      it('401 | Missing, malformed, or revoked key. | Re-issue or check the Authorization header is being sent.', async () => {
        await withHeaders({}, 'missing_authorization')
        for (const malformed of ['', 'Bearer', 'Bearer a b', `Basic ${key.key}`])
          await withHeaders({ authorization: malformed }, 'malformed_authorization')
        for (const spoilt of [key.key.slice(0, -1), `${key.key}0`, inventKey('eugpt')])
          await withHeaders({ authorization: `Bearer ${spoilt}` }, 'invalid_api_key')
        const lost = await stage.issue(person)
        await stage.revoke(person, lost)
        await withHeaders({ authorization: `Bearer ${lost.key}` }, 'key_revoked')
      })

      it('403 | Key is valid but the requested operation is not permitted (e.g. project not yours, plan does not allow it). | Check project membership and license plan.', async () => {
        const narrow = await stage.issue(person, { allowed_models: ['another-model'] })
        const answers = [
          await ask(narrow, { model: 'gpt-oss-120b' }),
          await ask(key, { project_id: 'not-yours' }),
        ]
        const codes = []
        for (const answer of answers) {
          expect(answer.status).toBe(403)
          codes.push(((await answer.json()) as { error: Json }).error.code)
        }
        expect(codes).toEqual(['model_forbidden', 'project_forbidden'])
      })

      it('429 | Usage limit hit. | Back off, retry later, or contact us.', async () => {
        const quotas = [{ subject: 'user', unit: 'requests', period: 'minute', amount: '1' }]
        const plan = { name: 'Tight', rank: 5, tools: null, models: null, quotas }
        await stage.operator.ask('PUT', '/api/dashboard/admin/plans/tight', plan)
        const busy = await stage.issue(await stage.addPerson('busy', 'tight'))
        let limited = await ask(busy)
        // The minute may end between two of them.
        for (let more = 0; more < 5 && limited.status !== 429; more++) limited = await ask(busy)
        expect([limited.status, await limited.json()]).toMatchObject([
          429,
          { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' }, detail: expect.any(String) },
        ])
        const wait = Number(limited.headers.get('retry-after'))
        expect(wait).toBeGreaterThan(0)
        expect(wait).toBeLessThanOrEqual(60)
      })

      it('The full error reference is in Errors.', async () => {
        const document = await apiDocument(server.url)
        const responses = document.paths['/v1/responses']?.post?.responses ?? {}
        for (const [status, code] of [
          [401, 'key_revoked'],
          [403, 'project_forbidden'],
          [429, 'rate_limit_exceeded'],
        ] as const)
          expect(responses[status]?.description).toContain(code)
        expect((await fetch(`${server.url}/docs/`)).status).toBe(200)
        const errors = await (await fetch(`${server.url}/docs/reference/errors.md`)).text()
        const missing = Object.keys(TABLE.errors).filter((code) => !errors.includes(`\`${code}\``))
        expect([errors.length > 1000, missing]).toEqual([true, []])
      })
    })

    describe('Beyond the page', () => {
      it('The server carries the name EU GPT and needs no network to start', async () => {
        const document = await apiDocument(server.url)
        expect(document.info.title).toBe('EU GPT')
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
        const { data } = await key.read<{ data: { id: string }[] }>('/v1/models')
        expect(data.map(({ id }) => id)).toContain('gpt-oss-120b')
      })

      it('POST /v1/responses streams unless it is told otherwise, and asks for no model', async () => {
        const streamed = await key.post('/v1/responses', { input: 'Say hello' })
        expect(streamed.headers.get('content-type')).toContain('text/event-stream')
        const events = await streamed.text()
        expect(events).toContain('"type":"response.completed"')
        // Whoever names no model learns from the first event which one answers.
        expect(new Set(events.match(/"model":"[^"]*"/g))).toEqual(new Set(['"model":"gpt-oss-120b"']))
        const asJson = await key.post('/v1/responses', { input: 'Hello' }, { accept: 'application/json' })
        for (const answer of [asJson, await ask(key, { model: 'auto' })]) {
          expect(answer.headers.get('content-type')).toContain('application/json')
          expect(await answer.json()).toMatchObject({ object: 'response', model: 'gpt-oss-120b' })
        }
      })

      it('A request without input is answered 400 and {"detail":"input is required"}', async () => {
        for (const body of [{ input: '' }, { input: [] }, {}]) {
          const answer = await key.post('/v1/responses', body)
          expect([answer.status, await answer.json()]).toMatchObject([400, { detail: 'input is required' }])
        }
      })

      it('Every error has detail and error: type, code and message', async () => {
        for (const answer of [
          await ask(key, { model: 'unknown' }),
          await ask(key, { project_id: 'foreign' }),
          await key.get('/v1/nothing'),
          await fetch(`${server.url}/v1/models`),
        ]) {
          expect(answer.status).toBeGreaterThanOrEqual(400)
          expect(await answer.json()).toMatchObject({
            detail: expect.any(String),
            error: { type: expect.any(String), code: expect.any(String), message: expect.any(String) },
          })
        }
      })

      it('What EU GPT does not publish is not there', async () => {
        const absent = 'chat/completions embeddings usage usage/summary generate tasks files conversations'
        for (const path of absent.split(' ').map((each) => `/v1/${each}`))
          expect((await key.post(path, QUESTION)).status, path).toBe(404)
      })

      it('GET /openapi.json is offered to everybody', async () => {
        const document = await apiDocument(server.url)
        expect(document.openapi).toMatch(/^3\.1/)
        const described = Object.keys(document.paths)
        expect(described.filter((path) => path.startsWith('/v1/'))).toEqual([
          '/v1/responses',
          '/v1/models',
          '/v1/models/{model}',
        ])
      })
    })
  })
}
