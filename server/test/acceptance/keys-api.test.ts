import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import { stopAll } from '../support/processes.ts'
import {
  type Caller,
  caller,
  type Json,
  makeProject,
  makeUser,
  OWNER,
  openStage,
  type Stage,
} from '../support/wire.ts'

// A command is a process, whose start takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const KEYS = '/api/v1/keys'
const STRANGER = 'stranger@example.com'
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

type Kind = 'text' | 'flag' | 'number' | 'time' | 'text?' | 'number?' | 'time?'

/** What OpenRouter's SDK demands besides. */
const OPENROUTER: Record<string, Kind> = {
  workspace_id: 'text',
  include_byok_in_limit: 'flag',
  byok_usage: 'number',
  byok_usage_daily: 'number',
  byok_usage_weekly: 'number',
  byok_usage_monthly: 'number',
  creator_user_id: 'text?',
  external_user: 'text?',
  expires_at: 'time?',
}

const CURRENT: Record<string, Kind> = {
  label: 'text',
  limit: 'number?',
  limit_remaining: 'number?',
  limit_reset: 'text?',
  include_byok_in_limit: 'flag',
  usage: 'number',
  usage_daily: 'number',
  usage_weekly: 'number',
  usage_monthly: 'number',
  byok_usage: 'number',
  byok_usage_daily: 'number',
  byok_usage_weekly: 'number',
  byok_usage_monthly: 'number',
  is_free_tier: 'flag',
  is_management_key: 'flag',
  is_provisioning_key: 'flag',
  creator_user_id: 'text?',
  organization_id: 'text?',
  workspace_id: 'text?',
  expires_at: 'time?',
}

function fits(value: unknown, kind: Kind): boolean {
  if (kind.endsWith('?') && value === null) return true
  const type = { text: 'string', flag: 'boolean', number: 'number', time: 'string' }[
    kind.replace('?', '') as 'text'
  ]
  return typeof value === type && (!kind.startsWith('time') || ISO.test(String(value)))
}

/** Fields that are missing, or of another type. */
function misfits(object: Json, fields: Record<string, Kind>): string[] {
  return Object.entries(fields)
    .filter(([name, kind]) => !(name in object) || !fits(object[name], kind))
    .map(([name]) => `${name}: ${JSON.stringify(object[name])}`)
}

interface Made {
  data: Json & { hash: string; label: string }
  key: string
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage
    let owner: Caller

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url), postgres)
      owner = stage.owner
    }, 60_000)
    afterAll(() => stage.close())

    const create = async (body: Json, by = owner): Promise<Made> => {
      const response = await by.post(KEYS, body)
      const made = (await response.json()) as Made
      if (response.status !== 201) throw new Error(`${response.status} ${JSON.stringify(made)}`)
      return made
    }
    const get = async (hash: string): Promise<Json> =>
      (await owner.read<{ data: Json }>(`${KEYS}/${hash}`)).data
    const withKey = (key: string) => caller(stage.server.url, key)

    describe('fields', () => {
      const everywhere = async (): Promise<[string, Json][]> => {
        const made = await create({ name: 'Fields', limit: 1, limit_reset: 'daily' })
        const patched = await owner.send('PATCH', `${KEYS}/${made.data.hash}`, { name: 'Fields again' })
        const list = await owner.read<{ data: Json[] }>(KEYS)
        return [
          ['create', made.data],
          ['update', ((await patched.json()) as Made).data],
          ['get', await get(made.data.hash)],
          ['list', list.data[0] as Json],
        ]
      }

      it('OpenRouter’s are in every key object, each of its type', async () => {
        for (const [from, key] of await everywhere())
          expect([from, ...misfits(key, OPENROUTER)]).toEqual([from])
      })

      it('OpenRouter’s are in the description of the calling key', async () => {
        const { data } = await owner.read<{ data: Json }>('/api/v1/key')
        expect(misfits(data, CURRENT)).toEqual([])
        expect(data).toMatchObject({
          allowed_data_regions: [expect.any(String)],
          free_model_daily_requests: {
            limit: expect.any(Number),
            remaining: expect.any(Number),
            used: expect.any(Number),
          },
          rate_limit: {
            interval: expect.any(String),
            note: expect.any(String),
            requests: expect.any(Number),
          },
        })
      })
    })

    describe('shapes', () => {
      it('create answers 201 with the secret beside the data, this once', async () => {
        const response = await owner.post(KEYS, { name: 'Once' })
        expect(response.status).toBe(201)
        const { data, key, ...rest } = (await response.json()) as Made
        expect(rest).toEqual({})
        expect(key).toMatch(/^cvg_[0-9A-Za-z]{36}$/)
        expect(JSON.stringify(data)).not.toContain(key)
        expect(data).not.toHaveProperty('key')
        const list = await (await owner.get(KEYS)).text()
        const one = await (await owner.get(`${KEYS}/${data.hash}`)).text()
        expect(list + one).not.toContain(key)
        expect(list).toContain(data.hash)
      })

      it('delete answers exactly what both clients need, and 404 afterwards', async () => {
        const { data, key } = await create({ name: 'Gone' })
        const response = await owner.send('DELETE', `${KEYS}/${data.hash}`)
        expect(response.status).toBe(200)
        expect(await response.text()).toBe('{"data":{"success":true},"deleted":true}')
        expect((await owner.send('DELETE', `${KEYS}/${data.hash}`)).status).toBe(404)
        expect((await owner.get(`${KEYS}/${data.hash}`)).status).toBe(404)
        expect((await owner.send('PATCH', `${KEYS}/${data.hash}`, { disabled: false })).status).toBe(404)
        expect((await withKey(key).get('/api/v1/key')).status).toBe(401)
      })

      it('a trailing slash changes nothing', async () => {
        const response = await owner.post(`${KEYS}/`, { name: 'Slash' })
        expect(response.status).toBe(201)
        const { data } = (await response.json()) as Made
        expect((await owner.read<{ data: Json }>(`${KEYS}/${data.hash}/`)).data).toMatchObject({
          name: 'Slash',
        })
        const listed = await owner.read<{ data: { hash: string }[] }>(`${KEYS}/?offset=0`)
        expect(listed.data.map(({ hash }) => hash)).toContain(data.hash)
        const patched = await owner.send('PATCH', `${KEYS}/${data.hash}/`, { name: 'Slashed' })
        expect(patched.status).toBe(200)
        expect((await owner.send('DELETE', `${KEYS}/${data.hash}/`)).status).toBe(200)
      })

      it('an error has the status as its inner code, a message and the request id', async () => {
        const response = await owner.get(`${KEYS}/nobody`)
        expect(response.status).toBe(404)
        const body = (await response.json()) as Json
        expect(body).toEqual({
          error: { code: 404, message: 'There is no such API key', metadata: expect.any(Object) },
          requestId: response.headers.get('x-request-id'),
        })
      })

      it('a field that does not exist is refused, not ignored: a misspelt limit would be none', async () => {
        const response = await owner.post(KEYS, { name: 'Typo', limt: 5 })
        expect(response.status).toBe(400)
        expect(await response.text()).toContain('limt')
      })

      it('another organisation’s key is not found', async () => {
        const other = withKey((await makeUser(stage.installation, STRANGER)).key)
        const { data } = await create({ name: 'Mine' })
        const unknown = await (await other.get(`${KEYS}/nobody`)).json()
        for (const method of ['GET', 'PATCH', 'DELETE']) {
          const response = await other.send(
            method,
            `${KEYS}/${data.hash}`,
            method === 'PATCH' ? {} : undefined,
          )
          expect(response.status).toBe(404)
          const { error } = (await response.json()) as { error: Json }
          expect(error).toEqual((unknown as { error: Json }).error)
        }
        const list = await other.read<{ data: { hash: string }[] }>(`${KEYS}?include_disabled=true`)
        expect(list.data).toHaveLength(1)
        expect(await get(data.hash)).toMatchObject({ name: 'Mine' })
      })
    })

    describe('Idempotency-Key', () => {
      const post = (body: Json, idempotencyKey: string, by = owner) =>
        by.post(KEYS, body, { 'idempotency-key': idempotencyKey })
      const named = async (name: string): Promise<string[]> => {
        const { data } = await owner.read<{ data: { hash: string; name: string }[] }>(KEYS)
        return data.filter((key) => key.name === name).map(({ hash }) => hash)
      }

      it('of 64 equal creates at once makes one key, and shows its secret to one of them', async () => {
        const body = { name: 'Sixty-four', limit: 3 }
        const responses = await Promise.all(Array.from({ length: 64 }, () => post(body, 'sixty-four')))
        expect(responses.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 201))
        const made = (await Promise.all(responses.map((response) => response.json()))) as Made[]
        const hashes = new Set(made.map(({ data }) => data.hash))
        expect([...hashes]).toEqual(await named('Sixty-four'))
        const first = made.filter(({ key }) => key !== null)
        expect(first).toHaveLength(1)
        expect((await withKey(first[0]?.key ?? '').get('/api/v1/key')).status).toBe(200)
        for (const [index, response] of responses.entries()) {
          const replayed = made[index]?.key === null
          expect(response.headers.get('idempotency-replayed')).toBe(replayed ? 'true' : null)
          expect(made[index]?.data).toEqual(first[0]?.data)
        }
      })

      it('with another body answers 422 and makes nothing', async () => {
        await post({ name: 'First body' }, 'bodies')
        const response = await post({ name: 'Second body' }, 'bodies')
        expect(response.status).toBe(422)
        expect(((await response.json()) as { error: Json }).error).toMatchObject({ code: 422 })
        expect(await named('Second body')).toEqual([])
      })

      it('of another caller is another', async () => {
        const second = withKey((await create({ name: 'Second', permissions: ['keys:write'] })).key)
        const body = { name: 'Two callers', permissions: ['keys:write'] }
        const mine = (await (await post(body, 'shared')).json()) as Made
        const others = (await (await post(body, 'shared', second)).json()) as Made
        expect(others.key).toMatch(/^cvg_/)
        expect(others.data.hash).not.toBe(mine.data.hash)
        expect(await named('Two callers')).toHaveLength(2)
      })

      it('of a create that was refused is not used up', async () => {
        expect((await post({ name: 'Again', limit: -1 }, 'again')).status).toBe(400)
        const response = await post({ name: 'Again', limit: 1 }, 'again')
        expect(response.status).toBe(201)
        expect(((await response.json()) as Made).key).toMatch(/^cvg_/)
      })
    })

    describe('a key can never grant what it does not hold', () => {
      const soon = () => new Date(Date.now() + 3_600_000).toISOString()
      const later = () => new Date(Date.now() + 7_200_000).toISOString()

      /** What the managing key holds, a grant inside of it, and grants beyond it. */
      const cases: { field: string; held: () => Json; inside: () => Json; beyond: () => Json[] }[] = [
        {
          field: 'permissions',
          held: () => ({ permissions: ['keys:read', 'keys:write', 'inference'] }),
          inside: () => ({ permissions: ['inference'] }),
          beyond: () => [{ permissions: ['usage:read'] }, { permissions: ['inference', 'keys:verify'] }],
        },
        {
          field: 'models',
          held: () => ({ allowed_models: ['chat', 'embed'] }),
          inside: () => ({ allowed_models: ['embed'] }),
          beyond: () => [{ allowed_models: ['chat-native'] }, { allowed_models: ['chat', 'chat-native'] }],
        },
        {
          field: 'addresses',
          held: () => ({ allowed_cidrs: ['127.0.0.0/8', '10.1.0.0/16'] }),
          inside: () => ({ allowed_cidrs: ['10.1.2.0/24', '127.0.0.1'] }),
          beyond: () => [
            { allowed_cidrs: ['10.0.0.0/8'] },
            { allowed_cidrs: ['127.0.0.1', '10.2.0.1'] },
            { allowed_cidrs: ['0.0.0.0/0'] },
            { allowed_cidrs: ['::/0'] },
          ],
        },
        {
          field: 'limit',
          held: () => ({ limit: 10, limit_reset: 'monthly' }),
          inside: () => ({ limit: 9.999_999_999, limit_reset: 'monthly' }),
          beyond: () => [
            { limit: 10.000_000_001, limit_reset: 'monthly' },
            { limit: null },
            { limit: 10, limit_reset: 'daily' },
            { limit: 1, limit_reset: 'weekly' },
          ],
        },
        {
          field: 'expiry',
          held: () => ({ expires_at: soon() }),
          inside: () => ({ expires_at: new Date(Date.now() + 1_800_000).toISOString() }),
          beyond: () => [{ expires_at: later() }],
        },
      ]

      it.each(cases)(
        '$field, neither to a new key nor to one that it changes',
        async ({ held, inside, beyond }) => {
          const policy = { permissions: ['keys:read', 'keys:write', 'inference'], limit: null, ...held() }
          const manager = withKey((await create({ name: 'Manager', ...policy })).key)
          // A new key takes over what its maker is bound to; a limit must be named.
          const limit = 'limit' in held() ? { limit: 1, limit_reset: 'monthly' } : {}
          const base = { name: 'Child', permissions: ['inference'], ...limit }
          const child = await create({ ...base, ...inside() }, manager)
          const before = await get(child.data.hash)
          expect(before).toMatchObject(inside().expires_at ? {} : inside())
          for (const grant of beyond()) {
            const made = await manager.post(KEYS, { ...base, ...grant })
            expect([JSON.stringify(grant), made.status]).toEqual([JSON.stringify(grant), 403])
            expect(await made.text()).toContain('A key cannot grant what it does not hold')
            const changed = await manager.send('PATCH', `${KEYS}/${child.data.hash}`, grant)
            expect([JSON.stringify(grant), changed.status]).toEqual([JSON.stringify(grant), 403])
          }
          expect(await get(child.data.hash)).toEqual(before)
        },
      )

      it('what a new key does not name it takes over from its maker', async () => {
        const held = {
          permissions: ['keys:write', 'inference'],
          allowed_models: ['chat'],
          allowed_cidrs: ['127.0.0.0/8'],
          expires_at: soon(),
        }
        const manager = withKey((await create({ name: 'Narrow', ...held })).key)
        const { data } = await create({ name: 'Heir' }, manager)
        const { permissions: _, ...taken } = held
        expect(data).toMatchObject({ ...taken, permissions: ['inference'] })
      })

      it('its project, and one of which its user is no member', async () => {
        const [mine, second, foreign] = [
          await makeProject(stage.installation, OWNER),
          await makeProject(stage.installation, OWNER),
          await makeProject(stage.installation, STRANGER),
        ]
        const made = await create({
          name: 'Bound',
          project_id: mine,
          permissions: ['keys:write', 'inference'],
        })
        expect(made.data).toMatchObject({ project_id: mine })
        const bound = withKey(made.key)
        expect((await create({ name: 'Heir' }, bound)).data).toMatchObject({ project_id: mine })
        expect((await bound.post(KEYS, { name: 'x', project_id: second })).status).toBe(403)
        const refused = await owner.post(KEYS, { name: 'x', project_id: foreign })
        const unknown = await owner.post(KEYS, { name: 'x', project_id: crypto.randomUUID() })
        expect([refused.status, unknown.status]).toEqual([403, 403])
        const [a, b] = [(await refused.json()) as { error: Json }, (await unknown.json()) as { error: Json }]
        expect(a.error).toEqual(b.error)
        expect(a.error.message).toBe('Project membership required')
      })

      it('its own bounds, by changing itself', async () => {
        const permissions = ['keys:read', 'keys:write', 'inference']
        const self = await stage.makeKey({ permissions, limit: 5, allowed_models: ['chat'] })
        const raises = [
          { limit: 6 },
          { limit: null },
          { allowed_models: null },
          { allowed_models: ['chat', 'embed'] },
          { permissions: ['inference', 'usage:read'] },
        ]
        for (const raise of raises) {
          const response = await self.send('PATCH', `${KEYS}/${self.hash}`, raise)
          expect([JSON.stringify(raise), response.status]).toEqual([JSON.stringify(raise), 403])
        }
        const { data } = await self.read<{ data: Json }>('/api/v1/key')
        expect(data).toMatchObject({ limit: 5 })
        expect(await get(self.hash)).toMatchObject({ limit: 5, allowed_models: ['chat'] })
      })

      it('life to a disabled key that held more', async () => {
        const rich = await create({ name: 'Rich', permissions: ['keys:read', 'usage:read'] })
        await owner.send('PATCH', `${KEYS}/${rich.data.hash}`, { disabled: true })
        const poor = withKey((await create({ name: 'Poor', permissions: ['keys:write'] })).key)
        const response = await poor.send('PATCH', `${KEYS}/${rich.data.hash}`, { disabled: false })
        expect(response.status).toBe(403)
        expect((await withKey(rich.key).get(KEYS)).status).toBe(401)
      })
    })

    describe('limits are shown with the true usage', () => {
      it('of every window, to the last nano-credit, beside what remains and when it was last used', async () => {
        await clearOfMidnight(10_000)
        await stage.upstream.script({ promptTokens: 1234, completionTokens: 567 })
        const { data, key } = await create({ name: 'Used', limit: 2, limit_reset: 'daily' })
        expect(data).toMatchObject({ usage: 0, limit_remaining: 2, last_used: null })
        const user = withKey(key)
        const startedAt = Date.now()
        const chat = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }
        await user.post('/v1/chat/completions', chat)
        const stream = await user.post('/api/v1/chat/completions', { ...chat, stream: true })
        await stream.text()
        await user.post('/v1/responses', { model: 'chat-native', input: 'Hi' })
        // (1234 − 2 cached) at 1, 2 at 0.5, 567 at 2 credits a million, three times.
        const nanos = 3 * (1232 * 1000 + 2 * 500 + 567 * 2000)
        const used = nanos / 1e9
        const shown = {
          limit: 2,
          limit_remaining: (2e9 - nanos) / 1e9,
          usage: used,
          usage_daily: used,
          usage_weekly: used,
          usage_monthly: used,
          byok_usage: 0,
        }
        const after = await get(data.hash)
        expect(after).toMatchObject(shown)
        const lastUsed = Date.parse(String(after.last_used))
        expect(lastUsed).toBeGreaterThanOrEqual(startedAt - 1000)
        expect(lastUsed).toBeLessThanOrEqual(Date.now() + 1000)
        const { data: listed } = await owner.read<{ data: Json[] }>(KEYS)
        expect(listed.find(({ hash }) => hash === data.hash)).toEqual(after)
        expect((await user.read<{ data: Json }>('/api/v1/key')).data).toMatchObject(shown)
      })
    })
  })
}
