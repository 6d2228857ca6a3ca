import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TABLE } from '../support/authentication.ts'
import type { Server } from '../support/claviger.ts'
import { openDatabase } from '../support/database.ts'
import { type Example, installExample } from '../support/examples.ts'
import { inventKey, keysIn, spoiltKeys } from '../support/key-text.ts'
import { openSession, type SessionCaller } from '../support/operator-session.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json, until } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/**
 * EU GPT's page on authentication, line by line and in its order: each test is named by the sentence that it holds the
 * server to. What needs a browser or Keycloak is held elsewhere (`ELSEWHERE`).
 */
const ELSEWHERE = [
  {
    statement: '"Open Settings → API Keys. Click Create key. Copy the value. It is shown once."',
    file: 'dashboard.test.ts',
    test: 'a key is shown once, is copied as it is shown, and calls /v1',
  },
  {
    statement: '"Click Revoke on the row you want to disable."',
    file: 'dashboard.test.ts',
    test: 'a revoked key leaves the list, gets 401, and stands in the audit log',
  },
  {
    statement: '"The web UI uses OIDC against Keycloak."',
    file: 'keycloak.test.ts',
    test: 'A person signs in, and out of Keycloak too',
  },
] as const

const OWNER = 'owner@example.eu'
const QUESTION = { input: 'Say hello' }

afterAll(stopAll)

/** On the embedded database, as the file has it; that both databases hold the same is for the suites of the parts. */
describe('EU GPT on authentication', () => {
  let example: Example
  /** Signed in to the web app. */
  let person: SessionCaller
  let server: Server
  let key: Caller

  beforeAll(async () => {
    example = await installExample('eugpt')
    await createUser(OWNER)
    server = await example.start()
    key = await issue()
    person = await openSession(example, 'web@example.eu', false)
  })
  afterAll(async () => {
    await server?.stop()
    await example?.remove()
  })

  const createUser = (email: string) =>
    example.admin('admin', 'users', 'create', '--email', email, '--name', email)
  const issueText = (...flags: string[]) =>
    example.admin<{ key: string; hash: string }>('admin', 'keys', 'create', '--user', OWNER, ...flags)
  const issue = async (...flags: string[]): Promise<Caller & { hash: string }> => {
    const { key, hash } = await issueText(...flags)
    return { ...caller(server.url, key), hash }
  }
  const list = () => example.admin<Record<string, unknown>[]>('admin', 'keys', 'list')

  const browse = async (method: string, path: string, body?: Json) => {
    const answer = await person.send(server.url, method, path, body)
    return { status: answer.status, json: (await answer.json()) as { data: Json & Json[]; key: string } }
  }
  const issueInApp = async (name: string) => {
    const { status, json } = await browse('POST', '/api/v1/keys', { name })
    expect(status).toBe(201)
    return { ...caller(server.url, json.key), hash: String(json.data.hash) }
  }

  async function describedRoutes(): Promise<{ method: string; path: string }[]> {
    const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Json>
    }
    return Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path })),
    )
  }

  async function expect401(path: string, init: RequestInit, code: string): Promise<void> {
    const answer = await fetch(server.url + path, init)
    const { status, message } = TABLE.errors[code] as { status: number; message: string }
    expect([answer.status, await answer.json()], path).toEqual([
      status,
      { error: { message, type: 'authentication_error', code, param: null }, detail: message },
    ])
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="EU GPT"(, error="invalid_token")?$/,
    )
  }

  it('"Every request to /v1 must include an API key."', async () => {
    const routes = (await describedRoutes()).filter(({ path }) => path.startsWith('/v1/'))
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toContain('POST /v1/responses')
    for (const { method, path } of routes) await expect401(path, { method }, 'missing_authorization')
  })

  it('"Authentication uses the standard Authorization: Bearer … header."', async () => {
    const answer = await key.post('/v1/responses', { ...QUESTION, stream: false })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'gpt-oss-120b',
    })
    await expect401('/v1/models', { headers: { 'x-api-key': key.key } }, 'missing_authorization')
    await expect401(
      '/v1/models',
      { headers: { authorization: `Token ${key.key}` } },
      'malformed_authorization',
    )
  })

  it('"API keys are always prefixed with eugpt_."', async () => {
    const { key: text } = await issueText('--name', 'Another')
    for (const issued of [key.key, text]) expect(issued).toMatch(/^eugpt_[0-9A-Za-z]{36}$/)
    // A key of another prefix is none here, however well it is made.
    await expect401(
      '/v1/models',
      { headers: { authorization: `Bearer ${inventKey('cvg')}` } },
      'invalid_api_key',
    )
  })

  it('"The prefix is the easiest way to spot a leaked key in logs and scanners."', () => {
    const leaked = `2026-11-22 GET /v1/x?k=${key.key} "authorization":"Bearer ${key.key}" KEY=${key.key}\\n`
    expect(keysIn(leaked)).toEqual([key.key, key.key, key.key])
    expect(keysIn(`${spoiltKeys(key.key).badRandom} ${spoiltKeys(key.key).short}`)).toEqual([])
  })

  it('"Keys are managed in the EU GPT web app": sign in, create a key, and it calls /v1', async () => {
    const made = await issueInApp('Nightly import')
    expect(made.key).toMatch(/^eugpt_[0-9A-Za-z]{36}$/)
    expect((await made.get('/v1/models')).status).toBe(200)
    for (const path of ['/api/dashboard/keys', '/api/v1/keys']) {
      expect((await fetch(server.url + path)).status, path).toBe(401)
    }
  })

  it('"Keys are managed in the EU GPT web app": no key can manage keys', async () => {
    for (const path of ['/api/v1/keys', '/api/dashboard/keys']) {
      const answers = [await key.get(path), await key.post(path, { name: 'By key' })]
      for (const { status } of answers) expect([401, 404, 405], path).toContain(status)
      expect((await list()).map(({ name }) => name)).not.toContain('By key')
    }
    for (const path of ['/api/v1/key', '/v1/keys', '/api/keys']) {
      expect((await key.get(path)).status, path).toBe(404)
      expect((await key.post(path, { name: 'By key' })).status, path).toBe(404)
    }
    await expect(issueText('--permissions', 'inference,keys:write')).rejects.toThrow('cannot be granted')
  })

  it('"Give it a descriptive name — the key list is what you will see when something breaks at 2 a.m."', async () => {
    const { hash } = await issueInApp('Payments, blue cluster')
    const { json } = await browse('GET', '/api/dashboard/keys?search=blue')
    expect(json.data).toMatchObject([{ hash, name: 'Payments, blue cluster' }])
    expect((await browse('POST', '/api/v1/keys', {})).status).toBe(400)
  })

  it('"Copy the value. It is shown once": no page of the web app shows more than the prefix again', async () => {
    const { key: text, hash } = await issueInApp('Copied')
    for (const path of ['/api/dashboard/keys', `/api/dashboard/keys/${hash}`, '/api/dashboard/audit']) {
      const shown = await (await person.send(server.url, 'GET', path)).text()
      expect(shown).toContain(path.endsWith('audit') ? hash : 'eugpt_…')
      for (const part of [text, text.slice(6, 14), text.slice(-8)]) expect(shown).not.toContain(part)
    }
  })

  it('"It is shown once. After you close the dialog the full key is gone — only the prefix remains visible."', async () => {
    const made = await issueText('--name', 'Shown once')
    expect(made).toMatchObject({ name: 'Shown once', label: 'eugpt_…' })
    const rows = await list()
    expect(rows.find(({ hash }) => hash === made.hash)).toMatchObject({
      name: 'Shown once',
      label: 'eugpt_…',
    })
    const text = JSON.stringify(rows)
    expect(text).not.toContain(made.key.slice(6, 12))
    expect(text).not.toContain(made.key.slice(-6))
  })

  it('"A key is bound to the user that issued it. The key inherits that user’s organisation membership": who leaves it, or is suspended, takes his keys along', async () => {
    await createUser('leaver@example.eu')
    const { key: text, hash } = await example.admin<{ key: string; hash: string }>(
      ...['admin', 'keys', 'create', '--user', 'leaver@example.eu'],
    )
    const left = caller(server.url, text)
    const becomes = (code: string) =>
      until(code, async () => (await (await left.get('/v1/models')).text()).includes(code) || undefined, 5000)
    expect((await left.get('/v1/models')).status).toBe(200)
    await example.admin('admin', 'users', 'suspend', 'leaver@example.eu')
    await becomes('user_suspended')
    await example.admin('admin', 'users', 'activate', 'leaver@example.eu')
    await becomes('gpt-oss-120b')
    const database = await openDatabase(example)
    await database.query(
      `DELETE FROM member WHERE "userId" = (SELECT user_id FROM keys WHERE id = '${hash}')`,
    )
    await database.close()
    await becomes('owner_removed')
    expect((await left.get('/v1/models')).status).toBe(403)
  })

  it('"The key inherits that user’s organisation membership, projects": a project of the user may be named', async () => {
    const { id } = await example.admin<{ id: string }>(
      'admin',
      'projects',
      'create',
      '--user',
      OWNER,
      '--name',
      'Own',
    )
    const answer = await key.post('/v1/responses', { ...QUESTION, stream: false, project_id: id })
    expect(answer.status).toBe(200)
  })

  it('"A staging key cannot call production; production keys cannot call staging or demo."', async () => {
    const staging = await example.start({ CLAVIGER_ENVIRONMENT: 'staging' })
    const there = await example
      .as({ CLAVIGER_ENVIRONMENT: 'staging' })
      .admin<{ key: string }>('admin', 'keys', 'create', '--user', OWNER)
    const message = 'API key was issued by another environment'
    for (const [url, text, status] of [
      [staging.url, there.key, 200],
      [staging.url, key.key, 401],
      [server.url, there.key, 401],
      [server.url, key.key, 200],
    ] as const) {
      const answer = await caller(url, text).get('/v1/models')
      expect(answer.status).toBe(status)
      if (status === 401) expect(await answer.json()).toMatchObject({ detail: message })
    }
    await staging.stop()
  })

  it('"There is no built-in expiry."', async () => {
    const rows = await list()
    expect(rows.length).toBeGreaterThan(1)
    for (const { expires_at } of rows) expect(expires_at).toBeNull()
  })

  it('"Rotate by issuing a new key, deploying it, revoking the old key": both work meanwhile, then one', async () => {
    const old = await issue('--name', 'Old')
    const fresh = await issue('--name', 'New')
    for (const each of [old, fresh]) expect((await each.get('/v1/models')).status).toBe(200)
    await example.admin('admin', 'keys', 'revoke', old.hash)
    await until(
      'the end of the old key',
      async () => (await old.get('/v1/models')).status === 401 || undefined,
      5000,
    )
    expect((await fresh.get('/v1/models')).status).toBe(200)
  })

  it('"In Settings → API Keys, click Revoke on the row you want to disable": 401 from the next request', async () => {
    const lost = await issueInApp('To be revoked')
    expect((await lost.get('/v1/models')).status).toBe(200)
    expect((await browse('DELETE', `/api/v1/keys/${lost.hash}`)).status).toBe(200)
    await expect401('/v1/models', { headers: { authorization: `Bearer ${lost.key}` } }, 'key_revoked')
    const { json } = await browse('GET', '/api/dashboard/audit?action=key.revoke')
    expect(json.data[0]).toMatchObject({ action: 'key.revoke', way: 'session', target: { id: lost.hash } })
  })

  it('"Revocation is immediate. Subsequent requests with that key will receive 401 Unauthorized within seconds."', async () => {
    const lost = await issue('--name', 'Lost')
    expect((await lost.post('/v1/responses', { ...QUESTION, stream: false })).status).toBe(200)
    await example.admin('admin', 'keys', 'revoke', lost.hash)
    const headers = { authorization: `Bearer ${lost.key}` }
    await until('401', async () => (await lost.get('/v1/models')).status === 401 || undefined, 5000)
    await expect401('/v1/responses', { method: 'POST', headers }, 'key_revoked')
  })

  it('"API keys carry the same license plan as the user that issued them: advanced web search is gated on Individual Max and above"', async () => {
    await createUser('licensed@example.eu')
    const plan = (name: string) =>
      example.admin('admin', 'users', 'set-plan', 'licensed@example.eu', '--plan', name)
    await plan('individual-pro')
    const { key: text } = await example.admin<{ key: string }>(
      ...['admin', 'keys', 'create', '--user', 'licensed@example.eu'],
    )
    const licensed = caller(server.url, text)
    const search = (search_context_size: string) => {
      const body = { ...QUESTION, stream: false, web_search_options: { search_context_size } }
      return licensed.post('/v1/responses', body)
    }
    expect((await search('low')).status).toBe(200)
    const refused = await search('high')
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      {
        error: { code: 'tool_not_in_plan', type: 'permission_error' },
        detail: expect.stringMatching(/^Advanced web search .* it needs Individual Max or above$/),
      },
    ])
    const tools = [{ type: 'web_search', search_context_size: 'high' }]
    expect((await licensed.post('/v1/responses', { ...QUESTION, tools })).status).toBe(403)
    await plan('individual-max')
    await until('the new plan', async () => (await search('high')).ok || undefined, 5000)
  })

  it('"Passing a project_id for a project you cannot access returns 403", the same whether it exists or not', async () => {
    await createUser('stranger@example.eu')
    const args = ['--user', 'stranger@example.eu', '--name', 'Foreign']
    const { id } = await example.admin<{ id: string }>('admin', 'projects', 'create', ...args)
    const texts = []
    for (const project_id of [id, '00000000-0000-0000-0000-000000000000', '0'.repeat(32), "' OR 1=1"]) {
      const answer = await key.post('/v1/responses', { ...QUESTION, project_id })
      expect(answer.status).toBe(403)
      texts.push(await answer.text())
    }
    expect(new Set(texts).size).toBe(1)
    expect(JSON.parse(String(texts[0]))).toMatchObject({
      error: { code: 'project_forbidden', param: 'project_id' },
      detail: 'Project membership required',
    })
  })

  it.each(ELSEWHERE)('$statement is held by $file', ({ file, test }) => {
    expect(readFileSync(new URL(file, import.meta.url), 'utf8')).toContain(test)
  })

  it('"The public /v1 API uses API keys only, by design": the cookie of a good session is no credential on it', async () => {
    expect((await browse('GET', '/api/dashboard/keys')).status).toBe(200)
    for (const { method, path } of (await describedRoutes()).filter(({ path }) => path.startsWith('/v1/'))) {
      const body = method === 'POST' ? QUESTION : undefined
      const answer = await person.send(server.url, method, path, body)
      expect([answer.status, await answer.json()], path).toMatchObject([
        401,
        { error: { code: 'missing_authorization' } },
      ])
    }
  })

  it('"The public /v1 API uses API keys only": a session cookie or an OpenID Connect token is 401 on all of it', async () => {
    const segments = [
      { alg: 'RS256', typ: 'JWT' },
      { iss: 'https://id.example.eu/realms/main', sub: '1', exp: 4102444800 },
    ]
    const token = `${segments.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`
    const cookie = `better-auth.session_token=${token}; __Secure-better-auth.session_token=${token}; KEYCLOAK_SESSION=${token}`
    for (const { method, path } of await describedRoutes()) {
      if (!path.startsWith('/v1/')) continue
      await expect401(path, { method, headers: { cookie } }, 'missing_authorization')
      await expect401(path, { method, headers: { authorization: `Bearer ${token}` } }, 'invalid_api_key')
      await expect401(
        path,
        { method, headers: { cookie, authorization: `Bearer ${token}` } },
        'invalid_api_key',
      )
    }
  })

  it('"Key revocation is auditable in one place": who revoked which key, when and how', async () => {
    const lost = await issue('--name', 'Audited')
    const before = Date.now()
    await example.admin('admin', 'keys', 'revoke', lost.hash)
    const database = await openDatabase(example)
    const rows = await database.query(`SELECT * FROM audit_log WHERE target_id = '${lost.hash}' ORDER BY seq`)
    await database.close()
    expect(rows).toMatchObject([
      { action: 'key.create', actor_kind: 'operator', way: 'cli', target_kind: 'key' },
      { action: 'key.revoke', actor_kind: 'operator', way: 'cli', target_kind: 'key' },
    ])
    expect(Number(rows[1]?.at)).toBeGreaterThanOrEqual(before - 1000)
    expect(JSON.parse(String(rows[1]?.after))).toEqual({ state: 'revoked' })
  })

  it('"Issue one API key per organisation and propagate end-user identity": two end users of one key are apart in its usage', async () => {
    // Switched on for this: EU GPT itself publishes no usage API.
    const reading = await example.start({ CLAVIGER_SURFACES_USAGE: 'true' })
    const { key: text, hash } = await issueText('--permissions', 'inference,usage:read')
    const organisation = caller(reading.url, text)
    const body = { ...QUESTION, stream: false }
    await organisation.post('/v1/responses', { ...body, user: 'ann' })
    await organisation.post('/v1/responses', { ...body, safety_identifier: 'ann', user: 'ignored' })
    await organisation.post('/v1/responses', body, { 'x-end-user': 'bob' })
    await organisation.post('/v1/responses', { ...body, user: 'ann' }, { 'x-end-user': 'bob' })
    await organisation
      .post('/v1/responses', { input: 'Streamed', user: 'bob' })
      .then((answer) => answer.text())
    await organisation.post('/v1/responses', body)
    const sums = async (query: string) => {
      const { data } = await organisation.read<{ data: Json[] }>(`/v1/usage/summary?${query}`)
      return Object.fromEntries(data.map((sum) => [String(sum.end_user), sum.request_count]))
    }
    const own = `group_by=end_user&key=${hash}`
    expect(await sums(own)).toEqual({ ann: 2, bob: 3, null: 1 })
    expect(await sums(`${own}&end_user=bob`)).toEqual({ bob: 3 })
    const { items } = await organisation.usage('end_user=ann&per_page=100')
    expect(items.map(({ end_user }) => end_user)).toEqual(['ann', 'ann'])
    await reading.stop()
  })

  it('"401: missing, malformed, or revoked key. 403: key is valid but the requested operation is not permitted."', async () => {
    await expect401('/v1/models', {}, 'missing_authorization')
    for (const malformed of ['', 'Bearer', 'Bearer a b', `Basic ${key.key}`]) {
      await expect401('/v1/models', { headers: { authorization: malformed } }, 'malformed_authorization')
    }
    const narrow = await issue('--models', 'another-model')
    const answer = await narrow.post('/v1/responses', { ...QUESTION, model: 'gpt-oss-120b' })
    expect([answer.status, ((await answer.json()) as { error: Json }).error.code]).toEqual([
      403,
      'model_forbidden',
    ])
  })

  it('"429: usage limit hit. Back off, retry later."', async () => {
    await createUser('busy@example.eu')
    const quota = ['--unit', 'requests', '--period', 'minute', '--amount', '1']
    await example.admin('admin', 'quotas', 'set', '--user', 'busy@example.eu', ...quota)
    const { key: text } = await example.admin<{ key: string }>(
      ...['admin', 'keys', 'create', '--user', 'busy@example.eu'],
    )
    const busy = caller(server.url, text)
    const limited = await until('429', async () => {
      const answer = await busy.post('/v1/responses', { ...QUESTION, stream: false })
      return answer.status === 429 ? answer : void (await answer.text())
    })
    expect(await limited.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    })
    const wait = Number(limited.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
  })
})
