import { OpenRouter } from '@openrouter/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Server } from '../support/claviger.ts'
import { apiDocument, type ConformanceStage, type Issued, openConformance } from '../support/conformance.ts'
import { checkCoverage } from '../support/coverage-list.ts'
import { inventKey, keysIn } from '../support/key-text.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import type { Person } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json } from '../support/wire.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** EUrouter's page on keys: the tests are named by its statements, the groups by its headings. */

const KEYS = '/api/v1/keys'
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const MODEL = 'mistral-large'
/** Of the one request of the sample key: 8 tokens at 2 credits a million, and 12 at 6. */
const COST = 0.000_088

/** The page's key object: its lines, and what of it must be true. */
const FIELDS: Record<string, (value: unknown, key: Json) => boolean> = {
  '"name": "string",': (value) => value === 'string',
  '"label": "string",': (value) => typeof value === 'string' && /^eur_\w{4}\.{3}\w{4}$/.test(value),
  '"limit": 0,': (value) => value === 10,
  '"limit_remaining": 0,': (value, key) =>
    typeof value === 'number' && Math.abs(value + Number(key.usage) - 10) < 1e-9,
  '"limit_reset": "daily",': (value) => value === 'daily',
  '"usage": 0,': isUsed,
  '"usage_daily": 0,': isUsed,
  '"usage_weekly": 0,': isUsed,
  '"usage_monthly": 0,': isUsed,
  '"disabled": true,': (value) => value === false,
  '"created_at": "string",': isTime,
  '"updated_at": "string",': isTime,
  '"last_used": "string",': (value, key) => (key.usage === 0 ? value === null : isTime(value)),
}

function isUsed(value: unknown, key: Json): boolean {
  return value === (key.last_used === null ? 0 : COST)
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && ISO.test(value) && Math.abs(Date.parse(value) - Date.now()) < 3_600_000
}

checkCoverage('eurouter', 'b24616a6da01174c7ab5fdd95ec4f85cd620ec4b335438ee39741b2aeee71023')

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`EUrouter on ${name}`, () => {
    let stage: ConformanceStage
    let server: Server
    let person: Person
    let key: Issued
    /** As the page's samples have it, and used once. */
    let sample: Issued

    beforeAll(async () => {
      stage = await openConformance('eurouter', postgres)
      server = stage.server
      // The default plan's twenty requests a minute are too few for all these tests.
      person = await stage.addPerson('ada', 'enterprise')
      await stage.grant(person, '10')
      key = await stage.issue(person)
      sample = await stage.issue(person, { name: 'string', limit: 10, limit_reset: 'daily' })
      expect((await chat(sample)).status).toBe(200)
    })
    afterAll(() => stage?.close())

    const chat = (by: Caller, body: Json = {}) =>
      by.post('/api/v1/chat/completions', {
        model: MODEL,
        messages: [{ role: 'user', content: 'Hi' }],
        ...body,
      })
    const create = async (body: Json, by: Caller = key) => {
      const answer = await by.post(KEYS, body)
      const made = (await answer.json()) as { data: Json & { hash: string }; key: string }
      return { status: answer.status, ...made, ...caller(server.url, made.key) }
    }
    const list = async (query = '') => (await key.read<{ data: Json[] }>(`${KEYS}${query}`)).data
    const hashes = async (query = '') => (await list(query)).map(({ hash }) => hash)
    const get = async (hash: string) => (await key.read<{ data: Json }>(`${KEYS}/${hash}`)).data

    /** What the page says of every endpoint before it comes to its own matters. */
    const authorization = (
      method: string,
      path: () => string | Promise<string>,
      body?: () => Json,
      ok = 200,
    ) => {
      const send = async (headers: Record<string, string>, more = '') =>
        fetch(server.url + (await path()) + more, {
          method,
          headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body()) }),
        })
      const expect401 = async (headers: Record<string, string>) => {
        const answer = await send(headers)
        expect([headers, answer.status]).toEqual([headers, 401])
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="EUrouter"/)
        expect(await answer.json()).toEqual({
          error: {
            code: 401,
            message: expect.any(String),
            metadata: { error_type: 'authentication', error_code: expect.any(String) },
          },
          requestId: answer.headers.get('x-request-id'),
        })
      }

      it('Authorization bearerAuth', async () => {
        const document = await apiDocument(server.url)
        const template = (await path()).startsWith(`${KEYS}/`) ? `${KEYS}/{hash}` : KEYS
        expect(document.paths[template]?.[method.toLowerCase()]?.security).toContainEqual({ bearerAuth: [] })
        expect(document.components.securitySchemes.bearerAuth).toMatchObject({
          type: 'http',
          scheme: 'bearer',
          description: 'API key in format: eur_ + 36 characters',
        })
      })

      it('AuthorizationBearer <token>', async () => {
        for (const scheme of ['Bearer', 'bearer']) {
          const answer = await send({ authorization: `${scheme} ${key.key}` })
          expect([scheme, answer.status]).toEqual([scheme, ok])
        }
        for (const wrong of [key.key, `Token ${key.key}`, 'Bearer', `Bearer ${key.key} ${key.key}`])
          await expect401({ authorization: wrong })
      })

      it('API key in format: eur_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', async () => {
        expect(key.key).toMatch(/^eur_[0-9A-Za-z]{36}$/)
        expect(keysIn(key.key)).toEqual([key.key])
        const others = [inventKey('eur'), inventKey('cvg'), `eur_${'x'.repeat(36)}`, key.key.slice(0, -1)]
        for (const other of others) await expect401({ authorization: `Bearer ${other}` })
      })

      it('In: header', async () => {
        await expect401({})
        await expect401({ cookie: `Authorization=Bearer ${key.key}` })
        for (const field of ['access_token', 'api_key', 'token'])
          expect((await send({}, `?${field}=${key.key}`)).status, field).toBe(400)
      })
    }

    const fields = (read: () => Promise<Json>) => {
      for (const [line, holds] of Object.entries(FIELDS)) {
        it(line, async () => {
          const object = await read()
          const field = /"(\w+)"/.exec(line)?.[1] as string
          expect([field, object[field], holds(object[field], object)]).toEqual([field, object[field], true])
        })
      }
    }

    const isJson = (answer: Response) =>
      expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/)

    describe('List API keys', () => {
      authorization('GET', () => KEYS)
      const read = async () => (await list()).find(({ hash }) => hash === sample.hash) as Json

      it('GET /api/v1/keys', async () => {
        const found = await hashes()
        expect(found).toEqual(expect.arrayContaining([key.hash, sample.hash]))
        const elsewhere = await stage.issue(stage.operator)
        expect(await hashes('?include_disabled=true')).not.toContain(elsewhere.hash)
      })

      it('offset?number Number of keys to skip for pagination', async () => {
        for (let made = 0; made < 101; made += 1) await create({ name: `Key ${made}` })
        const first = await hashes('?offset=0')
        expect(first).toEqual(await hashes())
        expect(first).toHaveLength(100)
        const second = await hashes('?offset=100')
        expect(second).toEqual(expect.arrayContaining([key.hash, sample.hash]))
        expect(new Set([...first, ...second]).size).toBe(first.length + second.length)
        expect((await hashes('?offset=1')).slice(0, 99)).toEqual(first.slice(1))
        expect(await hashes(`?offset=${first.length + second.length}`)).toEqual([])
        for (const wrong of ['-1', 'x', '1.5', 'NaN'])
          expect((await key.get(`${KEYS}?offset=${wrong}`)).status, wrong).toBe(400)
        // The other tests look at one page.
        for (const hash of first.slice(0, 100)) await key.send('DELETE', `${KEYS}/${hash}`)
      })

      it('include_disabled?boolean Whether to include disabled keys in the response', async () => {
        const { data } = await create({ name: 'Sleeper' })
        await key.send('PATCH', `${KEYS}/${data.hash}`, { disabled: true })
        expect(await hashes()).not.toContain(data.hash)
        expect(await hashes('?include_disabled=false')).not.toContain(data.hash)
        const all = await list('?include_disabled=true')
        expect(all.find(({ hash }) => hash === data.hash)).toMatchObject({ disabled: true })
        expect(all.map(({ hash }) => hash)).toContain(sample.hash)
        expect((await key.get(`${KEYS}?include_disabled=maybe`)).status).toBe(400)
      })

      it('Response Body application/json', async () => isJson(await key.get(KEYS)))

      it('curl -X GET "https://api.eurouter.ai/api/v1/keys"', async () => {
        expect((await key.get(KEYS)).status).toBe(200)
        expect((await fetch(server.url + KEYS)).status).toBe(401)
      })

      it('{ "data": [ {', async () => {
        const body = await key.read(KEYS)
        expect(Object.keys(body)).toEqual(['data'])
        expect(Array.isArray(body.data)).toBe(true)
      })

      fields(read)

      it('"hash": "string" } ] }', async () => {
        expect(await read()).toMatchObject({ hash: sample.hash })
        expect(await (await key.get(KEYS)).text()).not.toContain(sample.key.slice(8, -4))
      })
    })

    describe('Create API key', () => {
      authorization(
        'POST',
        () => KEYS,
        () => ({ name: 'By the test of authorization' }),
        201,
      )
      let made: Awaited<ReturnType<typeof create>>
      beforeAll(async () => {
        made = await create({ name: 'string', limit: 10, limit_reset: 'daily' })
      })

      it('POST /api/v1/keys', async () => {
        expect(made.status).toBe(201)
        expect((await chat(made)).status).toBe(200)
      })

      it('Request Body application/json', async () => {
        for (const [type, body] of [
          ['text/plain', '{"name":"x"}'],
          ['application/x-www-form-urlencoded', 'name=x'],
        ] as const)
          expect((await key.send('POST', KEYS, body, { 'content-type': type })).status, type).toBe(415)
        for (const body of ['{"name":', '[]', '"x"', 'null'])
          expect((await key.post(KEYS, body)).status, body).toBe(400)
      })

      it('name*string Display name for the API key', async () => {
        const { data } = await create({ name: 'Ünïcode 🔑 name' })
        expect(await get(data.hash)).toMatchObject({ name: 'Ünïcode 🔑 name' })
        for (const body of [{}, { limit: 1 }, { name: '' }, { name: 5 }, { name: null }]) {
          const answer = await key.post(KEYS, body)
          expect([body, answer.status]).toEqual([body, 400])
          expect(await answer.text()).toContain('name')
        }
      })

      it('limit?number|null Usage limit in credits (null = unlimited)', async () => {
        const without = await create({ name: 'No limit' })
        const none = await create({ name: 'Null', limit: null })
        for (const { data } of [without, none])
          expect(data).toMatchObject({ limit: null, limit_remaining: null, limit_reset: null })
        expect((await chat(none)).status).toBe(200)
        const exact = await create({ name: 'Exact', limit: 0.123_456_789 })
        expect(exact.data).toMatchObject({ limit: 0.123_456_789, limit_remaining: 0.123_456_789 })
        const zero = await create({ name: 'Zero', limit: 0 })
        expect(zero.data).toMatchObject({ limit: 0, limit_remaining: 0 })
        expect((await chat(zero)).status).toBe(402)
        for (const limit of [-1, '10', true])
          expect((await key.post(KEYS, { name: 'x', limit })).status, String(limit)).toBe(400)
      })

      it('limit_reset?string|null Period after which usage limits reset', async () => {
        const never = await create({ name: 'Never', limit: 5, limit_reset: null })
        expect(never.data).toMatchObject({ limit: 5, limit_reset: null })
        await clearOfMidnight()
        const now = new Date()
        const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
        for (const [limit_reset, end] of [
          ['daily', Date.UTC(year, month, day + 1)],
          ['weekly', Date.UTC(year, month, day + 7 - ((now.getUTCDay() + 6) % 7))],
          ['monthly', Date.UTC(year, month + 1, 1)],
        ] as const) {
          const refused = await chat(await create({ name: 'Spent', limit: 0.000_000_001, limit_reset }))
          const { error } = (await refused.json()) as { error: { metadata: Json } }
          const resets_at = new Date(end).toISOString()
          expect([limit_reset, refused.status, error.metadata]).toMatchObject([
            limit_reset,
            402,
            { resets_at },
          ])
        }
        const alone = await create({ name: 'Without a limit', limit_reset: 'daily' })
        expect([alone.status, (await chat(alone)).status]).toEqual([201, 200])
      })

      it('Value in"daily" | "weekly" | "monthly"', async () => {
        for (const limit_reset of ['daily', 'weekly', 'monthly']) {
          const { data } = await create({ name: 'Period', limit: 1, limit_reset })
          expect(data).toMatchObject({ limit_reset })
        }
        for (const limit_reset of ['hourly', 'yearly', 'Daily', '', 1])
          expect((await key.post(KEYS, { name: 'x', limit: 1, limit_reset })).status).toBe(400)
      })

      it('Response Body application/json', async () => isJson(await key.post(KEYS, { name: 'x' })))

      it(`curl -X POST "https://api.eurouter.ai/api/v1/keys" \\ -H "Content-Type: application/json" \\ -d '{ "name": "string" }'`, async () => {
        const body = '{    "name": "string"  }'
        const { status, data } = await create(body as unknown as Json)
        expect([status, data.name]).toEqual([201, 'string'])
        const headers = { 'content-type': 'application/json' }
        expect((await fetch(server.url + KEYS, { method: 'POST', headers, body })).status).toBe(401)
      })

      it('{ "data": {', async () => {
        const answer = await key.post(KEYS, { name: 'Shape' })
        expect(Object.keys((await answer.json()) as Json)).toEqual(['data', 'key'])
      })

      fields(async () => made.data)

      it('"hash": "string" },', async () => {
        expect(made.data.hash).toMatch(/^[\w-]+$/)
        expect(made.key).not.toContain(made.data.hash)
        const { usage: _, ...asMade } = made.data
        const now = await get(made.data.hash)
        expect(Object.keys(now)).toEqual(Object.keys(made.data))
        expect(now).toMatchObject({ hash: asMade.hash, name: asMade.name, label: asMade.label })
      })

      it('"key": "string" }', async () => {
        expect(made.key).toMatch(/^eur_[0-9A-Za-z]{36}$/)
        expect(JSON.stringify(made.data)).not.toContain(made.key)
        for (const path of [KEYS, `${KEYS}/${made.data.hash}`])
          expect(await (await key.get(path)).text()).not.toContain(made.key.slice(8, -4))
      })
    })

    describe('Get API key', () => {
      const path = () => `${KEYS}/${sample.hash}`
      authorization('GET', path)

      it('GET /api/v1/keys/{hash}', async () => {
        expect(await get(sample.hash)).toEqual((await list()).find(({ hash }) => hash === sample.hash))
      })

      it('hash*string Public identifier of the API key', async () => {
        const elsewhere = await stage.issue(stage.operator)
        for (const other of ['string', elsewhere.hash, sample.key, sample.label, '%00', ' ']) {
          const answer = await key.get(`${KEYS}/${encodeURIComponent(other)}`)
          expect([other, answer.status]).toEqual([other, 404])
        }
      })

      it('Response Body application/json', async () => isJson(await key.get(path())))

      it('curl -X GET "https://api.eurouter.ai/api/v1/keys/string"', async () => {
        const answer = await key.get(`${KEYS}/string`)
        expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 404 } }])
        expect((await fetch(`${server.url}${KEYS}/string`)).status).toBe(401)
      })

      it('{ "data": {', async () => expect(Object.keys(await key.read(path()))).toEqual(['data']))

      fields(() => get(sample.hash))

      it('"hash": "string" } }', async () => {
        expect(await get(sample.hash)).toMatchObject({ hash: sample.hash })
        expect(await (await key.get(path())).text()).not.toContain(sample.key.slice(8, -4))
      })
    })

    describe('Delete API key', () => {
      let victim: Awaited<ReturnType<typeof create>>
      beforeAll(async () => {
        victim = await create({ name: 'Victim' })
      })
      authorization('DELETE', async () => `${KEYS}/${(await create({ name: 'One more' })).data.hash}`)

      it('DELETE /api/v1/keys/{hash}', async () => {
        const { data, ...deleted } = await create({ name: 'Gone' })
        expect((await chat(deleted)).status).toBe(200)
        expect((await key.send('DELETE', `${KEYS}/${data.hash}`)).status).toBe(200)
        expect((await chat(deleted)).status).toBe(401)
        expect((await deleted.get(KEYS)).status).toBe(401)
        expect(await hashes('?include_disabled=true')).not.toContain(data.hash)
        expect((await key.get(`${KEYS}/${data.hash}`)).status).toBe(404)
      })

      it('hash*string Public identifier of the API key', async () => {
        const elsewhere = await stage.issue(stage.operator)
        for (const other of ['string', elsewhere.hash, victim.key])
          expect((await key.send('DELETE', `${KEYS}/${other}`)).status, other).toBe(404)
        expect((await elsewhere.get('/api/v1/key')).status).toBe(200)
        expect((await victim.get('/api/v1/key')).status).toBe(200)
      })

      it('Response Body application/json', async () => {
        const { data } = await create({ name: 'x' })
        isJson(await key.send('DELETE', `${KEYS}/${data.hash}`))
      })

      it('curl -X DELETE "https://api.eurouter.ai/api/v1/keys/string"', async () => {
        const answer = await key.send('DELETE', `${KEYS}/string`)
        expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: 404 } }])
        expect((await fetch(`${server.url}${KEYS}/string`, { method: 'DELETE' })).status).toBe(401)
      })

      it('{ "data": { "success": true } }', async () => {
        const answer = await key.send('DELETE', `${KEYS}/${victim.data.hash}`)
        expect([answer.status, await answer.json()]).toMatchObject([200, { data: { success: true } }])
        // It is said once: there is nothing left to delete.
        expect((await key.send('DELETE', `${KEYS}/${victim.data.hash}`)).status).toBe(404)
      })
    })

    describe('Beyond the page', () => {
      it('The server carries the name EUrouter and needs no network to start', async () => {
        const document = await apiDocument(server.url)
        expect(document.info.title).toBe('EUrouter')
        expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
      })

      it('PATCH /api/v1/keys/{hash} changes a key, disables it and enables it again', async () => {
        const { data, ...changed } = await create({ name: 'Before' })
        const patch = async (body: Json) => {
          const answer = await key.send('PATCH', `${KEYS}/${data.hash}`, body)
          return [answer.status, ((await answer.json()) as { data: Json }).data]
        }
        expect(data.updated_at).toBe(data.created_at)
        const limits = { name: 'After', limit: 2, limit_reset: 'weekly' }
        expect(await patch(limits)).toMatchObject([200, limits])
        expect(await patch({ disabled: true })).toMatchObject([200, { ...limits, disabled: true }])
        expect((await chat(changed)).status).toBe(401)
        expect(await patch({ disabled: false, limit: null, limit_reset: null })).toMatchObject([
          200,
          { name: 'After', disabled: false, limit: null, limit_remaining: null },
        ])
        expect((await chat(changed)).status).toBe(200)
        const fields = Object.keys(FIELDS).map((line) => /"(\w+)"/.exec(line)?.[1])
        const [, now] = (await patch({ name: 'Again' })) as [number, Json]
        expect(now.created_at).toBe(data.created_at)
        expect(Date.parse(String(now.updated_at))).toBeGreaterThan(Date.parse(String(data.updated_at)))
        expect(Object.keys(now)).toEqual(expect.arrayContaining([...fields, 'hash']))
      })

      it('The unmodified SDK of OpenRouter lists, creates, gets, changes and deletes a key', async () => {
        const { apiKeys } = new OpenRouter({ apiKey: key.key, serverURL: `${server.url}/api/v1` })
        const made = await apiKeys.create({ requestBody: { name: 'SDK', limit: 5, limitReset: 'monthly' } })
        expect(made.key).toMatch(/^eur_/)
        const { hash } = made.data
        expect((await apiKeys.list({ offset: 0 })).data.map((each) => each.hash)).toContain(hash)
        expect((await apiKeys.get({ hash })).data).toMatchObject({ limit: 5, limitReset: 'monthly' })
        const changed = await apiKeys.update({ hash, requestBody: { disabled: true } })
        expect(changed.data.disabled).toBe(true)
        expect((await apiKeys.list({})).data.map((each) => each.hash)).not.toContain(hash)
        expect((await apiKeys.getCurrentKeyMetadata()).data.label).toBe(key.label)
        expect(await apiKeys.delete({ hash })).toEqual({ deleted: true })
        await expect(apiKeys.get({ hash })).rejects.toMatchObject({ statusCode: 404 })
      })

      it('x-api-key is taken as a second header; an Authorization header, when there, decides', async () => {
        const ask = async (headers: Record<string, string>) =>
          (await fetch(server.url + KEYS, { headers })).status
        expect(await ask({ 'x-api-key': key.key })).toBe(200)
        expect(await ask({ 'x-api-key': inventKey('eur') })).toBe(401)
        expect(await ask({ 'x-api-key': key.key, authorization: 'Bearer junk' })).toBe(401)
        expect(await ask({ 'x-api-key': 'junk', authorization: `Bearer ${key.key}` })).toBe(200)
      })

      it('A key cannot give another what it does not hold', async () => {
        const narrow = await create({ name: 'Narrow', permissions: ['keys:write', 'keys:read'] })
        const raised = await narrow.post(KEYS, { name: 'Raised', permissions: ['inference'] })
        expect([raised.status, await raised.json()]).toMatchObject([
          403,
          { error: { code: 403, metadata: { error_code: 'grant_exceeds_grantor' } } },
        ])
        const own = await create({ name: 'Of its own' }, narrow)
        expect(own.data.permissions).toEqual(['keys:read', 'keys:write'])
        expect((await chat(narrow)).status).toBe(403)
      })

      it('Every error is {"error":{"code","message"},"requestId"}', async () => {
        for (const answer of [
          await fetch(server.url + KEYS),
          await key.get(`${KEYS}/nobody`),
          await key.post(KEYS, {}),
          await key.get('/api/v1/nothing'),
          await key.send('PUT', KEYS, {}),
          await chat(key, { model: 'unknown' }),
        ]) {
          expect(answer.status).toBeGreaterThanOrEqual(400)
          expect(await answer.json()).toMatchObject({
            error: { code: answer.status, message: expect.any(String) },
            requestId: answer.headers.get('x-request-id'),
          })
        }
      })

      it('A call beyond the credits, or beyond the limit of a key, is answered 402', async () => {
        const limited = await create({ name: 'Tiny', limit: 0.000_000_001 })
        const poor = await stage.issue(await stage.addPerson('poor', 'enterprise'))
        for (const by of [limited, poor]) {
          const answer = await chat(by)
          expect([answer.status, await answer.json()]).toMatchObject([402, { error: { code: 402 } }])
        }
      })

      it('GET /api/v1/credits tells the credits of the account as text', async () => {
        const { data } = await key.read<{ data: Json }>('/api/v1/credits')
        expect(data).toMatchObject({ total_credits: expect.stringMatching(/^10(\.0+)?$/) })
        expect(data.total_usage).toMatch(/^0\.0*[1-9]\d*$/)
      })

      it('GET /api/v1/models is public', async () => {
        for (const headers of [{}, { authorization: 'Bearer junk' }]) {
          const answer = await fetch(`${server.url}/api/v1/models`, { headers })
          const { data } = (await answer.json()) as { data: { id: string }[] }
          expect(data.map(({ id }) => id)).toContain(MODEL)
        }
      })

      it('Chat completions, embeddings and responses are there under /api/v1', async () => {
        expect(await (await chat(key)).json()).toMatchObject({ object: 'chat.completion', model: MODEL })
        const responded = await key.post('/api/v1/responses', { model: MODEL, input: 'Hi' })
        expect(await responded.json()).toMatchObject({ object: 'response', status: 'completed' })
        const embedded = await key.post('/api/v1/embeddings', { model: 'bge-multilingual', input: 'Hi' })
        expect(await embedded.json()).toMatchObject({ object: 'list' })
        const streamed = await chat(key, { stream: true })
        expect(await streamed.text()).toMatch(/data: \[DONE\]\s*$/)
      })

      it('Answers carry the rate limit of the plan', async () => {
        const free = await stage.addPerson('free')
        await stage.grant(free, '1')
        for (const [by, limit] of [
          [key, '300'],
          [await stage.issue(free), '20'],
        ] as const) {
          const { headers } = await chat(by)
          expect(headers.get('x-ratelimit-limit')).toBe(limit)
          expect(Number(headers.get('x-ratelimit-remaining'))).toBeLessThan(Number(limit))
          expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000)
        }
      })
    })
  })
}
