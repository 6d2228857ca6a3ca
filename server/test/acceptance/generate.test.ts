import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, type Installation, install, type Server } from '../support/claviger.ts'
import { GENERATION, scripted } from '../support/generation.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import { openSession, type SessionCaller } from '../support/operator-session.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json, until } from '../support/wire.ts'

// Generation as EggAPI has it: a task at once, its output later.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const DRAW = { model: 'draw', prompt: 'A cat' }
/** On a provider of its own, so that what waits behind its tasks keeps nobody else waiting. */
const SLOW = { ...GENERATION.models[0], id: 'slow', routes: [{ provider: 'slow' }] }

afterAll(stopAll)

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking at it
type Answer = { data: any; error: any }

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let installation: Installation
    let server: Server
    let owner: Caller
    let stranger: Caller
    let person: SessionCaller

    const admin = <T>(...args: string[]) => installation.admin<T>('admin', ...args)
    const makeKey = async (email: string, ...more: string[]): Promise<Caller & { hash: string }> => {
      const permissions = ['--permissions', 'inference,usage:read']
      const made = ['keys', 'create', '--user', email, '--name', 'K', ...permissions, ...more]
      const { key, hash } = await admin<{ key: string; hash: string }>(...made)
      return { ...caller(server.url, key), hash }
    }

    beforeAll(async () => {
      const config = {
        providers: [GENERATION.provider, { id: 'slow', kind: 'sandbox' }],
        models: [...GENERATION.models, SLOW],
        balance: { of: 'organization' },
        tasks: { attempts: 2, concurrency: 2 },
      }
      installation = await install(config, postgres)
      server = await installation.start()
      for (const email of ['owner@example.com', 'stranger@example.com']) {
        await admin('users', 'create', '--email', email, '--name', 'Somebody')
        await admin('credits', 'grant', '--user', email, '--amount', '1')
      }
      owner = await makeKey('owner@example.com')
      stranger = await makeKey('stranger@example.com')
      person = await openSession(installation, 'person@example.com', false)
      await admin('credits', 'grant', '--user', 'person@example.com', '--amount', '1')
    })
    afterAll(async () => {
      await server.stop()
      await expectLedgerClean(installation)
      await installation.remove()
    })

    const generate = async (body: Json, by = owner, headers = {}): Promise<[number, Answer]> => {
      const answer = await by.post('/v1/generate', body, headers)
      return [answer.status, (await answer.json()) as Answer]
    }
    const ended = (id: string, by = owner) =>
      until(`the end of ${id}`, async () => {
        const { data } = await by.read<Answer>(`/v1/tasks/${id}`)
        return ['pending', 'processing'].includes(data.status) ? undefined : data
      })
    const made = async (body: Json, by = owner) => {
      const [status, { data, error }] = await generate(body, by)
      expect([status, error]).toEqual([202, null])
      return ended(data.id, by)
    }

    it('answers with a pending task, which is completed, charged per image, and has links to its files', async () => {
      const [status, { data, error }] = await generate({ ...DRAW, num_outputs: 2 })
      expect([status, error]).toEqual([202, null])
      expect(data).toEqual({
        id: expect.stringMatching(/^gen_[0-9a-z]{26}$/),
        status: 'pending',
        model: 'draw',
        type: 'image_generate',
        cost: '$0.00',
        created_at: expect.stringMatching(/Z$/),
      })
      const task = await ended(data.id)
      expect(task).toMatchObject({ status: 'completed', cost: '$0.0200' })
      expect(task.output.urls).toHaveLength(2)
      expect(task.output.url).toBe(task.output.urls[0])
      const file = await fetch(task.output.url)
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/png'])
      const row = await owner.row(data.id)
      expect(row).toMatchObject({ endpoint: 'generate', units: 2, cost: '$0.0200', outcome: 'completed' })
      const { data: summary } = await owner.read<Answer>('/v1/usage/summary')
      expect(summary).toContainEqual(expect.objectContaining({ model: 'draw', total_units: 2 }))
    })

    it('charges what came: fewer images than asked for cost less, and seconds are counted', async () => {
      const fewer = await made({ ...DRAW, prompt: scripted({ files: 1 }), num_outputs: 3 })
      expect(fewer).toMatchObject({ status: 'completed', cost: '$0.0100' })
      expect(fewer.output.urls).toHaveLength(1)
      expect(await made({ model: 'sing', prompt: 'La', duration: 3 })).toMatchObject({ cost: '$0.0600' })
    })

    it.each([
      ['model', { prompt: 'A cat' }],
      ['model', { ...DRAW, model: 'nothing' }],
      ['prompt', { model: 'draw' }],
      ['prompt', { ...DRAW, prompt: '' }],
      ['prompt', { ...DRAW, prompt: 'x'.repeat(2001) }],
      ['negative_prompt', { ...DRAW, negative_prompt: 'x'.repeat(1001) }],
      ['num_outputs', { ...DRAW, num_outputs: 5 }],
      ['num_outputs', { ...DRAW, num_outputs: '1' }],
      ['aspect_ratio', { ...DRAW, aspect_ratio: '4:3' }],
      ['resolution', { ...DRAW, resolution: '8k' }],
      ['duration', { ...DRAW, duration: 61 }],
      ['duration', { ...DRAW, duration: 5 }],
      ['image_urls', { ...DRAW, image_urls: Array.from({ length: 10 }, () => 'https://example.com/a.png') }],
      ['image_urls', { ...DRAW, image_urls: ['no address'] }],
      ['webhook_url', { ...DRAW, webhook_url: 'http://127.0.0.1:1/' }],
      ['webhook_url', { ...DRAW, webhook_url: `https://example.com/${'x'.repeat(2048)}` }],
      ['mode', { ...DRAW, mode: 'fast' }],
    ])('refuses a bad %s with 400 and its name, and makes no task', async (field, body) => {
      const before = (await owner.read<Answer>('/v1/tasks')).data.pagination.total
      const [status, { data, error }] = await generate(body)
      expect([status, data, error.code]).toEqual([400, null, 'VALIDATION_ERROR'])
      expect(error.message).toContain(field)
      expect((await owner.read<Answer>('/v1/tasks')).data.pagination.total).toBe(before)
    })

    it('a task that a provider refuses or fails is a good answer that costs nothing', async () => {
      const refused = await made({ ...DRAW, prompt: scripted({ refuse: 'Rejected by the moderation' }) })
      expect(refused).toMatchObject({ status: 'failed', error: 'Rejected by the moderation', cost: '$0.00' })
      const failed = await made({ ...DRAW, prompt: scripted({ fail: true }) })
      expect(failed).toMatchObject({ status: 'failed', error: 'The provider failed to make this' })
      expect(failed.output).toBeUndefined()
      const late = await made({ ...DRAW, model: 'draw-hasty', prompt: scripted({ delayMs: 30_000 }) })
      expect(late).toMatchObject({ status: 'failed', error: 'The provider did not finish in time' })
    })

    it('asks key, plan, price, balance and rates, in this order, and each says so', async () => {
      const limited = await makeKey('owner@example.com', '--models', 'draw-free,sing')
      expect(await generate(DRAW, limited)).toMatchObject([403, { error: { code: 'FORBIDDEN' } }])
      const unpriced = await generate({ ...DRAW, model: 'draw-free' }, limited)
      expect(unpriced).toMatchObject([403, { error: { code: 'FORBIDDEN' } }])
      expect(unpriced[1].error.message).toContain('has no price')
      const poor = await makeKey('owner@example.com', '--limit', '0.02')
      const [status, { error }] = await generate({ ...DRAW, num_outputs: 3 }, poor)
      expect([status, error.code]).toEqual([403, 'INSUFFICIENT_BALANCE'])
      expect((await made(DRAW, poor)).status).toBe('completed')
      await admin('users', 'create', '--email', 'busy@example.com', '--name', 'Busy')
      await admin('credits', 'grant', '--user', 'busy@example.com', '--amount', '1')
      const rate = ['--unit', 'requests', '--period', 'day', '--amount', '1', '--subject', 'user']
      await admin('quotas', 'set', '--user', 'busy@example.com', ...rate)
      const busy = await makeKey('busy@example.com')
      await clearOfMidnight()
      expect((await made(DRAW, busy)).status).toBe('completed')
      expect(await generate(DRAW, busy)).toMatchObject([429, { error: { code: 'RATE_LIMITED' } }])
    })

    it('an Idempotency-Key makes one task of any number of equal requests', async () => {
      const headers = { 'idempotency-key': 'once' }
      const answers = await Promise.all(Array.from({ length: 8 }, () => generate(DRAW, owner, headers)))
      expect(new Set(answers.map(([status, { data }]) => `${status} ${data.id}`)).size).toBe(1)
      expect((await generate({ ...DRAW, prompt: 'A dog' }, owner, headers))[0]).toBe(422)
    })

    it('a stranger sees no task of another, in no list and by no id', async () => {
      const { id } = await made(DRAW)
      for (const path of [`/v1/tasks/${id}`, '/v1/tasks/gen_none']) {
        const answer = await stranger.get(path)
        expect([answer.status, await answer.json()]).toEqual([
          404,
          { data: null, error: { code: 'NOT_FOUND', message: 'Task not found' } },
        ])
      }
      expect((await stranger.post(`/v1/tasks/${id}/cancel`, {})).status).toBe(404)
      expect((await stranger.read<Answer>('/v1/tasks')).data.items).toEqual([])
    })

    it('what no database stores is not found or refused, wherever it is named', async () => {
      const nothing = async (answer: Promise<{ readonly status: number }>, path: string) =>
        expect([400, 404], path).toContain((await answer).status)
      for (const path of ['tasks/%00', 'tasks?model=%00', 'usage?model=%00', 'usage?key=%00'])
        await nothing(owner.get(`/v1/${path}`), path)
      for (const path of ['usage?end_user=a%00', 'usage/summary?project_id=%00'])
        await nothing(owner.get(`/v1/${path}`), path)
      await nothing(owner.post('/v1/tasks/%00/cancel', {}), 'cancel')
      for (const path of ['dashboard/tasks/%00', 'v1/keys/%00', 'dashboard/usage?request=%00'])
        await nothing(person.send(server.url, 'GET', `/api/${path}`), path)
      for (const name of ['model', 'key', 'user'])
        await nothing(person.send(server.url, 'GET', `/api/dashboard/tasks?${name}=%00`), name)
    })

    it('lists by page, state, model and time, newest first', async () => {
      const between = new Date().toISOString()
      const { id } = await made(DRAW)
      const list = async (query: string) => (await owner.read<Answer>(`/v1/tasks?${query}`)).data
      const { items, pagination } = await list('per_page=2&page=2')
      expect(items).toHaveLength(2)
      const { total } = pagination
      expect(pagination).toEqual({ page: 2, per_page: 2, total, total_pages: Math.ceil(total / 2) })
      expect((await list(`from=${between}`)).items.map((item: Json) => item.id)).toEqual([id])
      const times = (await list('per_page=100')).items.map((item: Json) => item.created_at)
      expect(times).toEqual([...times].sort().reverse())
      for (const item of (await list('status=failed')).items) expect(item.status).toBe('failed')
      expect((await list('model=sing')).items.every((item: Json) => item.model === 'sing')).toBe(true)
      for (const query of ['per_page=101', 'page=0', 'status=odd', 'from=yesterday']) {
        const answer = await owner.get(`/v1/tasks?${query}`)
        expect([answer.status, ((await answer.json()) as Answer).error.code]).toEqual([
          400,
          'VALIDATION_ERROR',
        ])
      }
    })

    it('a pending task can be called back and costs nothing; one whose key is revoked is not begun', async () => {
      const doomed = await makeKey('owner@example.com')
      const manager = await makeKey('owner@example.com', '--permissions', 'keys:write')
      const slow = { model: 'slow', prompt: scripted({ delayMs: 2500 }) }
      const running = await Promise.all([generate(slow), generate(slow)])
      const [, { data: waiting }] = await generate(slow)
      const [, { data: orphan }] = await generate(slow, doomed)
      const answer = await owner.post(`/v1/tasks/${waiting.id}/cancel`, {})
      expect([answer.status, await answer.json()]).toMatchObject([
        200,
        { data: { status: 'cancelled', cost: '$0.00' }, error: null },
      ])
      expect((await manager.send('DELETE', `/api/v1/keys/${doomed.hash}`)).status).toBe(200)
      const first = running[0][1].data.id
      expect(await ended(first)).toMatchObject({ status: 'completed' })
      expect((await owner.post(`/v1/tasks/${first}/cancel`, {})).status).toBe(409)
      expect(await ended(orphan.id)).toMatchObject({
        status: 'cancelled',
        error: 'Cancelled before it began: API key has been revoked',
      })
    })

    it('a person generates by session, and the dashboard shows what became of it', async () => {
      const send = (method: string, path: string, body?: Json) => person.send(server.url, method, path, body)
      const one = await send('POST', '/v1/generate', DRAW)
      expect(one.status).toBe(202)
      const two = await send('POST', '/api/dashboard/playground/generate', { ...DRAW, prompt: 'A dog' })
      expect(two.status).toBe(202)
      const { id } = ((await two.json()) as Answer).data
      const read = async (path: string) => (await (await send('GET', path)).json()) as Answer
      const task = await until('its end', async () => {
        const { data } = await read(`/api/dashboard/tasks/${id}`)
        return data.status === 'completed' ? data : undefined
      })
      expect(task).toMatchObject({
        input: { prompt: 'A dog', num_outputs: 1 },
        files: [{ contentType: 'image/png' }],
        cost: '0.01',
        held: '0.01',
        key: null,
        deliveries: [],
      })
      expect(task.events.map(({ kind }: { kind: string }) => kind)).toEqual([
        'created',
        'claimed',
        'submitted',
        'completed',
      ])
      const { data } = await read('/api/dashboard/tasks?model=draw')
      expect(data.map((item: Json) => (item.input as Json).prompt)).toEqual(['A dog', 'A cat'])
      expect((await read('/v1/tasks')).data.items).toHaveLength(2)
    })
  })
}
