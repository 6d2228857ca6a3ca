import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server as Receiver } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Server } from '../support/claviger.ts'
import { apiDocument, type ConformanceStage, type Issued, openConformance } from '../support/conformance.ts'
import { checkCoverage } from '../support/coverage-list.ts'
import { inventKey, keysIn } from '../support/key-text.ts'
import { type Person, signIn } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json, until } from '../support/wire.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** EggAPI's page on authentication: the tests are named by its statements, the groups by its headings. */

const CAT = { model: 'nanobanana', prompt: 'A cat' }
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const SUMMARY = '/v1/usage/summary'

interface Task {
  id: string
  status: string
  model: string
  type: string
  output?: { url: string; urls: string[] }
  error?: string
  cost: string
  created_at: string
  started_at?: string
  completed_at?: string
}

interface Delivery {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly raw: string
  readonly body: Json
}

const refusal = (code: string, message: unknown = expect.any(String)) => ({
  data: null,
  error: { code, message },
})

checkCoverage('eggapi', '35fe373f458e13326adc15d3fa332ad5a400a91370f4f1b14c26e64df4a43966')

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`EggAPI on ${name}`, () => {
    let stage: ConformanceStage
    let server: Server
    let person: Person
    let key: Issued
    let receiver: Receiver
    let hooks: string
    const deliveries: Delivery[] = []

    beforeAll(async () => {
      receiver = createServer(async (request, response) => {
        let raw = ''
        for await (const chunk of request) raw += chunk
        deliveries.push({ path: String(request.url), headers: request.headers, raw, body: JSON.parse(raw) })
        response.end()
      }).listen(0, '127.0.0.1')
      await once(receiver, 'listening')
      const { port } = receiver.address() as AddressInfo
      hooks = `http://127.0.0.1:${port}`
      // The receiver stands in the operator's own network, which nobody reaches unless he allows it.
      stage = await openConformance('eggapi', postgres, {
        CLAVIGER_OUTBOUND_ALLOW_HTTP: 'true',
        CLAVIGER_OUTBOUND_ALLOW_CIDRS: '127.0.0.0/8',
        CLAVIGER_OUTBOUND_PORTS: String(port),
      })
      server = stage.server
      person = await stage.addPerson('ada')
      await stage.grant(person, '10')
      key = await stage.issue(person)
    })
    afterAll(async () => {
      await stage?.close()
      receiver?.close()
    })

    const ask = async (path: string, authorization?: string, more: Record<string, string> = {}) => {
      const headers = { ...(authorization !== undefined && { authorization }), ...more }
      const answer = await fetch(server.url + path, { headers })
      return [answer.status, await answer.json()]
    }
    const generate = (by: Caller, body: Json = {}) => by.post('/v1/generate', { ...CAT, ...body })
    const created = async (by: Caller, body: Json = {}): Promise<Task> => {
      const answer = await generate(by, body)
      const { data, error } = (await answer.json()) as { data: Task; error: unknown }
      expect([answer.status, error]).toEqual([202, null])
      return data
    }
    const taskOf = async (by: Caller, id: string) => (await by.read<{ data: Task }>(`/v1/tasks/${id}`)).data
    const ended = (by: Caller, { id }: Task): Promise<Task> =>
      until(`the end of ${id}`, async () => {
        const task = await taskOf(by, id)
        return ['pending', 'processing'].includes(task.status) ? undefined : task
      })
    const made = async (by: Caller, body: Json = {}) => ended(by, await created(by, body))
    const invalid = async (body: Json | string, field: string) => {
      const answer = await key.post('/v1/generate', body)
      const text = JSON.stringify(body).slice(0, 100)
      expect([text, answer.status, await answer.json()]).toEqual([
        text,
        400,
        refusal('VALIDATION_ERROR', expect.stringContaining(field)),
      ])
    }
    const remaining = async (of: Person): Promise<number> =>
      Number((await of.ask('GET', '/api/dashboard/balance')).data.balance.remaining)
    const delivery = (path: string) =>
      until(`a webhook at ${path}`, () => deliveries.find((one) => one.path === path))

    describe('Documentation Index', () => {
      it('Fetch the complete documentation index at: https://docs.eggapi.ai/docs/llms.txt', async () => {
        for (const path of ['/llms.txt', '/docs/llms.txt']) {
          const answer = await fetch(server.url + path)
          expect([path, answer.status]).toEqual([path, 200])
          expect(answer.headers.get('content-type')).toMatch(/^text\/(plain|markdown)/)
          expect(await answer.text()).toMatch(/^# \S/)
        }
      })

      it('Use this file to discover all available pages before exploring further.', async () => {
        const text = await (await fetch(`${server.url}/llms.txt`)).text()
        const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => String(link))
        expect(links.length).toBeGreaterThan(3)
        for (const link of links.map((each) => new URL(each, server.url))) {
          if (link.origin !== server.url) continue
          expect([link.href, (await fetch(link)).status]).toEqual([link.href, 200])
        }
      })

      it('Public server-to-server API calls use API keys.', async () => {
        expect(await ask(SUMMARY, `Bearer ${key.key}`)).toMatchObject([200, { error: null }])
        const document = await apiDocument(server.url)
        const calls = Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/'))
        expect(calls.map(([path]) => path)).toEqual(
          expect.arrayContaining(['/v1/generate', '/v1/tasks', '/v1/tasks/{id}', '/v1/usage', SUMMARY]),
        )
        for (const [path, operations] of calls)
          for (const { security } of Object.values(operations))
            expect([path, security]).toEqual([path, expect.arrayContaining([{ bearerAuth: [] }])])
      })

      it('The website dashboard and admin tools use Better Auth session cookies.', async () => {
        expect(person.cookie).toMatch(/session_token=/)
        for (const [path, asPerson] of [
          ['/api/dashboard/keys', 200],
          ['/api/dashboard/balance', 200],
          ['/api/dashboard/admin/users', 403],
          ['/api/dashboard/admin/providers', 403],
        ] as const) {
          expect([path, (await person.send('GET', path)).status]).toEqual([path, asPerson])
          expect([path, (await stage.operator.send('GET', path)).status]).toEqual([path, 200])
          expect([path, (await key.get(path)).status]).toEqual([path, 401])
          expect([path, (await fetch(server.url + path)).status]).toEqual([path, 401])
        }
      })
    })

    describe('API Key Header', () => {
      it('Send your key as a Bearer token on every public API request:', async () => {
        for (const path of ['/v1/tasks', '/v1/usage', SUMMARY, '/v1/models']) {
          expect([path, (await key.get(path)).status]).toEqual([path, 200])
          for (const header of ['x-api-key', 'api-key', 'cookie'])
            expect((await ask(path, undefined, { [header]: key.key }))[0]).toBe(401)
        }
        expect((await ask(`${SUMMARY}?api_key=${key.key}`))[0]).toBe(400)
      })

      it('Authorization: Bearer YOUR_API_KEY', async () => {
        for (const scheme of ['Bearer', 'bearer'])
          expect(await ask(SUMMARY, `${scheme} ${key.key}`)).toMatchObject([200, { error: null }])
        expect(await ask(SUMMARY, 'Bearer YOUR_API_KEY')).toEqual([
          401,
          refusal('UNAUTHORIZED', 'Invalid API key'),
        ])
      })

      it('Example: curl https://api.eggapi.ai/v1/usage/summary \\ -H "Authorization: Bearer YOUR_API_KEY"', async () => {
        expect(await ask(SUMMARY, `Bearer ${key.key}`, { accept: '*/*', 'user-agent': 'curl/8' })).toEqual([
          200,
          { data: expect.any(Array), error: null },
        ])
      })

      const everywhere = async (authorization: string | undefined, expected: [number, unknown]) => {
        for (const path of ['/v1/tasks', '/v1/tasks/gen_x', '/v1/usage', SUMMARY])
          expect([path, await ask(path, authorization)]).toEqual([path, expected])
        const headers = {
          'content-type': 'application/json',
          ...(authorization !== undefined && { authorization }),
        }
        const init = { method: 'POST', headers, body: JSON.stringify(CAT) }
        const answer = await fetch(`${server.url}/v1/generate`, init)
        expect([answer.status, await answer.json()]).toEqual(expected)
      }

      it('The backend rejects requests when the header is missing,', () =>
        everywhere(undefined, [401, refusal('UNAUTHORIZED', 'Missing Authorization header')]))

      it('the format is not Bearer <token>,', async () => {
        const message = "Invalid Authorization format, expected 'Bearer <token>'"
        for (const wrong of [
          key.key,
          `Token ${key.key}`,
          `Basic ${key.key}`,
          'Bearer',
          `Bearer ${key.key} x`,
        ])
          await everywhere(wrong, [401, refusal('UNAUTHORIZED', message)])
      })

      it('the key is inactive or expired,', async () => {
        const inactive = await stage.issue(person)
        await person.ask('PATCH', `/api/v1/keys/${inactive.hash}`, { disabled: true })
        await everywhere(`Bearer ${inactive.key}`, [401, refusal('UNAUTHORIZED', 'API key is disabled')])
        await person.ask('PATCH', `/api/v1/keys/${inactive.hash}`, { disabled: false })
        expect((await inactive.get(SUMMARY)).status).toBe(200)

        const expires_at = new Date(Date.now() + 3000).toISOString()
        const expired = await stage.issue(person, { expires_at })
        const { status } = await expired.get(SUMMARY)
        // Unless the machine stood still meanwhile.
        if (Date.now() < Date.parse(expires_at)) expect(status).toBe(200)
        await until('its end', async () => (await expired.get(SUMMARY)).status === 401 || undefined)
        expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at) - 100)
        await everywhere(`Bearer ${expired.key}`, [401, refusal('UNAUTHORIZED', 'API key has expired')])

        const revoked = await stage.issue(person)
        await stage.revoke(person, revoked)
        await everywhere(`Bearer ${revoked.key}`, [401, refusal('UNAUTHORIZED', 'API key has been revoked')])
      })

      it('or the owning user is not active.', async () => {
        const bob = await stage.addPerson('bob')
        const his = await stage.issue(bob)
        await stage.operator.ask('PATCH', `/api/dashboard/admin/users/${bob.id}`, { suspended: true })
        await everywhere(`Bearer ${his.key}`, [403, refusal('FORBIDDEN', 'User account is suspended')])
        await stage.operator.ask('PATCH', `/api/dashboard/admin/users/${bob.id}`, { suspended: false })
        expect((await his.get(SUMMARY)).status).toBe(200)
      })
    })

    describe('Creating Keys', () => {
      it('Create and manage API keys from the EggAPI dashboard.', async () => {
        const issued = await stage.issue(person, { name: 'Shop backend' })
        expect(issued.key).toMatch(/^egg_[0-9A-Za-z]{36}$/)
        const rename = { name: 'Shop backend, new', disabled: true }
        const path = `/api/v1/keys/${issued.hash}`
        expect((await person.ask('PATCH', path, rename)).data).toMatchObject(rename)
        const { data } = await person.ask('GET', '/api/dashboard/keys?search=Shop')
        expect(data).toMatchObject([{ hash: issued.hash, name: rename.name }])
        await stage.revoke(person, issued)
        expect((await person.send('GET', path)).status).toBe(404)
      })

      it('API key creation is a dashboard session action; do not call it from backend jobs or customer-facing clients.', async () => {
        for (const path of ['/api/v1/keys', '/api/dashboard/keys', '/v1/keys']) {
          const answer = await key.post(path, { name: 'By key' })
          expect([401, 403, 404, 405], path).toContain(answer.status)
        }
        for (const permission of ['keys:read', 'keys:write']) {
          const granted = { name: 'Managing', permissions: ['inference', permission] }
          expect((await person.send('POST', '/api/v1/keys', granted)).status).toBe(403)
        }
        const foreign = await fetch(`${server.url}/api/v1/keys`, {
          method: 'POST',
          headers: {
            cookie: person.cookie,
            origin: 'https://customer.example',
            'content-type': 'application/json',
          },
          body: JSON.stringify({ name: 'From a customer’s page' }),
        })
        expect(foreign.status).toBe(403)
        const names = (await person.ask('GET', '/api/dashboard/keys')).data.map(({ name }: Json) => name)
        expect(names).not.toContain('By key')
        expect(names).not.toContain('From a customer’s page')
      })

      it('When a key is created, store it immediately.', async () => {
        const issued = await stage.issue(person)
        expect((await issued.get(SUMMARY)).status).toBe(200)
        for (const path of ['/api/dashboard/keys', `/api/v1/keys/${issued.hash}`, '/api/dashboard/audit'])
          expect(await (await person.send('GET', path)).text()).not.toContain(issued.key.slice(8, -4))
      })

      it('Treat it like a password and only use it from server-side code.', async () => {
        const preflight = await fetch(`${server.url}/v1/generate`, {
          method: 'OPTIONS',
          headers: {
            origin: 'https://shop.example',
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization',
          },
        })
        const direct = await fetch(`${server.url}${SUMMARY}`, {
          headers: { authorization: `Bearer ${key.key}`, origin: 'https://shop.example' },
        })
        for (const { headers } of [preflight, direct])
          expect([...headers.keys()].filter((header) => header.startsWith('access-control-'))).toEqual([])
      })
    })

    describe('Generation', () => {
      it('POST /v1/generate accepts API keys', async () => {
        expect(await made(key)).toMatchObject({ status: 'completed', type: 'image_generate' })
      })

      it('and also supports session auth for dashboard playground use.', async () => {
        const { data } = await person.ask('POST', '/v1/generate', CAT, undefined, 202)
        const task = await ended(key, data)
        expect(task).toMatchObject({ id: data.id, status: 'completed', cost: '$0.0100' })
        for (const origin of ['https://elsewhere.example', 'null']) {
          const headers = { cookie: person.cookie, origin, 'content-type': 'application/json' }
          const init = { method: 'POST', headers, body: JSON.stringify(CAT) }
          const answer = await fetch(`${server.url}/v1/generate`, init)
          expect([answer.status, await answer.json()]).toEqual([403, refusal('FORBIDDEN')])
        }
        // A key in the header decides, whatever cookie comes along.
        const both = { cookie: person.cookie, origin: server.url }
        expect(await ask('/v1/tasks', 'Bearer junk', both)).toMatchObject([401, { data: null }])
      })
    })

    describe('Tasks', () => {
      it('GET /v1/tasks/{id} and GET /v1/tasks accept API keys', async () => {
        const { id } = await made(key)
        expect((await taskOf(key, id)).id).toBe(id)
        const { data } = await key.read<{ data: { items: Task[] } }>('/v1/tasks')
        expect(data.items[0]?.id).toBe(id)
      })

      it('and session auth.', async () => {
        const { id } = await made(key)
        expect((await person.ask('GET', `/v1/tasks/${id}`)).data).toMatchObject({ id, status: 'completed' })
        expect((await person.ask('GET', '/v1/tasks')).data.items[0]).toMatchObject({ id })
        const other = await stage.operator.send('GET', `/v1/tasks/${id}`)
        expect([other.status, await other.json()]).toEqual([404, refusal('NOT_FOUND', 'Task not found')])
      })
    })

    describe('Usage', () => {
      it('GET /v1/usage and GET /v1/usage/summary require API key authentication.', async () => {
        for (const path of ['/v1/usage', SUMMARY]) {
          expect([path, (await key.get(path)).status]).toEqual([path, 200])
          for (const by of [person, stage.operator]) {
            const answer = await by.send('GET', path)
            expect([path, answer.status, await answer.json()]).toEqual([
              path,
              401,
              refusal('UNAUTHORIZED', 'Missing Authorization header'),
            ])
          }
        }
      })
    })

    describe('Dashboard', () => {
      const refused = async (method: string, path: string, body?: Json) => {
        const answer = await key.send(method, path, body)
        expect([path, answer.status]).toEqual([path, 401])
      }

      it('API key management,', async () => {
        expect((await person.send('GET', '/api/v1/keys')).status).toBe(200)
        await refused('GET', '/api/v1/keys')
        await refused('POST', '/api/v1/keys', { name: 'x' })
        await refused('GET', `/api/v1/keys/${key.hash}`)
        await refused('PATCH', `/api/v1/keys/${key.hash}`, { name: 'x' })
        await refused('DELETE', `/api/v1/keys/${key.hash}`)
        await refused('GET', '/api/dashboard/keys')
        expect((await key.get(SUMMARY)).status).toBe(200)
      })

      it('account balance,', async () => {
        expect(await remaining(person)).toBeGreaterThan(0)
        await refused('GET', '/api/dashboard/balance')
        await refused('GET', '/api/dashboard/balance/entries')
        for (const path of ['/api/v1/credits', '/api/v1/key', '/v1/balance', '/v1/credits'])
          expect((await key.get(path)).status, path).toBe(404)
      })

      it('and webhook secret management use browser sessions.', async () => {
        const fred = await stage.addPerson('fred')
        const path = '/api/dashboard/webhook-secret'
        expect((await fred.ask('GET', path)).data).toMatchObject({ secret_created_at: null })
        const { secret } = await fred.ask('POST', path, {}, undefined, 201)
        expect(secret).toMatch(/^whsec_/)
        const shown = await (await fred.send('GET', path)).text()
        expect(shown).not.toContain(secret.slice(6))
        expect(JSON.parse(shown).data.secret_created_at).toMatch(ISO)
        await refused('GET', path)
        await refused('POST', path, {})
        await refused('GET', '/api/dashboard/webhooks')
        await refused('POST', '/api/dashboard/webhooks', { url: 'https://example.com/' })
        for (const guess of ['/v1/webhook-secret', '/v1/webhooks'])
          expect((await key.get(guess)).status, guess).toBe(404)
      })
    })

    describe('Security Practices', () => {
      it('Keep API keys on your server. Do not expose them in frontend JavaScript, mobile apps, public repositories, or logs.', async () => {
        await ask(`/v1/usage?token=${key.key}`)
        await ask('/v1/usage', `Bearer ${key.key} ${key.key}`)
        await generate(key, { prompt: `My key is ${key.key}` })
        expect(server.output()).toContain('"msg"')
        expect(server.output()).not.toContain(key.key.slice(4, 16))
        // Where one got out all the same, it is found.
        expect(keysIn(`const KEY = "${key.key}"; // ${inventKey('egg').slice(0, -1)}`)).toEqual([key.key])
      })

      it('Use separate keys for production, staging, and local development.', async () => {
        const staging = await stage.example.start({ CLAVIGER_ENVIRONMENT: 'staging' })
        const theirs = await stage.issue(await signIn(staging.url, person.email), {}, staging.url)
        const statuses = [
          (await theirs.get(SUMMARY)).status,
          (await caller(server.url, theirs.key).get(SUMMARY)).status,
          (await caller(staging.url, key.key).get(SUMMARY)).status,
        ]
        expect(statuses).toEqual([200, 401, 401])
        await staging.stop()
      })

      it('Rotate a key if it may have been exposed.', async () => {
        const old = await stage.issue(person, { name: 'Exposed' })
        const fresh = await stage.issue(person, { name: 'Exposed' })
        expect([(await old.get(SUMMARY)).status, (await fresh.get(SUMMARY)).status]).toEqual([200, 200])
        await stage.revoke(person, old)
        expect([(await old.get(SUMMARY)).status, (await fresh.get(SUMMARY)).status]).toEqual([401, 200])
      })

      it('Prefer a backend endpoint you control when browser users need to trigger EggAPI generation.', async () => {
        // Which tells us for whom it asks.
        const answer = await key.post('/v1/generate', CAT, { 'x-end-user': 'visitor-7' })
        await ended(key, ((await answer.json()) as { data: Task }).data)
        const { items } = await key.usage('end_user=visitor-7')
        expect(items).toHaveLength(1)
      })
    })

    describe('Common Authentication Errors', () => {
      const literal = async (authorization: string | undefined, status: number, text: string) => {
        const headers = { ...(authorization !== undefined && { authorization }) }
        for (const path of ['/v1/usage', SUMMARY, '/v1/tasks', '/v1/tasks/gen_x']) {
          const answer = await fetch(server.url + path, { headers })
          expect([path, answer.status, await answer.text()]).toEqual([path, status, text])
          expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
        }
      }

      it('{ "data": null, "error": { "code": "UNAUTHORIZED", "message": "Missing Authorization header" } }', () =>
        literal(
          undefined,
          401,
          '{"data":null,"error":{"code":"UNAUTHORIZED","message":"Missing Authorization header"}}',
        ))

      it(`{ "data": null, "error": { "code": "UNAUTHORIZED", "message": "Invalid Authorization format, expected 'Bearer <token>'" } }`, () =>
        literal(
          key.key,
          401,
          `{"data":null,"error":{"code":"UNAUTHORIZED","message":"Invalid Authorization format, expected 'Bearer <token>'"}}`,
        ))

      it('{ "data": null, "error": { "code": "FORBIDDEN", "message": "User account is suspended" } }', async () => {
        const eve = await stage.addPerson('eve')
        const hers = await stage.issue(eve)
        await stage.operator.ask('PATCH', `/api/dashboard/admin/users/${eve.id}`, { suspended: true })
        const text = '{"data":null,"error":{"code":"FORBIDDEN","message":"User account is suspended"}}'
        await literal(`Bearer ${hers.key}`, 403, text)
        // The same by her session, as long as it is alive.
        const bySession = await eve.send('POST', '/v1/generate', CAT)
        expect([bySession.status, await bySession.text()]).toEqual([403, text])
      })
    })

    describe('Beyond the page', () => {
      it('The server carries the name EggAPI and needs no network to start', async () => {
        const document = await apiDocument(server.url)
        expect(document.info.title).toBe('EggAPI')
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
        const refused = await fetch(`${server.url}/v1/tasks`)
        expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="EggAPI"')
      })

      it('POST /v1/generate answers 202: {data:{id:"gen_…",status:"pending",model,type,cost:"$0.00",created_at},error:null}', async () => {
        const answer = await generate(key)
        const body = (await answer.json()) as { data: Task }
        expect([answer.status, body]).toEqual([
          202,
          {
            data: {
              id: expect.stringMatching(/^gen_\w+$/),
              status: 'pending',
              model: 'nanobanana',
              type: 'image_generate',
              cost: '$0.00',
              created_at: expect.stringMatching(ISO),
            },
            error: null,
          },
        ])
        await ended(key, body.data)
      })

      it('model: required, nanobanana, with the public name nano-banana', async () => {
        for (const model of ['nanobanana', 'nano-banana'])
          expect(await made(key, { model })).toMatchObject({ model, status: 'completed', cost: '$0.0100' })
        await invalid({ prompt: 'A cat' }, 'model')
        for (const model of ['', 'nanobanana-pro', 'NANOBANANA', 5, null])
          await invalid({ ...CAT, model }, 'model')
      })

      it('prompt: required, 1 to 2000 characters', async () => {
        await invalid({ model: 'nanobanana' }, 'prompt')
        for (const prompt of ['', 'x'.repeat(2001), 5, null, ['x']])
          await invalid({ ...CAT, prompt }, 'prompt')
        for (const prompt of ['x', 'x'.repeat(2000), '🐱'.repeat(2000)]) await created(key, { prompt })
      })

      it('negative_prompt: at most 1000 characters', async () => {
        await created(key, { negative_prompt: 'x'.repeat(1000) })
        for (const negative_prompt of ['x'.repeat(1001), 5])
          await invalid({ ...CAT, negative_prompt }, 'negative_prompt')
      })

      it('num_outputs: 1 to 4, 1 unless set; each returned image is charged', async () => {
        expect((await made(key)).output?.urls).toHaveLength(1)
        for (const num_outputs of [1, 2, 3, 4]) {
          const { output, cost } = await made(key, { num_outputs })
          expect([output?.urls.length, cost]).toEqual([num_outputs, `$0.0${num_outputs}00`])
        }
        // Fewer came than were asked for.
        const fewer = await made(key, { num_outputs: 4, prompt: 'A cat #sandbox {"files":1}' })
        expect([fewer.output?.urls.length, fewer.cost]).toEqual([1, '$0.0100'])
        for (const num_outputs of [0, 5, -1, 1.5, '2', null])
          await invalid({ ...CAT, num_outputs }, 'num_outputs')
      })

      /** Width and height, as the picture's own header says (PNG, section 11.2.2). */
      const sizeOf = async (task: Task): Promise<[number, number]> => {
        const bytes = Buffer.from(await (await fetch(String(task.output?.url))).arrayBuffer())
        expect(bytes.subarray(1, 4).toString()).toBe('PNG')
        return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
      }

      it('aspect_ratio: 16:9, or 9:16', async () => {
        const ratio = async (body: Json) => {
          const [width, height] = await sizeOf(await made(key, body))
          return width / height
        }
        expect(await ratio({})).toBeCloseTo(16 / 9, 1)
        expect(await ratio({ aspect_ratio: '16:9' })).toBeCloseTo(16 / 9, 1)
        expect(await ratio({ aspect_ratio: '9:16' })).toBeCloseTo(9 / 16, 1)
        for (const aspect_ratio of ['1:1', '4:3', '16x9', '', 1])
          await invalid({ ...CAT, aspect_ratio }, 'aspect_ratio')
      })

      it('resolution: 1k, 2k or 4k, or none', async () => {
        const widths = []
        for (const resolution of ['1k', '2k']) widths.push((await sizeOf(await made(key, { resolution })))[0])
        expect(widths[1]).toBeGreaterThan(Number(widths[0]))
        await created(key, { resolution: '4k' })
        for (const resolution of ['8k', '1K', '', 1]) await invalid({ ...CAT, resolution }, 'resolution')
      })

      it('duration: 1 to 60, for models that make videos', async () => {
        // This one makes pictures.
        for (const duration of [0, 1, 5, 60, 61, 1.5, '5']) await invalid({ ...CAT, duration }, 'duration')
      })

      it('image_urls: at most 9 valid URLs; with them the type is image_edit', async () => {
        const { output } = await made(key)
        const nine = Array.from({ length: 9 }, (_, at) => `https://images.example.com/${at}.png`)
        expect(await created(key, { image_urls: nine })).toMatchObject({ type: 'image_edit' })
        expect(await created(key, { image_urls: [] })).toMatchObject({ type: 'image_generate' })
        for (const image_urls of [
          [...nine, 'https://images.example.com/9.png'],
          ['no url'],
          [''],
          ['ftp://images.example.com/x.png'],
          [`https://images.example.com/${'x'.repeat(2048)}`],
          'https://images.example.com/x.png',
          [5],
        ] as unknown[])
          await invalid({ ...CAT, image_urls }, 'image_urls')
        expect(output?.urls).toHaveLength(1)
      })

      it('webhook_url: a valid URL of at most 2048 characters', async () => {
        const longest = `https://hooks.example.com/${'x'.repeat(2048 - 26)}`
        await created(key, { webhook_url: longest })
        for (const webhook_url of [`${longest}x`, 'no url', '', 'ftp://hooks.example.com', '//x', 5])
          await invalid({ ...CAT, webhook_url }, 'webhook_url')
      })

      it('A field that does not exist is refused by its name', async () => {
        await invalid({ ...CAT, num_output: 2 }, 'num_output')
        await invalid({ ...CAT, callback: 'https://hooks.example.com' }, 'callback')
      })

      it('A task goes from pending by processing to completed, with output, cost and times', async () => {
        const task = await created(key, { prompt: 'A cat #sandbox {"polls":2,"pollAfterMs":300}' })
        expect(task.status).toBe('pending')
        const running = await until('processing', async () => {
          const now = await taskOf(key, task.id)
          return now.status === 'processing' ? now : undefined
        })
        expect(running).toMatchObject({ cost: '$0.00', started_at: expect.stringMatching(ISO) })
        const done = await ended(key, task)
        expect(done).toEqual({
          id: task.id,
          status: 'completed',
          model: 'nanobanana',
          type: 'image_generate',
          output: { url: expect.stringMatching(/^https?:/), urls: [expect.stringMatching(/^https?:/)] },
          cost: '$0.0100',
          created_at: task.created_at,
          started_at: expect.stringMatching(ISO),
          completed_at: expect.stringMatching(ISO),
        })
        expect(done.output?.url).toBe(done.output?.urls[0])
        const times = [done.created_at, done.started_at, done.completed_at]
        expect(times).toEqual([...times].sort())
      })

      it('What there is not is left out of a task', async () => {
        const task = await created(key)
        for (const field of ['output', 'error', 'started_at', 'completed_at'])
          expect(task).not.toHaveProperty(field)
        expect(await ended(key, task)).not.toHaveProperty('error')
        expect(await made(key, { prompt: 'x #sandbox {"refuse":true}' })).not.toHaveProperty('output')
      })

      it('The output is a picture that can be fetched from its link, and not without it', async () => {
        const { output } = await made(key)
        const link = new URL(String(output?.url))
        const answer = await fetch(link)
        expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
        const bytes = Buffer.from(await answer.arrayBuffer())
        expect(bytes.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a')
        const bare = `${link.origin}${link.pathname}`
        link.searchParams.set('expires', String(Number(link.searchParams.get('expires')) + 60))
        for (const spoilt of [bare, link.href]) expect((await fetch(spoilt)).ok, spoilt).toBe(false)
      })

      it('A failed task is HTTP 200 with status failed, an error and cost "$0.00"', async () => {
        const before = await remaining(person)
        const task = await made(key, { num_outputs: 4, prompt: 'x #sandbox {"refuse":"Against the rules"}' })
        expect(task).toMatchObject({
          status: 'failed',
          error: expect.stringContaining('rules'),
          cost: '$0.00',
        })
        expect(await remaining(person)).toBe(before)
      })

      it('A task that is unknown or somebody else’s is 404 NOT_FOUND "Task not found"', async () => {
        const stranger = await stage.issue(stage.operator)
        const { id } = await made(key)
        for (const [by, other] of [
          [stranger, id],
          [key, 'gen_nothing'],
          [key, 'x'],
        ] as const) {
          const answers = [
            await by.get(`/v1/tasks/${other}`),
            await by.post(`/v1/tasks/${other}/cancel`, undefined),
          ]
          for (const answer of answers)
            expect([other, answer.status, await answer.json()]).toEqual([
              other,
              404,
              refusal('NOT_FOUND', 'Task not found'),
            ])
        }
        const { data } = await stranger.read<{ data: { items: Task[] } }>('/v1/tasks')
        expect(data.items).toEqual([])
      })

      it('A pending task can be cancelled, another cannot', async () => {
        const before = await remaining(person)
        // The worker has more to do than it does at once, so that the last waits.
        const busy = []
        for (let each = 0; each < 8; each++)
          busy.push(await created(key, { prompt: 'x #sandbox {"refuse":true,"delayMs":1500}' }))
        const last = await created(key, { num_outputs: 4 })
        const cancel = () => key.post(`/v1/tasks/${last.id}/cancel`, undefined)
        const cancelled = await cancel()
        expect([cancelled.status, await cancelled.json()]).toMatchObject([
          200,
          { data: { id: last.id, status: 'cancelled', cost: '$0.00' }, error: null },
        ])
        // Said twice it is the same.
        expect(await (await cancel()).json()).toMatchObject({ data: { status: 'cancelled' } })
        const done = await made(key)
        const late = await key.post(`/v1/tasks/${done.id}/cancel`, undefined)
        expect([late.status, await late.json()]).toEqual([409, refusal('CONFLICT')])
        for (const task of busy) await ended(key, task)
        expect(await remaining(person)).toBeCloseTo(before - 0.01, 9)
      })

      const page = (query: string) =>
        key.read<{ data: { items: Task[]; pagination: Json } }>(`/v1/tasks?${query}`).then(({ data }) => data)

      it('GET /v1/tasks?page=&per_page= answers data.items and data.pagination', async () => {
        await Promise.all([made(key), made(key), made(key)])
        const { items, pagination } = await page('page=1&per_page=100')
        const total = Number(pagination.total)
        expect(pagination).toEqual({ page: 1, per_page: 100, total, total_pages: Math.ceil(total / 100) })
        const [first, second] = [await page('page=1&per_page=2'), await page('page=2&per_page=2')]
        const ids = (list: { items: Task[] }) => list.items.map(({ id }) => id)
        expect([...ids(first), ...ids(second)]).toEqual(ids({ items }).slice(0, 4))
        expect((await page(`page=${total + 1}&per_page=1`)).items).toEqual([])
        const newest = items.map(({ created_at }) => created_at)
        expect(newest).toEqual([...newest].sort().reverse())
      })

      it('GET /v1/tasks takes status, model, from and to', async () => {
        await made(key, { model: 'nano-banana', prompt: 'x #sandbox {"refuse":true}' })
        const { items } = await page('status=failed&model=nano-banana&per_page=100')
        expect(items.length).toBeGreaterThan(0)
        for (const { status, model } of items) expect([status, model]).toEqual(['failed', 'nano-banana'])
        const [newest] = items
        expect((await page(`to=${newest?.created_at}&per_page=100`)).items.map(({ id }) => id)).not.toContain(
          newest?.id,
        )
        expect((await page(`from=${newest?.created_at}`)).items.map(({ id }) => id)).toContain(newest?.id)
        for (const query of ['status=done', 'from=yesterday', 'page=0', 'per_page=101']) {
          const answer = await key.get(`/v1/tasks?${query}`)
          expect([query, answer.status, await answer.json()]).toEqual([
            query,
            400,
            refusal('VALIDATION_ERROR'),
          ])
        }
      })

      it('Exactly one of data and error is null', async () => {
        for (const answer of [
          await generate(key),
          await key.get('/v1/tasks'),
          await key.get('/v1/tasks/none'),
          await key.get('/v1/usage'),
          await key.get('/v1/usage?page=0'),
          await key.get(SUMMARY),
          await key.post('/v1/generate', {}),
          await key.post('/v1/generate', '{'),
          await key.send('PUT', '/v1/generate', {}),
          await fetch(`${server.url}/v1/tasks`),
        ]) {
          const body = (await answer.json()) as Json
          expect(Object.keys(body)).toEqual(['data', 'error'])
          expect([answer.status, body.data === null, body.error === null]).toEqual([
            answer.status,
            !answer.ok,
            answer.ok,
          ])
        }
      })

      it('page is 1 and per_page 20 unless set, 100 at most; pagination has page, per_page, total and total_pages', async () => {
        for (const path of ['/v1/tasks', '/v1/usage']) {
          const { data } = await key.read<{ data: { items: Json[]; pagination: Json } }>(path)
          const { total } = data.pagination
          const total_pages = Math.ceil(Number(total) / 20)
          expect([path, data.pagination]).toEqual([path, { page: 1, per_page: 20, total, total_pages }])
          expect(data.items.length).toBe(Math.min(20, Number(total)))
          for (const query of ['page=0', 'per_page=0', 'per_page=101', 'page=x', 'page=1.5'])
            expect([query, (await key.get(`${path}?${query}`)).status]).toEqual([query, 400])
          expect((await key.get(`${path}?per_page=100`)).status).toBe(200)
        }
      })

      it('GET /v1/usage/summary answers [{model,total_units,total_cost:"$0.0100",request_count}]', async () => {
        const gina = await stage.addPerson('gina')
        await stage.grant(gina, '1')
        const hers = await stage.issue(gina)
        expect((await hers.read(SUMMARY)).data).toEqual([])
        await made(hers)
        const summary = async () => (await hers.read<{ data: Json[] }>(SUMMARY)).data
        expect(await summary()).toMatchObject([
          { model: 'nanobanana', total_units: 1, total_cost: '$0.0100', request_count: 1 },
        ])
        await made(hers, { num_outputs: 3, model: 'nano-banana' })
        expect(await summary()).toMatchObject(
          expect.arrayContaining([
            expect.objectContaining({
              model: 'nano-banana',
              total_units: 3,
              total_cost: '$0.0300',
              request_count: 1,
            }),
          ]),
        )
      })

      it('GET /v1/usage answers usage records, page by page', async () => {
        const { id } = await made(key, { num_outputs: 2 })
        const { items, pagination } = await key.usage('per_page=1')
        expect(items).toMatchObject([{ id, model: 'nanobanana', units: 2, cost: '$0.0200', status: 200 }])
        expect(pagination.total_pages).toBe(pagination.total)
        expect((await key.usage('per_page=1&page=2')).items).not.toMatchObject([{ id }])
      })

      it('400 BAD_REQUEST: malformed', async () => {
        for (const body of ['{"model":', 'x', '']) {
          const answer = await key.send('POST', '/v1/generate', body, { 'content-type': 'application/json' })
          expect([body, answer.status, await answer.json()]).toMatchObject([
            body,
            400,
            { data: null, error: { code: expect.stringMatching(/^(BAD_REQUEST|VALIDATION_ERROR)$/) } },
          ])
        }
        const broken = await key.post('/v1/generate', '{"model":')
        expect(await broken.json()).toEqual(refusal('BAD_REQUEST'))
      })

      it('400 VALIDATION_ERROR: the body failed validation', async () => {
        await invalid({}, 'model')
        await invalid({ ...CAT, num_outputs: 99 }, 'num_outputs')
      })

      it('401 UNAUTHORIZED: missing, malformed, inactive, expired, invalid', async () => {
        for (const authorization of [undefined, key.key, `Bearer ${inventKey('egg')}`, 'Bearer x'])
          expect(await ask('/v1/tasks', authorization)).toEqual([401, refusal('UNAUTHORIZED')])
      })

      it('403 FORBIDDEN: the user is suspended, or the session lacks the permission', async () => {
        const narrow = await stage.issue(person, { permissions: ['usage:read'] })
        const answer = await generate(narrow)
        expect([answer.status, await answer.json()]).toEqual([403, refusal('FORBIDDEN')])
        const mine = await stage.issue(person, { permissions: ['inference'] })
        const usage = await mine.get('/v1/usage')
        expect([usage.status, await usage.json()]).toEqual([403, refusal('FORBIDDEN')])
        const admin = await person.send('GET', '/api/dashboard/admin/users')
        expect(admin.status).toBe(403)
      })

      it('403 INSUFFICIENT_BALANCE: the balance is too low', async () => {
        const hugo = await stage.addPerson('hugo')
        const his = await stage.issue(hugo)
        const poor = async (body: Json = {}) => {
          const answer = await generate(his, body)
          expect([answer.status, await answer.json()]).toEqual([403, refusal('INSUFFICIENT_BALANCE')])
        }
        await poor()
        await stage.grant(hugo, '0.02')
        await poor({ num_outputs: 3 })
        await made(his, { num_outputs: 2 })
        await poor()
        const bySession = await hugo.send('POST', '/v1/generate', CAT)
        expect([bySession.status, await bySession.json()]).toEqual([403, refusal('INSUFFICIENT_BALANCE')])
      })

      it('404 NOT_FOUND: a task, or a resource of the dashboard', async () => {
        expect(await ask('/v1/tasks/gen_none', `Bearer ${key.key}`)).toEqual([404, refusal('NOT_FOUND')])
        for (const path of ['/api/v1/keys/none', '/api/dashboard/tasks/gen_none', '/api/dashboard/nothing'])
          expect((await person.send('GET', path)).status, path).toBe(404)
      })

      it('429 RATE_LIMITED: the limit of a key', async () => {
        const quotas = [{ subject: 'key', unit: 'requests', period: 'minute', amount: '1' }]
        const plan = { name: 'Tight', rank: 5, tools: null, models: null, quotas }
        await stage.operator.ask('PUT', '/api/dashboard/admin/plans/tight', plan)
        const ivan = await stage.addPerson('ivan', 'tight')
        await stage.grant(ivan, '1')
        const [his, another] = [await stage.issue(ivan), await stage.issue(ivan)]
        let answer = await generate(his)
        // The minute may end between two of them.
        for (let more = 0; more < 5 && answer.status !== 429; more++) answer = await generate(his)
        expect([answer.status, await answer.json()]).toEqual([429, refusal('RATE_LIMITED')])
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
        expect((await generate(another)).status).toBe(202)
      })

      it('A task’s webhook_url is told of task.completed and of task.failed', async () => {
        const good = await created(key, { webhook_url: `${hooks}/good` })
        const bad = await created(key, { webhook_url: `${hooks}/bad`, prompt: 'x #sandbox {"refuse":true}' })
        for (const [path, event, { id }] of [
          ['/good', 'task.completed', good],
          ['/bad', 'task.failed', bad],
        ] as const) {
          const { headers, body } = await delivery(path)
          expect(headers['content-type']).toMatch(/^application\/json/)
          expect(body).toMatchObject({ event, task_id: id })
          expect(await taskOf(key, id)).toMatchObject({ status: body.status })
        }
      })

      it('X-EggAPI-Timestamp, X-EggAPI-Signature: sha256=<hex HMAC-SHA256 of "{timestamp}.{raw_body}">', async () => {
        const judy = await stage.addPerson('judy')
        await stage.grant(judy, '1')
        const hers = await stage.issue(judy)
        const { secret } = await judy.ask('POST', '/api/dashboard/webhook-secret', {}, undefined, 201)
        await made(hers, { webhook_url: `${hooks}/signed` })
        const { headers, raw } = await delivery('/signed')
        const timestamp = String(headers['x-eggapi-timestamp'])
        expect(timestamp).toMatch(/^\d{10}$/)
        expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60)
        const expected = createHmac('sha256', secret).update(`${timestamp}.${raw}`).digest('hex')
        expect(headers['x-eggapi-signature']).toBe(`sha256=${expected}`)
      })

      it('A signature is sent only after a webhook secret has been generated in the dashboard', async () => {
        const karl = await stage.addPerson('karl')
        await stage.grant(karl, '1')
        const his = await stage.issue(karl)
        await made(his, { webhook_url: `${hooks}/before` })
        const before = await delivery('/before')
        expect(before.headers).not.toHaveProperty('x-eggapi-signature')
        expect(before.headers).toHaveProperty('x-eggapi-timestamp')
        await karl.ask('POST', '/api/dashboard/webhook-secret', {}, undefined, 201)
        await made(his, { webhook_url: `${hooks}/after` })
        const after = await delivery('/after')
        expect(after.headers['x-eggapi-signature']).toMatch(/^sha256=[0-9a-f]{64}$/)
      })

      it('The webhook’s body has event, task_id, status, model, output, error and cost:"0.010000"', async () => {
        const good = await made(key, { webhook_url: `${hooks}/body` })
        const bad = await made(key, { webhook_url: `${hooks}/failure`, prompt: 'x #sandbox {"refuse":"No"}' })
        expect((await delivery('/body')).body).toMatchObject({
          event: 'task.completed',
          task_id: good.id,
          status: 'completed',
          model: 'nanobanana',
          output: { url: expect.stringMatching(/^http/) },
          cost: '0.010000',
        })
        expect((await delivery('/failure')).body).toMatchObject({
          event: 'task.failed',
          task_id: bad.id,
          status: 'failed',
          error: expect.stringContaining('No'),
          cost: '0.000000',
        })
      })

      it('timestamp in the webhook’s body is a number', async () => {
        const before = Math.floor(Date.now() / 1000)
        await made(key, { webhook_url: `${hooks}/time` })
        const { timestamp } = (await delivery('/time')).body as { timestamp: number }
        expect(Number.isInteger(timestamp)).toBe(true)
        expect(timestamp - before).toBeGreaterThanOrEqual(-1)
        expect(timestamp - before).toBeLessThan(120)
      })

      it('A prepaid balance pays $0.0100 for each image that is returned, when it is recorded', async () => {
        const lena = await stage.addPerson('lena')
        await stage.grant(lena, '1')
        const hers = await stage.issue(lena)
        const task = await created(hers, {
          num_outputs: 3,
          prompt: 'x #sandbox {"polls":1,"pollAfterMs":500}',
        })
        const { data } = await lena.ask('GET', '/api/dashboard/balance')
        if ((await taskOf(hers, task.id)).status !== 'completed')
          expect(data.balance).toMatchObject({ granted: '1', spent: '0', held: '0.03', remaining: '0.97' })
        await ended(hers, task)
        const after = (await lena.ask('GET', '/api/dashboard/balance')).data
        expect(after.balance).toMatchObject({ spent: '0.03', held: '0', remaining: '0.97' })
        expect(after.symbol).toBe('$')
      })
    })
  })
}
