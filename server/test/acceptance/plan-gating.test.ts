import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { type Caller, caller, type Json, openStage, type Stage, untilHeard } from '../support/wire.ts'

// Tools and models by licence plan, as the unmodified openai SDK meets it. Every shape of a tool is a unit test; here
// each kind goes over the wire, refused to one plan and, word for word the same, served to another.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 })

// The plans are those that a new database has: Individual Pro, Individual Max, Pro, Enterprise by rank.

const BASES = ['/v1', '/api/v1'] as const
const FUNCTION = { type: 'function', name: 'web_search', parameters: { type: 'object', properties: {} } }
const CHAT = { model: 'chat', messages: [{ role: 'user' as const, content: 'Hi' }] }
const RESPONSE = { model: 'chat-native', input: 'Hi', stream: false as const }

const ADVANCED =
  'Advanced web search (a search_context_size above low) is not included in the plan Individual Pro; it needs Individual Max or above'

/** What Individual Pro does not have, what it is told, and whom it is served to. */
const REFUSED: readonly {
  path: string
  body: Json
  param: string
  message: string
  to: 'max' | 'enterprise'
}[] = [
  {
    path: '/responses',
    body: { ...RESPONSE, tools: [{ type: 'web_search', search_context_size: 'high' }] },
    param: 'tools[0].search_context_size',
    message: ADVANCED,
    to: 'max',
  },
  {
    path: '/responses',
    body: { ...RESPONSE, stream: true, tools: [FUNCTION, { type: 'file_search', vector_store_ids: ['vs'] }] },
    param: 'tools[1].type',
    message: 'The tool file_search is not included in the plan Individual Pro; it needs Enterprise',
    to: 'enterprise',
  },
  {
    path: '/chat/completions',
    body: { ...CHAT, web_search_options: { search_context_size: 'medium' } },
    param: 'web_search_options.search_context_size',
    message: ADVANCED,
    to: 'max',
  },
  {
    path: '/chat/completions',
    body: { ...CHAT, plugins: [{ id: 'file-parser' }] },
    param: 'plugins[0]',
    message: 'The tool file_parser is not included in the plan Individual Pro; it needs Enterprise',
    to: 'enterprise',
  },
  {
    path: '/chat/completions',
    body: { ...CHAT, tool_choice: { type: 'mcp' } },
    param: 'tool_choice.type',
    message: 'The tool mcp is not included in the plan Individual Pro; it needs Enterprise',
    to: 'enterprise',
  },
  {
    path: '/chat/completions',
    body: { ...CHAT, model: 'large' },
    param: 'model',
    message: 'The model large is not included in the plan Individual Pro; it needs Individual Max or above',
    to: 'max',
  },
]

/** What Individual Pro has. */
const SERVED: readonly { path: string; body: Json }[] = [
  { path: '/responses', body: { ...RESPONSE, tools: [FUNCTION, { type: 'web_search_preview' }] } },
  { path: '/chat/completions', body: { ...CHAT, web_search_options: { search_context_size: 'low' } } },
  { path: '/chat/completions', body: { ...CHAT, model: 'chat:online' } },
  { path: '/chat/completions', body: { ...CHAT, plugins: [{ id: 'web' }] } },
]

/** Texts of bodies by which a tool might pass the gate and still reach a provider. */
const SMUGGLED = [
  '{"model":"chat","messages":[],"\\u0074ools":[{"type":"file\\u005fsearch"}]}',
  '{"model":"chat","messages":[],"tools":[],"tools":[{"type":"function","type":"file_search"}]}',
  '{"model":"chat","messages":[],"Tools":[{"Type":"FILE_SEARCH"}]}',
  '{"model":"chat","messages":[],"tools":{"type":"file_search"}}',
  '{"model":"chat","messages":[],"tools":[[{"type":"file_search"}]]}',
  '{"model":"chat","messages":[],"extra_body":{"tools":[{"type":"file_search"}]}}',
]

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage
    let pro: Caller
    let max: Caller
    let enterprise: Caller

    beforeAll(async () => {
      stage = await openStage((url) => config(url), postgres)
      const { admin } = stage.installation
      await admin('admin', 'plans', 'set', 'individual-pro', '--models', 'chat,chat-native,chat:online')
      pro = await userOn('individual-pro')
      max = await userOn('individual-max')
      enterprise = await userOn('enterprise')
    })
    afterAll(() => stage.close())
    beforeEach(() => stage.upstream.script({ lenient: true }))

    async function userOn(plan: string): Promise<Caller> {
      const { admin } = stage.installation
      const email = `${plan}@example.com`
      await admin('admin', 'users', 'create', '--email', email, '--name', plan, '--plan', plan)
      const { key } = await admin<{ key: string }>('admin', 'keys', 'create', '--user', email)
      return caller(stage.server.url, key)
    }

    const connect = ({ key }: Caller, base: string) =>
      new OpenAI({ apiKey: key, baseURL: stage.server.url + base, maxRetries: 0 })
    const send = (key: Caller, base: string, path: string, body: Json) =>
      connect(key, base).post<unknown>(path, { body, stream: body.stream === true })

    it.each(BASES)(
      'what the plan does not list is refused with 403 and the plan needed on %s',
      async (base) => {
        for (const { path, body, param, message } of REFUSED) {
          const error: unknown = await send(pro, base, path, body).catch((error: unknown) => error)
          expect(error, message).toBeInstanceOf(OpenAI.PermissionDeniedError)
          const told = (error as InstanceType<typeof OpenAI.PermissionDeniedError>).error as Json
          expect(told.message).toBe(message)
          const code = param === 'model' ? 'model_not_in_plan' : 'tool_not_in_plan'
          if (base === '/v1') expect(told).toMatchObject({ type: 'permission_error', code, param })
          else expect(told.metadata).toMatchObject({ error_code: code, plan: 'individual-pro' })
        }
        expect(await stage.upstream.records()).toEqual([])
      },
    )

    it.each(BASES)('the same is served to a plan that lists it, unchanged, on %s', async (base) => {
      for (const { path, body, to } of REFUSED) {
        await send(to === 'max' ? max : enterprise, base, path, body)
        const { model: _, ...rest } = body
        const [record] = (await stage.upstream.records()).slice(-1)
        expect(record?.body, path).toMatchObject({ ...rest, model: expect.stringMatching(/^upstream-/) })
      }
      for (const { path, body } of SERVED) await send(pro, base, path, body)
      expect(await stage.upstream.records()).toHaveLength(REFUSED.length + SERVED.length)
    })

    it('no spelling of the body passes the gate', async () => {
      for (const text of SMUGGLED) {
        const refused = await pro.post('/v1/chat/completions', text)
        expect([refused.status, (await refused.json()) as Json], text).toMatchObject([
          403,
          { error: { code: 'tool_not_in_plan' } },
        ])
        expect((await enterprise.post('/v1/chat/completions', text)).status, text).toBe(200)
      }
      const others = await pro.post('/v1/chat/completions', { ...CHAT, models: ['large'] })
      expect(await others.json()).toMatchObject({ error: { code: 'model_forbidden', param: 'models' } })
      expect((await max.post('/v1/chat/completions', { ...CHAT, models: ['large'] })).status).toBe(200)
    })

    it('the list of models shows those of the plan, and auto takes one of them', async () => {
      const ids = async (key: Caller) =>
        (await Array.fromAsync(await connect(key, '/v1').models.list())).map(({ id }) => id)
      expect(await ids(pro)).toEqual(['chat', 'chat-native', 'chat:online'])
      expect(await ids(max)).toContain('large')
      await expect(connect(pro, '/v1').models.retrieve('large')).rejects.toThrow('it needs Individual Max')
      expect((await connect(max, '/v1').models.retrieve('large')).id).toBe('large')
      const auto = await pro.post('/v1/responses', { input: 'Hi', stream: false })
      expect(auto.headers.get('x-model-used')).toMatch(/^upstream-(chat|native)$/)
    })

    it('a plan that changes holds as soon as the server has heard of it', async () => {
      const { admin } = stage.installation
      const ask = () => enterprise.post('/v1/chat/completions', { ...CHAT, plugins: [{ id: 'file-parser' }] })
      expect((await ask()).status).toBe(200)
      await admin('admin', 'plans', 'set', 'enterprise', '--tools', 'none')
      await untilHeard(postgres, 'the change', async () => (await ask()).status === 403)
      const answer = await ask()
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain('no plan of this server includes it')
      await admin('admin', 'plans', 'set', 'enterprise', '--tools', 'all')
    })

    it('a money budget keeps its closed list of fields, whatever the plan', async () => {
      const budgeted = await stage.makeKey({ limit: 1 })
      const answer = await budgeted.post('/v1/chat/completions', { ...CHAT, plugins: [{ id: 'web' }] })
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { error: { code: 'field_not_allowed_under_budget', param: 'plugins' } },
      ])
    })
  })
}

function config(url: string): object {
  const base = testConfig(url) as { models: { id: string }[] }
  const chat = base.models[0] as { id: string }
  return { ...base, models: [{ ...chat, id: 'large' }, ...base.models, { ...chat, id: 'chat:online' }] }
}
