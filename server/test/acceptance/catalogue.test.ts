import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  type Upstream,
} from '../support/claviger.ts'
import { filesOf, openDatabase } from '../support/database.ts'
import { openSession, type SessionCaller } from '../support/operator-session.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, makeUser, untilHeard } from '../support/wire.ts'

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const ADMIN = '/api/dashboard/admin'
const SECRETS = ['sk-sold-first-0123456789', 'sk-sold-second-0123456789']
const FILE_SECRET = 'sk-file-0123456789'
/** A thousand tokens each way make a cost in which every digit of a price can be seen. */
const COUNTED = { promptTokens: 1000, completionTokens: 1000 }

type Data = Record<string, unknown>

afterAll(stopAll)

describe.each(DATABASES)('the catalogue', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let upstream: Upstream
    let installation: Installation
    /** Two nodes on PostgreSQL, one on SQLite. */
    let nodes: Server[]
    let operator: SessionCaller
    let member: SessionCaller
    let client: Caller

    const url = (node = 0) => nodes[node % nodes.length]?.url as string
    const admin = async (method: string, path: string, body?: unknown) => {
      const response = await operator.send(url(), method, ADMIN + path, body)
      const answer = (await response.json()) as { data: Data; error?: Data }
      return { status: response.status, data: answer.data, error: answer.error }
    }
    const ask = (model: string, node = 0) =>
      caller(url(node), client.key).post('/v1/chat/completions', {
        model,
        messages: [{ role: 'user', content: 'Hi' }],
      })
    const model = (more: object = {}) => ({
      contextWindow: 128_000,
      maxOutputTokens: 4096,
      prices: { input: '1.00', output: '2.00' },
      routes: [{ provider: 'sold', model: 'upstream-chat' }],
      ...more,
    })
    const rowOf = async (response: Response) => {
      const { cost_credits } = await client.row(response.headers.get('x-request-id') as string)
      const database = await openDatabase(installation)
      const id = response.headers.get('x-request-id')
      const [row] = await database.query(`SELECT price_version FROM usage_events WHERE id = '${id}'`)
      await database.close()
      return { cost: cost_credits, version: row?.price_version }
    }

    beforeAll(async () => {
      upstream = await startUpstream()
      const config = {
        log: { level: 'info', requests: 'all' },
        providers: [{ id: 'filed', kind: 'openai', baseUrl: upstream.url, apiKey: FILE_SECRET }],
        models: [{ id: 'filed-chat', contextWindow: 1000, routes: [{ provider: 'filed' }] }],
      }
      installation = await install(config, postgres)
      nodes = [await installation.start(), ...(postgres ? [await installation.start()] : [])]
      operator = await openSession(installation, 'operator@example.com', true)
      member = await openSession(installation, 'member@example.com', false)
      client = caller(url(), (await makeUser(installation, 'client@example.com')).key)
      await upstream.script(COUNTED)
    })
    afterAll(async () => {
      await installation?.remove()
      await upstream?.stop()
    })

    it('a provider, its credentials and a model that are added serve the next request', async () => {
      expect((await ask('sold-chat')).status).toBe(404)
      const provider = { kind: 'openai', baseUrl: upstream.url }
      expect(await admin('PUT', '/providers/sold', provider)).toMatchObject({
        status: 200,
        data: { id: 'sold', source: 'database', credentials: [], fault: null },
      })
      for (const [index, text] of SECRETS.entries()) {
        const added = await admin('POST', '/providers/sold/credentials', { name: `key ${index}`, text })
        expect(added).toMatchObject({ status: 201, data: { name: `key ${index}`, state: 'well' } })
      }
      expect((await admin('PUT', '/models/sold-chat', model())).status).toBe(200)
      for (const _ of SECRETS) expect((await ask('sold-chat')).status).toBe(200)
      const sent = (await upstream.records()).map(({ headers }) => headers.authorization)
      expect(sent).toEqual(SECRETS.map((text) => `Bearer ${text}`))
    })

    it('a price that was changed holds for the next request, whose row has its version', async () => {
      const first = await rowOf(await ask('sold-chat'))
      const prices = { input: '1.25', output: '5.00' }
      const { data } = await admin('PUT', '/models/sold-chat', model({ prices }))
      const second = await rowOf(await ask('sold-chat'))
      expect(first.cost).toBe('0.003')
      expect(second).toEqual({ cost: '0.00625', version: data.priceVersion })
      expect(second.version).not.toBe(first.version)
    })

    it('a change is seen by every node as soon as it has heard of it', async () => {
      const { data } = await admin('PUT', '/models/sold-chat', model({ name: 'Renamed' }))
      expect(data.name).toBe('Renamed')
      const other = caller(url(1), client.key)
      const named = async () => (await other.read<{ name: string }>('/v1/models/sold-chat')).name
      await untilHeard(postgres, 'the new name', async () => (await named()) === 'Renamed')
      expect(await named()).toBe('Renamed')
      expect((await ask('sold-chat', 1)).status).toBe(200)
    })

    it('a credential that the provider refuses is fallen over within the request, and shown as resting', async () => {
      await upstream.script({ ...COUNTED, credentials: { [SECRETS[0] as string]: { status: 401 } } })
      for (let round = 0; round < 3; round++) expect((await ask('sold-chat')).status).toBe(200)
      const { data } = await admin('GET', '/providers/sold')
      expect((data.credentials as Data[]).map(({ state }) => state)).toEqual(['resting', 'well'])
      const test = await admin('POST', '/providers/sold/test')
      expect(test.data).toMatchObject({
        ok: false,
        results: [
          { credential: 'key 0', ok: false, status: 401 },
          { credential: 'key 1', ok: true, status: 200, models: ['upstream-chat', 'upstream-embed'] },
        ],
      })
      await upstream.script(COUNTED)
    })

    it('what is wrong in a definition is refused, and the field is named', async () => {
      const provider = { kind: 'openai', baseUrl: upstream.url }
      const wrong: [string, object, string][] = [
        ['/providers/new', { kind: 'openai' }, 'baseUrl'],
        ['/providers/new', { ...provider, baseUrl: 'ftp://x' }, 'baseUrl'],
        ['/providers/new', { ...provider, apiKey: 'sk' }, 'apiKey'],
        ['/providers/new', { ...provider, headers: { 'x-api-key': 'sk' } }, 'headers.x-api-key'],
        ['/providers/sold', { ...provider, baseUrl: 'https://elsewhere.example/v1' }, 'baseUrl'],
        ['/models/new', model({ routes: [{ provider: 'nobody' }] }), 'routes.0.provider'],
        ['/models/new', model({ routes: [] }), 'routes'],
        ['/models/new', model({ prices: { input: '1' } }), 'prices.output'],
        ['/models/new', model({ prices: { input: '1,5', output: '1' } }), 'prices.input'],
        ['/models/auto', model(), 'id'],
        ['/models/new', model({ contextWindow: '5' }), 'contextWindow'],
      ]
      for (const [path, body, param] of wrong) {
        const { status, error } = await admin('PUT', path, body)
        expect([path, status, error?.param]).toEqual([path, 400, param])
        expect(error?.message).toContain(param)
      }
      const refused = await admin('POST', '/providers/sold/credentials', { name: 'x', text: 'a\nb' })
      expect([refused.status, refused.error?.param]).toEqual([400, 'text'])
    })

    it('what stands in the configuration file is read-only, and no credential of it is shown', async () => {
      const provider = { kind: 'openai', baseUrl: upstream.url }
      for (const [method, path, body] of [
        ['PUT', '/providers/filed', provider],
        ['DELETE', '/providers/filed', undefined],
        ['POST', '/providers/filed/credentials', { name: 'n', text: 'sk-0123456789' }],
        ['PUT', '/models/filed-chat', model()],
        ['DELETE', '/models/filed-chat', undefined],
      ] as const) {
        const { status, error } = await admin(method, path, body)
        expect([status, error?.message]).toEqual([400, expect.stringContaining('configuration file')])
      }
      const { data } = await admin('GET', '/providers')
      expect(data).toMatchObject([
        { id: 'filed', source: 'file', credentials: [{ name: 'apiKey' }] },
        { id: 'sold', source: 'database' },
      ])
      expect((await admin('GET', '/settings')).status).toBe(200)
    })

    it('none but administrators of the server get in', async () => {
      const get = (path: string) => member.send(url(), 'GET', ADMIN + path)
      for (const path of ['/providers', '/providers/sold', '/models', '/settings'])
        expect((await get(path)).status).toBe(403)
      expect((await member.send(url(), 'DELETE', `${ADMIN}/models/sold-chat`)).status).toBe(403)
      expect((await fetch(`${url()}${ADMIN}/providers`)).status).toBe(401)
      expect((await client.get(`${ADMIN}/providers`)).status).toBe(401)
    })

    it('a credential, a model and a provider that are deleted end, on every node', async () => {
      const { data } = await admin('GET', '/providers/sold')
      const [first] = data.credentials as { id: string }[]
      expect((await admin('DELETE', `/providers/sold/credentials/${first?.id}`)).status).toBe(200)
      await upstream.script(COUNTED)
      for (let round = 0; round < 2; round++) expect((await ask('sold-chat')).status).toBe(200)
      const sent = (await upstream.records()).map(({ headers }) => headers.authorization)
      expect(new Set(sent)).toEqual(new Set([`Bearer ${SECRETS[1]}`]))
      expect((await admin('DELETE', '/providers/sold')).error?.message).toContain('sold-chat')
      expect((await admin('DELETE', '/models/sold-chat')).status).toBe(200)
      expect((await ask('sold-chat')).status).toBe(404)
      await untilHeard(postgres, 'the end of it', async () => (await ask('sold-chat', 1)).status === 404)
      expect((await ask('sold-chat', 1)).status).toBe(404)
      expect((await admin('DELETE', '/providers/sold')).status).toBe(200)
      expect((await admin('GET', '/providers/sold')).status).toBe(404)
    })

    it('the text of a credential is in no table, no file, no line of the log and no answer; all changes are audited', async () => {
      const { status } = await admin('PUT', '/providers/kept', { kind: 'openai', baseUrl: upstream.url })
      expect(status).toBe(200)
      const text = SECRETS[0] as string
      await admin('POST', '/providers/kept/credentials', { name: 'main', text })
      const database = await openDatabase(installation)
      const tables = await database.dump()
      await database.close()
      const printed = (value: unknown) =>
        JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item))
      const places = {
        tables: printed(tables),
        answers: operator.answers(),
        log: nodes.map((node) => node.output()).join('\n'),
        ...Object.fromEntries(
          Object.entries(filesOf(installation))
            .filter(([file]) => file !== 'claviger.yaml')
            .map(([file, bytes]) => [file, bytes.toString('latin1')]),
        ),
      }
      for (const [place, found] of Object.entries(places)) {
        for (const secret of [...SECRETS, FILE_SECRET])
          expect([place, found.includes(secret)]).toEqual([place, false])
      }
      expect(tables.provider_credentials).toHaveLength(1)
      const actions = (tables.audit_log ?? []).map(({ action }) => String(action))
      expect(actions.filter((action) => /^(provider|model)\./.test(action))).toEqual([
        ...['provider.create', 'provider.credential.create', 'provider.credential.create', 'model.create'],
        ...['model.update', 'model.update', 'provider.credential.delete', 'model.delete', 'provider.delete'],
        ...['provider.create', 'provider.credential.create'],
      ])
    })
  })
})
