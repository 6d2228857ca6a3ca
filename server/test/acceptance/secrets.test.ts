import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type Actors,
  isClosed,
  METRICS_TOKEN,
  prepareActors,
  present,
  ROUTES,
  TABLE,
} from '../support/authentication.ts'
import { DATABASES, startUpstream, type Upstream } from '../support/claviger.ts'
import { filesOf, openDatabase } from '../support/database.ts'
import { keysIn, piecesOf } from '../support/key-text.ts'
import { stopAll } from '../support/processes.ts'
import { RawConnection, requestBytes } from '../support/raw-http.ts'
import { type Caller, caller, until } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'hi' }] }
const PROVIDER_SECRET = 'sk-upstream-secret'

afterAll(stopAll)

describe.each(DATABASES)('after all the traffic there is', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let upstream: Upstream
    let actors: Actors
    /** Every answer that was an error, and every one that listed or described keys. */
    const answers: string[] = []
    const made: string[] = []
    /** What was said to each key in a text that would have been kept. */
    const refusals: { place: string; answer: string }[] = []
    let keys: readonly string[]

    beforeAll(async () => {
      upstream = await startUpstream()
      actors = await prepareActors(postgres, upstream.url, { log: { level: 'trace', requests: 'all' } })
      const real = [
        'good',
        'other',
        'revoked',
        'disabled',
        'expired',
        'staging',
        'suspended',
        'elsewhere',
        'orphan',
      ]
      await sendCases()
      await useKeys()
      await pasteKeys()
      await pasteIntoTexts()
      const { good, unknown, ...others } = actors.credentials
      keys = [
        String(good),
        String(unknown),
        actors.manager.key,
        ...made,
        ...real.map((id) => others[id] ?? String(good)),
      ]
    })
    afterAll(async () => {
      await actors?.server.stop()
      await upstream?.stop()
      await actors?.installation.remove()
    })

    /** The whole table of authentication, on one route of each shape and of each permission. */
    async function sendCases(): Promise<void> {
      const routes = ROUTES.filter(isClosed).filter(({ method }) => method !== 'DELETE')
      await Promise.all(
        routes.map(async (route) => {
          const connection = new RawConnection(actors.server.url)
          const credentials = { ...actors.credentials, powerless: actors.powerless(route.access) }
          for (const row of TABLE.cases)
            answers.push((await present(connection, route, row, credentials)).body)
          connection.close()
        }),
      )
    }

    /** What keys are for: made, listed, changed, rotated, used whole and streamed, with providers that fail. */
    async function useKeys(): Promise<void> {
      const { manager } = actors
      const good = caller(actors.server.url, actors.good)
      const note = async (answer: Response) => answers.push(await answer.text())
      const make = async (headers: Record<string, string> = {}): Promise<string> => {
        const answer = await manager.post('/api/v1/keys', { name: 'Made here' }, headers)
        const { key, data } = (await answer.json()) as { key: string | null; data: { hash: string } }
        if (key) made.push(key)
        return data.hash
      }
      const hash = await make()
      await make({ 'idempotency-key': 'once' })
      await make({ 'idempotency-key': 'once' })
      expect(made).toHaveLength(2)
      await note(await manager.get('/api/v1/keys?include_disabled=true'))
      await note(await manager.get(`/api/v1/keys/${hash}`))
      await note(await manager.send('PATCH', `/api/v1/keys/${hash}`, { name: 'Renamed', disabled: true }))
      await note(await manager.send('DELETE', `/api/v1/keys/${hash}`))
      await note(await good.get('/api/v1/key'))
      for (const script of [
        {},
        { status: 500 },
        { status: 401 },
        { status: 429 },
        { cutAfter: 1 },
        { raw: 'no JSON' },
      ]) {
        await upstream.script(script)
        for (const model of ['chat', 'chat-native']) {
          await note(await good.post('/v1/chat/completions', { ...CHAT, model }))
          await note(await good.post('/v1/chat/completions', { ...CHAT, model, stream: true }).catch(cut))
          await note(await good.post('/api/v1/responses', { model, input: 'hi', stream: true }).catch(cut))
        }
        await note(await good.post('/v1/embeddings', { model: 'embed', input: 'hi' }))
      }
      await upstream.script({})
      await note(await good.get('/v1/usage'))
      await note(await good.get('/v1/usage/summary?group_by=key'))
    }

    /** Keys in every free text that is kept, over HTTP and by the operator's commands. */
    async function pasteIntoTexts(): Promise<void> {
      const { manager, installation } = actors
      const good = caller(actors.server.url, actors.good)
      const text = `of ${actors.good}, really`
      const note = async (place: string, answer: Response) => {
        const body = await answer.text()
        answers.push(body)
        refusals.push({ place, answer: `${answer.status} ${body}` })
      }
      const created = await (await manager.post('/api/v1/keys', { name: 'x' })).json()
      const { key, data } = created as { key: string; data: { hash: string } }
      made.push(key)
      const fields = {
        name: text,
        metadata: { list: [{ note: text }] },
        allowed_models: ['chat', text],
      }
      for (const [field, value] of [...Object.entries(fields), ['metadata', { [actors.good]: 1 }]] as const) {
        await note(`POST ${field}`, await manager.post('/api/v1/keys', { name: 'x', [field]: value }))
        const path = `/api/v1/keys/${data.hash}`
        await note(`PATCH ${field}`, await manager.send('PATCH', path, { [field]: value }))
      }
      await note('external.user', await manager.post('/api/v1/keys', { name: 'x', external: { user: text } }))
      for (const [path, body] of [
        ['/v1/chat/completions', CHAT],
        ['/v1/responses', { model: 'chat', input: 'hi' }],
        ['/v1/embeddings', { model: 'embed', input: 'hi' }],
        ['/api/v1/chat/completions', { ...CHAT, stream: true }],
      ] as const) {
        await note(`${path} user`, await good.post(path, { ...body, user: text }))
        await note(`${path} safety_identifier`, await good.post(path, { ...body, safety_identifier: text }))
        await note(`${path} x-end-user`, await good.post(path, body, { 'x-end-user': text }))
      }
      const operator = async (...args: string[]) => {
        const said = await installation.admin(...args).then(String, (error: Error) => error.message)
        // The first line is the command itself, as this test gave it.
        refusals.push({ place: args.join(' '), answer: said.slice(said.indexOf(' ended with ')) })
      }
      const address = `${actors.good}@example.com`
      await operator('admin', 'users', 'create', '--email', address, '--name', 'x')
      await operator('admin', 'users', 'create', '--email', 'a@example.com', '--name', text)
      await operator('admin', 'users', 'create', '--email', 'b@example.com', '--name', 'x', '--plan', text)
      const user = ['--user', 'owner@example.com']
      await operator('admin', 'projects', 'create', ...user, '--name', text)
      await operator('admin', 'keys', 'create', ...user, '--name', text)
    }

    /** Keys where they do not belong. */
    async function pasteKeys(): Promise<void> {
      const { good } = actors
      const auth = `Authorization: Bearer ${good}`
      const json = 'Content-Type: application/json'
      const wrong = [
        requestBytes('GET', `/api/v1/keys/${good}`, [auth]),
        requestBytes('GET', `/v1/nothing/${good}`, []),
        requestBytes('GET', `/v1/usage?model=${good.replace('_', '%5F')}&from=${good.slice(4)}`, [auth]),
        requestBytes('GET', `/v1/usage?${good}=1`, [auth]),
        requestBytes('POST', '/api/v1/keys', [auth, json], JSON.stringify({ name: 'x', [good]: 1 })),
        requestBytes(
          'POST',
          '/api/v1/keys',
          [auth, json],
          JSON.stringify({ name: 'x', permissions: [good] }),
        ),
        requestBytes(
          'POST',
          '/api/v1/keys',
          [auth, json],
          JSON.stringify({ name: 'x', allowed_cidrs: [good] }),
        ),
        requestBytes('POST', '/api/v1/keys', [auth, json], JSON.stringify({ name: 'x', workspace_id: good })),
        requestBytes('POST', '/api/v1/keys', [auth, json], JSON.stringify({ name: 'x', project_id: good })),
        requestBytes('POST', '/api/v1/keys', [auth, json], `{"name":"${good}`),
        requestBytes('POST', '/api/v1/keys', [auth, json, `Idempotency-Key: ${good}`], '{"name":"x"}'),
        requestBytes('POST', '/v1/chat/completions', [auth, json], JSON.stringify({ ...CHAT, model: good })),
        requestBytes('POST', '/v1/chat/completions', [auth, json], JSON.stringify({ ...CHAT, [good]: 1 })),
        requestBytes(
          'POST',
          '/v1/chat/completions',
          [auth, json],
          JSON.stringify({ ...CHAT, project_id: good }),
        ),
        requestBytes(
          'POST',
          '/v1/responses',
          [auth, json],
          JSON.stringify({ model: 'chat', input: [{ type: good }] }),
        ),
        requestBytes('GET', '/v1/models', [
          auth,
          `X-Request-Id: ${good}`,
          `User-Agent: ${good}`,
          `Referer: ${good}`,
        ]),
        requestBytes('GET', '/v1/models', [auth, `Traceparent: ${good}`, `X-Forwarded-For: ${good}`]),
        requestBytes('GET', '/v1/models', [auth, `X-${good}: 1`]),
        `GET /v1/models HTTP/1.1\r\nHost: ${good}\r\n\r\n`,
        `GET /v1/models HTTP/1.1\r\nHost: ${good}!\r\n\r\n`,
        `${good} /v1/models HTTP/1.1\r\n\r\n`,
        `GET /v1/models ${good}\r\n\r\n`,
      ]
      const connection = new RawConnection(actors.server.url)
      for (const bytes of wrong) {
        const answer = await connection.request(bytes)
        // A key that the Idempotency-Key request made is shown, as it must be; only errors are looked at.
        if (answer.status >= 400) answers.push(answer.body, JSON.stringify(answer.headers))
      }
      connection.close()
    }

    const metrics = async (): Promise<string> => {
      const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
      return (await fetch(`${actors.server.url}/metrics`, { headers })).text()
    }

    /** The peppers and their kin. */
    function ownSecrets(): string[] {
      const file = join(actors.installation.dir, 'secrets.json')
      if (existsSync(file))
        return Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>)
      return Object.entries(actors.installation.env)
        .filter(([name]) => /^CLAVIGER_(PEPPER|SESSION_SECRET|AUDIT_KEY)$/.test(name))
        .map(([, value]) => String(value))
    }

    it('a key in a text that would be kept is refused, and the answer says what to do', () => {
      expect(refusals.length).toBe(26)
      for (const { place, answer } of refusals) {
        expect(answer, place).toMatch(/^( ended with 1|400 )/)
        expect(answer, place).toMatch(/contains an API key; send it without, and replace that key/)
        expectNoPiece(answer, [actors.good])
      }
    })

    it('no part of a key is in any error or list, and none of the provider’s either', () => {
      expect(answers.length).toBeGreaterThan(1000)
      expectNoPiece(answers.join('\n'), keys)
      expect(answers.join('\n')).not.toContain(PROVIDER_SECRET)
    })

    it('no part of a key is in what the server printed, at the level trace', () => {
      const output = actors.server.output()
      expect(output.split('\n').filter((line) => line.includes('"msg":"request"')).length).toBeGreaterThan(
        1000,
      )
      expectNoPiece(output, keys)
      for (const secret of [PROVIDER_SECRET, METRICS_TOKEN, ...ownSecrets()])
        expect(output).not.toContain(secret)
      expect(keysIn(output)).toEqual([])
    })

    it('no part of a key is in the metrics', async () => {
      const text = await metrics()
      expect(text).toContain('claviger_http_requests_total{')
      expectNoPiece(text, keys)
      expect(keysIn(text)).toEqual([])
    })

    it('no part of a key is in any column of any table, audit log and stored replies included', async () => {
      const database = await openDatabase(actors.installation)
      const rows = await until('the last row', async () => {
        const dump = await database.dump()
        return Number(dump.usage_events?.length) > 20 ? dump : undefined
      })
      await database.close()
      expect(rows.audit_log?.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['key.create', 'key.update', 'key.revoke', 'user.suspend']),
      )
      expect(rows.idempotency?.length).toBe(2)
      const text = JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))
      expect(rows.key_secrets?.length).toBeGreaterThan(15)
      expectNoPiece(text, keys)
      expect(keysIn(text)).toEqual([])
      for (const secret of [PROVIDER_SECRET, METRICS_TOKEN, ...ownSecrets()])
        expect(text).not.toContain(secret)
    })

    it('no part of a key is in the bytes of the database files, write-ahead log included', async () => {
      const files = postgres ? await clusterFiles(actors) : filesOf(actors.installation)
      if (!postgres)
        expect(Object.keys(files)).toEqual(expect.arrayContaining(['claviger.db', 'claviger.db-wal']))
      for (const [file, bytes] of Object.entries(files)) {
        for (const key of keys) {
          // Three pieces that cover it: files are large.
          const pieces = piecesOf(key).filter((_, index) => [0, 8, 15].includes(index))
          for (const piece of pieces)
            expect(bytes.includes(piece), `${file} holds ${piece.slice(0, 2)}…`).toBe(false)
        }
      }
    })

    it('no key reaches a provider', async () => {
      // What a body of theirs holds is between our callers and the provider; nothing of ours adds to it.
      const before = (await upstream.records()).map(({ headers }) => headers)
      await upstream.script({})
      const good: Caller = caller(actors.server.url, actors.good)
      const headers = {
        cookie: `key=${good.key}`,
        'x-api-key': good.key,
        'proxy-authorization': `Bearer ${good.key}`,
      }
      await good.post('/v1/chat/completions', CHAT, headers)
      const text = JSON.stringify([before, await upstream.records()])
      expect(text).toContain(PROVIDER_SECRET)
      expectNoPiece(text, keys)
    })

    it('the operator’s lists show no part of a key', async () => {
      const listed = await actors.installation.admin('admin', 'keys', 'list')
      expectNoPiece(JSON.stringify(listed), keys)
    })

    it('the keys of this run are what the documentation says: its expression and checksum find each one', () => {
      const planted = keys.map((key, index) => `${'n%20x"= :/'[index % 10]}${key}${'n%20x"= :/'[index % 7]}`)
      expect(keysIn(planted.join(' '))).toEqual(keys)
    })
  })
})

function expectNoPiece(text: string, keys: readonly string[]): void {
  for (const key of new Set(keys)) {
    for (const piece of piecesOf(key)) {
      const at = text.indexOf(piece)
      if (at >= 0) expect.fail(`a piece of a key stands in: ${text.slice(Math.max(0, at - 120), at + 40)}`)
    }
  }
}

/** What the provider's cut stream is to a client: no answer. */
function cut(): Response {
  return new Response('')
}

/** The files of the test cluster, where it is on this machine and may be read. */
async function clusterFiles(actors: Actors): Promise<Record<string, Buffer>> {
  const database = await openDatabase(actors.installation)
  const [row] = await database.query('SHOW data_directory')
  const [own] = await database.query('SELECT oid FROM pg_database WHERE datname = current_database()')
  await database.query('CHECKPOINT')
  await database.close()
  const root = String(row?.data_directory)
  const folders = [join(root, 'pg_wal'), join(root, 'base', String(own?.oid))].filter(existsSync)
  return Object.fromEntries(
    folders.flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(folder, entry.name))]),
    ),
  )
}
