import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import {
  type Caller,
  caller,
  eventsOf,
  type Json,
  makeProject,
  OWNER,
  openStage,
  requestIdOf,
  type Stage,
  until,
  untilHeard,
} from '../support/wire.ts'

// A command is a process, whose start takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

const SECRET = 'sk-upstream-secret'

/** Besides the usual models one behind a provider that knows neither of OpenAI's newer fields, and rules for `auto`. */
function config(upstreamUrl: string): object {
  const base = testConfig(upstreamUrl) as { providers: Json[]; models: Json[] }
  const [chat] = base.models
  const to = (provider: string, model: string) => ({ routes: [{ provider, model }] })
  return {
    ...base,
    responses: { streamByDefault: true },
    providers: [
      ...base.providers,
      {
        id: 'plain',
        kind: 'openai',
        baseUrl: upstreamUrl,
        apiKey: SECRET,
        headers: { 'x-provider-version': '2026-01-01' },
        supports: { streamOptions: false, maxCompletionTokens: false },
      },
    ],
    models: [
      ...base.models,
      { ...chat, id: 'plain', ...to('plain', 'upstream-plain') },
      { ...chat, id: 'sees', vision: true, ...to('upstream', 'upstream-sees') },
      { ...chat, id: 'acts', ...to('upstream', 'upstream-acts') },
      { ...chat, id: 'long', ...to('upstream', 'upstream-long') },
      { ...chat, id: 'vendor/large', ...to('upstream', 'upstream-large') },
    ],
    auto: [
      { model: 'sees', images: true },
      { model: 'acts', tools: true },
      { model: 'long', minInputBytes: 20_000 },
    ],
  }
}

const MESSAGES = [{ role: 'user', content: 'Hi' }]

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage(config, postgres)
    }, 60_000)
    afterAll(() => stage.close())
    beforeEach(() => stage.upstream.script({ lenient: true }))

    const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
      stage.owner.post(path, body, headers)
    /** What the provider got for a request that it answered. */
    const sentFor = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
      await stage.upstream.script({ lenient: true })
      const response = await post(path, body, headers)
      const text = await response.text()
      const [record] = await stage.upstream.records()
      if (!response.ok || !record) throw new Error(`${response.status} ${text}`)
      return { ...record, response, answer: text }
    }

    describe('a body', () => {
      // Written by hand: what must arrive is bytes.
      const UNUSUAL = [
        '"zeta":1,"alpha":[null,true,{"b":1,"a":2}]',
        '"long_integer":9007199254740993',
        '"negative":-9223372036854775808',
        '"twenty_digits":0.12345678901234567891',
        '"money":12345678901234567890.123456789',
        '"power":1e400,"tiny":1.5e-400',
        '"text":"Zażółć gęślą jaźń 日本語 🗝️ \\u0000 \\\\ \\" \\n \\ud800"',
        '"__proto__":{"x":1},"constructor":"y"',
        '"":"empty name","with space":""',
        '"nested":[[[[{"deep":9007199254740993}]]]]',
      ].join(',')

      it.each([
        ['/v1/chat/completions', '"messages":[{"role":"user","content":"Hi"}]', 'chat', 'upstream-chat'],
        ['/v1/responses', '"input":"Hi","stream":false', 'chat-native', 'upstream-native'],
        ['/v1/embeddings', '"input":["a","b"]', 'embed', 'upstream-embed'],
        ['/api/v1/chat/completions', '"messages":[{"role":"user","content":"Hi"}]', 'chat', 'upstream-chat'],
      ])(
        'for %s reaches the provider byte for byte, but for the model’s name',
        async (path, own, model, theirs) => {
          const body = (model: string) => `{"first":0,"model":"${model}",${own},${UNUSUAL},"last":0}`
          const { text } = await sentFor(path, body(model))
          expect(text).toBe(body(theirs))
        },
      )

      it('reaches a provider that translation stands before with every field that it has no word for', async () => {
        const { body, path } = await sentFor('/v1/responses', {
          model: 'chat',
          input: 'Hi',
          stream: false,
          invented_yesterday: { a: [1, 2] },
          safety_identifier: 'someone',
        })
        expect(path).toBe('/chat/completions')
        expect(body).toMatchObject({ invented_yesterday: { a: [1, 2] }, safety_identifier: 'someone' })
      })

      it('asks a provider that understands it for the usage of a stream, and keeps the other options', async () => {
        const options = { include_usage: false, include_obfuscation: false }
        const chat = { model: 'chat', messages: MESSAGES, stream: true }
        const bare = await sentFor('/v1/chat/completions', chat)
        expect(bare.body).toEqual({
          ...chat,
          model: 'upstream-chat',
          stream_options: { include_usage: true },
        })
        const { body } = await sentFor('/v1/chat/completions', { ...chat, stream_options: options })
        expect(body.stream_options).toEqual({ include_usage: true, include_obfuscation: false })
      })

      it('is adapted to a provider that knows neither stream_options nor max_completion_tokens', async () => {
        const { body } = await sentFor('/v1/chat/completions', {
          model: 'plain',
          messages: MESSAGES,
          stream: true,
          stream_options: { include_usage: true },
          max_completion_tokens: 17,
          seed: 4,
        })
        expect(body).toEqual({
          model: 'upstream-plain',
          messages: MESSAGES,
          stream: true,
          max_tokens: 17,
          seed: 4,
        })
        const translated = await sentFor('/v1/responses', {
          model: 'plain',
          input: 'Hi',
          stream: true,
          max_output_tokens: 17,
        })
        expect(translated.body).toMatchObject({ model: 'upstream-plain', stream: true, max_tokens: 17 })
        expect(translated.body).not.toHaveProperty('stream_options')
        expect(translated.body).not.toHaveProperty('max_completion_tokens')
      })

      it('loses our own project_id, and nothing else', async () => {
        const id = await makeProject(stage.installation, OWNER)
        // A key knows its user's projects from the time on that it was looked up; this one is new.
        const { owner } = stage
        const chat = { model: 'chat', messages: MESSAGES }
        await untilHeard(
          postgres,
          'the project',
          async () => (await owner.post('/v1/chat/completions', { ...chat, project_id: id })).ok,
        )
        for (const [path, own] of [
          ['/v1/chat/completions', chat],
          ['/v1/responses', { model: 'chat-native', input: 'Hi', stream: false }],
          ['/v1/responses', { model: 'chat', input: 'Hi', stream: false }],
          ['/v1/embeddings', { model: 'embed', input: 'Hi' }],
        ] as const) {
          const { body } = await sentFor(path, { ...own, project_id: id, user: 'u' })
          expect(body).not.toHaveProperty('project_id')
          expect(body.user).toBe('u')
        }
      })
    })

    describe('headers', () => {
      const NASTY = {
        cookie: 'session=secret-cookie',
        'x-forwarded-for': '203.0.113.7',
        'x-forwarded-host': 'evil.example',
        'x-real-ip': '203.0.113.7',
        forwarded: 'for=203.0.113.7',
        via: '1.1 somewhere',
        'x-api-key': 'client-key',
        'openai-organization': 'org-client',
        'x-stainless-lang': 'js',
        'x-end-user': 'someone',
        'idempotency-key': 'abc',
        referer: 'https://secret.example/path',
        origin: 'https://secret.example',
        'user-agent': 'the-client/1.0',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        'x-provider-version': 'from the client',
      }

      it('of the client do not reach the provider, which gets its own credential', async () => {
        const { headers } = await sentFor(
          '/v1/chat/completions',
          { model: 'plain', messages: MESSAGES },
          NASTY,
        )
        const { host, 'content-length': length, connection: _, ...rest } = headers
        expect(rest).toEqual({
          authorization: `Bearer ${SECRET}`,
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': 'claviger',
          'x-provider-version': '2026-01-01',
        })
        expect(host).toMatch(/^127\.0\.0\.1:\d+$/)
        expect(Number(length)).toBeGreaterThan(0)
        expect(JSON.stringify(headers)).not.toContain(stage.owner.key)
      })

      it.each([false, true])('of the provider do not reach the client (streamed: %s)', async (stream) => {
        await stage.upstream.script({
          headers: {
            'set-cookie': 'tracker=1',
            location: 'https://internal.example/',
            'x-request-id': 'theirs',
            'x-internal-host': 'gpu-7.internal',
            server: 'secret-engine/1.2',
            'openai-organization': 'org-ours',
            'x-ratelimit-remaining-requests': '12',
            'access-control-allow-origin': '*',
            'strict-transport-security': 'max-age=1',
            'www-authenticate': 'Basic',
          },
        })
        const response = await post('/v1/chat/completions', { model: 'chat', messages: MESSAGES, stream })
        await response.text()
        const allowed = new Set([
          'cache-control',
          'connection',
          'content-length',
          'content-type',
          'date',
          'keep-alive',
          'transfer-encoding',
          'referrer-policy',
          'x-content-type-options',
          'x-model-used',
          'x-provider-id',
          'x-request-id',
        ])
        // Of our own rate limits; the provider's would tell one tenant what others use.
        const own = (name: string) =>
          allowed.has(name) || /^(x-)?ratelimit-(limit|remaining|reset|policy)$/.test(name)
        expect([...response.headers.keys()].filter((name) => name !== 'ratelimit' && !own(name))).toEqual([])
        expect(response.headers.get('x-request-id')).toMatch(/^req_/)
        expect(response.headers.get('cache-control')).toBe('no-store')
        expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      })

      it('say of a redirect of the provider nothing, and it is not followed', async () => {
        const location = `${stage.server.url}/healthz`
        await stage.upstream.script({ raw: '{}', status: 302, headers: { location } })
        const response = await post('/v1/chat/completions', { model: 'chat', messages: MESSAGES })
        expect(response.status).toBe(502)
        expect(response.headers.get('location')).toBeNull()
        expect(await stage.upstream.records()).toHaveLength(1)
      })

      it('and answers never carry the provider’s credential or address', async () => {
        const texts = [
          ...(await Promise.all(
            ['/v1/models', '/api/v1/models', '/v1/usage', '/api/v1/key', '/openapi.json'].map(async (path) =>
              (await stage.owner.get(path)).text(),
            ),
          )),
          (await sentFor('/v1/chat/completions', { model: 'chat', messages: MESSAGES })).answer,
          stage.server.output(),
        ]
        const { port } = new URL(stage.upstream.url)
        for (const text of texts) {
          expect(text).not.toContain(SECRET)
          expect(text).not.toContain(`127.0.0.1:${port}`)
        }
      })
    })

    describe('a model', () => {
      it('is found by its id, with slashes as they are or encoded, as the list has it', async () => {
        for (const base of ['/v1', '/api/v1']) {
          const { data } = await stage.owner.read<{ data: Json[] }>(`${base}/models`)
          const listed = data.find(({ id }) => id === 'vendor/large')
          expect(listed).toBeDefined()
          for (const id of ['vendor/large', 'vendor%2Flarge'])
            expect(await stage.owner.read(`${base}/models/${id}`)).toEqual(listed)
        }
      })

      it('that does not exist is 404 in the shape of the surface, and one that the key may not use 403', async () => {
        const narrow = await stage.makeKey({ allowed_models: ['chat'] })
        const told = async (who: Caller, path: string) => {
          const answer = await who.get(path)
          return { status: answer.status, ...((await answer.json()) as { error: Json }).error }
        }
        const message = 'The model "vendor/none" does not exist; GET /v1/models lists what does'
        for (const path of ['/v1/models/vendor/none', '/v1/models/vendor%2Fnone'])
          expect(await told(stage.owner, path)).toMatchObject({
            status: 404,
            code: 'model_not_found',
            message,
          })
        expect(await told(stage.owner, '/api/v1/models/vendor/none')).toMatchObject({
          status: 404,
          code: 404,
          message,
          metadata: { error_code: 'model_not_found' },
        })
        expect(await told(narrow, '/v1/models/vendor/large')).toMatchObject({
          status: 403,
          code: 'model_forbidden',
        })
      })
    })

    describe('an answer', () => {
      it('passes as the provider wrote it, whole', async () => {
        const raw =
          '{ "id":"x","object":"chat.completion","created":1,"model":"m","choices":[],"big":9007199254740993,"é":"\\u00e9" }\n'
        await stage.upstream.script({ raw })
        const response = await post('/v1/chat/completions', { model: 'chat', messages: MESSAGES })
        expect(await response.text()).toBe(raw)
      })

      it('has under /api/v1 the field that OpenRouter’s SDK demands, and its numbers as they were', async () => {
        const raw = '{"id":"x","choices":[],"big":9007199254740993,"small":0.12345678901234567891}'
        await stage.upstream.script({ raw })
        const response = await post('/api/v1/chat/completions', { model: 'chat', messages: MESSAGES })
        expect(await response.text()).toBe(`${raw.slice(0, -1)},"system_fingerprint":null}`)
      })
    })

    describe('streaming as the default', () => {
      const ask = (more: Json, headers: Record<string, string> = {}) =>
        post('/v1/responses', { model: 'chat', input: 'Hi', ...more }, headers)
      const kind = async (answer: Promise<Response>) => {
        const response = await answer
        await response.text()
        return response.headers.get('content-type')?.split(';')[0]
      }
      const STREAM = 'text/event-stream'
      const JSON_ANSWER = 'application/json'

      it('holds for responses that say nothing of it', async () => {
        for (const accept of ['*/*', 'text/event-stream', 'text/event-stream, */*'])
          expect([accept, await kind(ask({}, { accept }))]).toEqual([accept, STREAM])
        expect(await kind(ask({ stream: null }, { accept: '*/*' }))).toBe(STREAM)
      })

      it('yields to a client that asks for JSON, as the openai SDK does', async () => {
        expect(await kind(ask({}, { accept: 'application/json' }))).toBe(JSON_ANSWER)
      })

      it('yields to what the request says, whatever it accepts', async () => {
        expect(await kind(ask({ stream: false }, { accept: 'text/event-stream' }))).toBe(JSON_ANSWER)
        expect(await kind(ask({ stream: true }, { accept: 'application/json' }))).toBe(STREAM)
      })

      it('is for responses only', async () => {
        const chat = post('/v1/chat/completions', { model: 'chat', messages: MESSAGES }, { accept: '*/*' })
        expect(await kind(chat)).toBe(JSON_ANSWER)
      })

      it('tells the provider what was chosen', async () => {
        for (const model of ['chat', 'chat-native']) {
          const { body, headers } = await sentFor(
            '/v1/responses',
            { model, input: 'Hi', stream: null },
            { accept: '*/*' },
          )
          expect([model, body.stream, headers.accept]).toEqual([model, true, STREAM])
        }
      })
    })

    describe('the model `auto`', () => {
      const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
      const tool = {
        type: 'function',
        function: { name: 'f', parameters: { type: 'object', properties: {} } },
      }
      const chosenFor = async (body: Json, path = '/v1/chat/completions') => {
        const { body: sent, response } = await sentFor(path, { messages: MESSAGES, ...body })
        expect(response.headers.get('x-model-used')).toBe(sent.model)
        return { sent: sent.model, row: (await stage.owner.row(requestIdOf(response))).model }
      }

      it('is the first whose rule applies, and the row says which', async () => {
        const withImage = [{ role: 'user', content: [image] }]
        const long = [{ role: 'user', content: 'x'.repeat(20_000) }]
        const auto = { model: 'auto' }
        expect(await chosenFor({ ...auto, messages: withImage })).toEqual({
          sent: 'upstream-sees',
          row: 'sees',
        })
        expect(await chosenFor({ ...auto, messages: withImage, tools: [tool] })).toMatchObject({
          row: 'sees',
        })
        expect(await chosenFor({ ...auto, tools: [tool] })).toEqual({ sent: 'upstream-acts', row: 'acts' })
        expect(await chosenFor({ ...auto, tools: [] })).toMatchObject({ row: 'chat' })
        expect(await chosenFor({ ...auto, messages: long })).toEqual({ sent: 'upstream-long', row: 'long' })
        expect(await chosenFor(auto)).toEqual({ sent: 'upstream-chat', row: 'chat' })
      })

      it('is what a response without a model gets, and an embedding’s is one for embeddings', async () => {
        const response = await post('/v1/responses', { input: 'Hi', stream: false })
        expect(response.headers.get('x-model-used')).toBe('upstream-chat')
        const embedding = await post('/v1/embeddings', { model: 'auto', input: 'Hi' })
        expect(embedding.headers.get('x-model-used')).toBe('upstream-embed')
      })

      it('is never one that the key may not use', async () => {
        const narrow = await stage.makeKey({ allowed_models: ['long'] })
        const messages = [{ role: 'user', content: [image] }]
        const response = await narrow.post('/v1/chat/completions', { model: 'auto', messages })
        expect([response.status, response.headers.get('x-model-used')]).toEqual([200, 'upstream-long'])
      })
    })

    describe('a key', () => {
      it('with a list of models may use these and no others, and sees no others', async () => {
        const narrow = await stage.makeKey({ allowed_models: ['chat', 'embed'], permissions: ['inference'] })
        const ask = (model: string) => narrow.post('/v1/chat/completions', { model, messages: MESSAGES })
        expect((await ask('chat')).status).toBe(200)
        const refused = await ask('plain')
        expect(refused.status).toBe(403)
        expect(await refused.json()).toMatchObject({ error: { code: 'model_forbidden', param: 'model' } })
        for (const base of ['/v1', '/api/v1']) {
          const { data } = await narrow.read<{ data: { id: string }[] }>(`${base}/models`)
          expect(data.map(({ id }) => id).sort()).toEqual(['chat', 'embed'])
        }
        const usage = await narrow.get('/v1/usage')
        expect(usage.status).toBe(403)
        expect(usage.headers.get('www-authenticate')).toContain('scope="usage:read"')
      })

      it('works until it expires and not after, without anybody doing anything', async () => {
        const expiresAt = Date.now() + 2500
        const made = await post('/api/v1/keys', {
          name: 'Brief',
          expires_at: new Date(expiresAt).toISOString(),
        })
        const { key } = (await made.json()) as { key: string }
        const brief = caller(stage.server.url, key)
        const use = () => brief.post('/v1/chat/completions', { model: 'chat', messages: MESSAGES })
        const first = await use()
        // Unless the machine stood still meanwhile.
        if (Date.now() < expiresAt) expect(first.status).toBe(200)
        const refused = await until('the expiry', async () => {
          const response = await use()
          return response.status === 200 ? undefined : response
        })
        expect(Date.now()).toBeGreaterThanOrEqual(expiresAt)
        expect(refused.status).toBe(401)
        expect(await refused.json()).toMatchObject({
          error: { code: 'key_expired', message: 'API key has expired' },
        })
        expect(refused.headers.get('www-authenticate')).toContain('invalid_token')
      })
    })

    describe('bad requests', () => {
      it.each([
        ['no JSON', '{"model":', 400, 'invalid_json'],
        ['an array', '[]', 400, 'invalid_json'],
        ['nothing', '', 400, 'invalid_json'],
        ['a model of another kind', { model: 'embed', messages: MESSAGES }, 400, 'invalid_request'],
        ['no model', { messages: MESSAGES }, 400, 'invalid_request'],
        ['a model that is no text', { model: 7, messages: MESSAGES }, 400, 'invalid_request'],
        [
          'a stream that is no flag',
          { model: 'chat', messages: MESSAGES, stream: 1 },
          400,
          'invalid_request',
        ],
        [
          'an end user that is no text',
          { model: 'chat', messages: MESSAGES, user: 7 },
          400,
          'invalid_request',
        ],
      ])('with %s are refused before the provider is asked', async (_, body, status, code) => {
        const response = await post('/v1/chat/completions', body)
        expect(response.status).toBe(status)
        const { error, detail } = (await response.json()) as { error: Json; detail: string }
        expect(error).toMatchObject({ code, message: expect.any(String), type: 'invalid_request_error' })
        expect(detail).toBe(error.message)
        expect(await stage.upstream.records()).toEqual([])
      })

      it.each([{}, { input: '' }, { input: [] }, { input: null }])(
        'without an input (%j) say what EU GPT says',
        async (body) => {
          const response = await post('/v1/responses', { model: 'chat', ...body })
          expect(response.status).toBe(400)
          expect(await response.json()).toMatchObject({ detail: 'input is required' })
        },
      )
    })

    it('the usage chunk of a stream is hidden unless it was asked for, and the rest is untouched', async () => {
      const ask = async (more: Json) =>
        (
          await post('/v1/chat/completions', { model: 'chat', messages: MESSAGES, stream: true, ...more })
        ).text()
      const shown = await ask({ stream_options: { include_usage: true } })
      const hidden = await ask({})
      const usage = eventsOf(shown).filter((event) => event.usage)
      expect(usage).toHaveLength(1)
      const chunk = shown.split('\n\n').find((event) => /"usage":\{/.test(event))
      // The count of the second request is another; nothing but its chunk may be missing.
      expect(hidden).toBe(shown.replace(`${chunk}\n\n`, ''))
    })
  })
}
