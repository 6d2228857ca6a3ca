import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Server } from '../support/claviger.ts'
import { openDatabase } from '../support/database.ts'
import { type Example, installExample } from '../support/examples.ts'
import { keysIn } from '../support/key-text.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json } from '../support/wire.ts'

const OWNER = 'owner@example.com'

type Opened = ReturnType<typeof opened>

vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** One of the example configurations, as it stands, with a user and his key, for all tests of a group. */
function opened(name: string) {
  const parts = {} as { example: Example; server: Server; key: Caller }
  beforeAll(async () => {
    parts.example = await installExample(name)
    await parts.example.admin('admin', 'users', 'create', '--email', OWNER, '--name', 'Owner')
    const { key } = await parts.example.admin<{ key: string }>('admin', 'keys', 'create')
    if (name !== 'eugpt') {
      const grant = ['credits', 'grant', '--user', OWNER, '--amount', '10']
      await parts.example.admin('admin', ...grant)
    }
    parts.server = await parts.example.start()
    parts.key = caller(parts.server.url, key)
  })
  afterAll(async () => {
    await parts.server?.stop()
    await parts.example?.remove()
  })
  return parts
}

afterAll(stopAll)

it('every example configuration stands here', () => {
  const folder = new URL('../../../examples/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  expect(files.toSorted()).toEqual(['eggapi.yaml', 'eugpt.yaml', 'eurouter.yaml'])
})

describe.each([
  ['eugpt', 'EU GPT', 'eugpt_', 'gpt-oss-120b'],
  ['eurouter', 'EUrouter', 'eur_', 'mistral-large'],
  ['eggapi', 'EggAPI', 'egg_', 'nano-banana'],
])('%s.yaml', (name, brand, prefix, model) => {
  const parts = opened(name)

  it('starts without a network, under its own name, and answers a first request', async () => {
    const { key, server } = parts
    expect(key.key.startsWith(prefix)).toBe(true)
    expect(keysIn(key.key)).toEqual([key.key])
    const answer = await key.post('/v1/responses', { model, input: 'Say hello', stream: false })
    expect(await answer.json()).toMatchObject({ object: 'response', status: 'completed', model })
    const { data } = await key.read<{ data: { id: string }[] }>('/v1/models')
    expect(data.map(({ id }) => id)).toContain(model)
    const refused = await fetch(`${server.url}/v1/models`)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${brand}"`,
    ])
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    const { info } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { info: Json }
    expect(info.title).toBe(brand)
  })

  if (name === 'eurouter') eurouter(parts)
  if (name === 'eggapi') eggapi(parts)
})

function eurouter(parts: Opened): void {
  it('a key manages keys as its page says: list, create, get, delete, and the models are public', async () => {
    const { key, server } = parts
    const created = await key.post('/api/v1/keys', { name: 'string', limit: 10, limit_reset: 'daily' })
    const { data, key: text } = (await created.json()) as { data: Json; key: string }
    expect(text).toMatch(/^eur_[0-9A-Za-z]{36}$/)
    const published =
      'name label limit limit_remaining limit_reset usage usage_daily usage_weekly usage_monthly disabled created_at updated_at last_used hash'
    expect(Object.keys(data)).toEqual(expect.arrayContaining(published.split(' ')))
    expect(data).toMatchObject({
      name: 'string',
      limit: 10,
      limit_remaining: 10,
      limit_reset: 'daily',
      usage: 0,
      disabled: false,
      last_used: null,
    })

    const made = caller(server.url, text)
    expect((await made.get('/api/v1/keys')).status).toBe(200)
    const { data: listed } = await key.read<{ data: Json[] }>('/api/v1/keys?offset=0&include_disabled=false')
    expect(listed.map(({ hash }) => hash)).toContain(data.hash)
    expect((await key.read<{ data: Json }>(`/api/v1/keys/${data.hash}`)).data).toMatchObject({
      hash: data.hash,
    })
    const deleted = await key.send('DELETE', `/api/v1/keys/${data.hash}`)
    expect(await deleted.json()).toMatchObject({ data: { success: true } })
    expect((await made.get('/api/v1/keys')).status).toBe(401)

    for (const headers of [{}, { authorization: 'Bearer junk' }, { authorization: `Bearer ${text}` }]) {
      expect((await fetch(`${server.url}/api/v1/models`, { headers })).status).toBe(200)
    }
    expect((await fetch(`${server.url}/api/v1/key`, { headers: { 'x-api-key': key.key } })).status).toBe(200)
    expect((await fetch(`${server.url}/api/v1/key`, { headers: { 'x-api-key': text } })).status).toBe(401)
  })

  it('a key cannot give another what it does not hold', async () => {
    const { key, server } = parts
    const answer = await key.post('/api/v1/keys', {
      name: 'Narrow',
      permissions: ['keys:write', 'keys:read'],
    })
    const narrow = caller(server.url, ((await answer.json()) as { key: string }).key)
    const raised = await narrow.post('/api/v1/keys', { name: 'Raised', permissions: ['inference'] })
    expect([raised.status, await raised.json()]).toMatchObject([
      403,
      { error: { code: 403, metadata: { error_code: 'grant_exceeds_grantor' } } },
    ])
    const own = await narrow.post('/api/v1/keys', { name: 'Of its own' })
    expect(((await own.json()) as { data: Json }).data.permissions).toEqual(['keys:read', 'keys:write'])
  })
}

function eggapi(parts: Opened): void {
  it('refuses as its page says: header missing, format wrong, key inactive or expired, owner not active', async () => {
    const { example, key, server } = parts
    const expired = await example.admin<{ key: string; hash: string }>('admin', 'keys', 'create')
    const database = await openDatabase(example)
    await database.query(`UPDATE keys SET expires_at = ${Date.now() - 1} WHERE id = '${expired.hash}'`)
    await database.close()
    const ask = async (authorization?: string) => {
      const answer = await fetch(`${server.url}/v1/usage/summary`, {
        headers: authorization ? { authorization } : {},
      })
      return [answer.status, await answer.json()]
    }
    const refusal = (code: string, message: string) => ({ data: null, error: { code, message } })
    expect(await ask()).toEqual([401, refusal('UNAUTHORIZED', 'Missing Authorization header')])
    const format = "Invalid Authorization format, expected 'Bearer <token>'"
    for (const wrong of [key.key, `Token ${key.key}`, 'Bearer']) {
      expect(await ask(wrong)).toEqual([401, refusal('UNAUTHORIZED', format)])
    }
    expect(await ask(`Bearer ${key.key}`)).toMatchObject([200, { error: null }])
    expect(await ask(`Bearer ${expired.key}`)).toEqual([401, refusal('UNAUTHORIZED', 'API key has expired')])
    await example.admin('admin', 'users', 'suspend', OWNER)
    expect(await ask(`Bearer ${key.key}`)).toEqual([403, refusal('FORBIDDEN', 'User account is suspended')])
    await example.admin('admin', 'users', 'activate', OWNER)
  })

  it('usage needs a key, a browser session will not do, and no key can manage keys or read the balance', async () => {
    const { example, key, server } = parts
    const headers = { cookie: 'better-auth.session_token=abc; __Secure-better-auth.session_token=abc' }
    for (const path of ['/v1/usage', '/v1/usage/summary']) {
      expect((await fetch(server.url + path, { headers })).status).toBe(401)
      expect((await key.get(path)).status).toBe(200)
    }
    // The dashboard's, for whoever is signed in.
    expect((await key.get('/api/v1/keys')).status).toBe(401)
    for (const path of ['/api/v1/key', '/api/v1/credits', '/v1/keys']) {
      expect((await key.get(path)).status, path).toBe(404)
    }
    const grant = example.admin('admin', 'keys', 'create', '--permissions', 'keys:read')
    await expect(grant).rejects.toThrow('managing keys by key is switched off on this server')
  })

  it('with the key API switched on all the same, managing keys by key is refused: 403', async () => {
    const { example } = parts
    // Granted while it was allowed.
    const allowed = example.as({ CLAVIGER_KEYS_MANAGE_BY_KEY: 'true' })
    const permissions = ['--permissions', 'inference,keys:read,keys:write']
    const { key: text } = await allowed.admin<{ key: string }>('admin', 'keys', 'create', ...permissions)
    const server = await example.start({ CLAVIGER_SURFACES_API_V1: 'true' })
    const key = caller(server.url, text)
    for (const [method, path] of [
      ['GET', '/api/v1/keys'],
      ['POST', '/api/v1/keys'],
      ['GET', '/api/v1/keys/none'],
      ['PATCH', '/api/v1/keys/none'],
      ['DELETE', '/api/v1/keys/none'],
    ] as const) {
      const answer = await key.send(
        method,
        path,
        method === 'POST' || method === 'PATCH' ? { name: 'x' } : undefined,
      )
      expect([answer.status, await answer.json()], `${method} ${path}`).toMatchObject([
        403,
        { error: { metadata: { error_code: 'key_management_disabled' } } },
      ])
    }
    expect((await key.get('/v1/models')).status).toBe(200)
    await server.stop()
  })
}
