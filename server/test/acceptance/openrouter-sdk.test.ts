import { OpenRouter } from '@openrouter/sdk'
import * as errors from '@openrouter/sdk/models/errors'
import { OpenRouter as OldOpenRouter } from 'openrouter-sdk-0'
import * as oldErrors from 'openrouter-sdk-0/models/errors'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { caller, makeUser, openStage, type Stage, until } from '../support/wire.ts'

// The unmodified @openrouter/sdk, today's and one a year older, with nothing changed but `serverURL`. It checks every
// field of every answer against its schema and fails the whole call over one that is missing or of another type.

interface NewKey {
  name: string
  limit?: number | null
  limitReset?: 'daily' | 'weekly' | 'monthly' | null
  expiresAt?: Date | null
  includeByokInLimit?: boolean
  external?: { user: string }
}

interface KeyPatch {
  name?: string
  disabled?: boolean
  limit?: number | null
  limitReset?: 'daily' | 'weekly' | 'monthly' | null
  includeByokInLimit?: boolean
}

interface Page {
  offset?: number
  includeDisabled?: boolean
}

const NO_RETRIES = { retries: { strategy: 'none' as const } }

/** The one client, by today's signatures. */
function connect(url: string, apiKey: string) {
  const client = new OpenRouter({ apiKey, serverURL: `${url}/api/v1` })
  return {
    list: (page: Page = {}) => client.apiKeys.list(page),
    create: (key: NewKey) => client.apiKeys.create({ requestBody: key }),
    get: (hash: string) => client.apiKeys.get({ hash }),
    update: (hash: string, patch: KeyPatch) => client.apiKeys.update({ hash, requestBody: patch }),
    remove: (hash: string) => client.apiKeys.delete({ hash }),
    current: () => client.apiKeys.getCurrentKeyMetadata(),
    models: async () => {
      for await (const page of await client.models.list()) return page.result.data
      return []
    },
    chat: (model: string, content: string) =>
      client.chat.send({ chatRequest: { model, messages: [{ role: 'user', content }] } }, NO_RETRIES),
    chatStream: (model: string) =>
      client.chat.send({
        chatRequest: { model, messages: [{ role: 'user', content: 'Hi' }], stream: true },
      }) as unknown as Promise<AsyncIterable<Chunk>>,
    respond: (model: string) => client.responses.send({ responsesRequest: { model, input: 'Hi' } }),
    respondStream: (model: string) =>
      client.responses.send({
        responsesRequest: { model, input: 'Hi', stream: true },
      }) as unknown as Promise<AsyncIterable<{ type: string; delta?: string }>>,
  }
}

/** The other, by those of a year ago: flat requests, texts for numbers in queries, responses under `beta`. */
function connectOld(url: string, apiKey: string): ReturnType<typeof connect> {
  const client = new OldOpenRouter({ apiKey, serverURL: `${url}/api/v1` })
  const old = {
    list: ({ offset, includeDisabled }: Page = {}) =>
      client.apiKeys.list({
        ...(offset !== undefined && { offset: String(offset) }),
        ...(includeDisabled !== undefined && { includeDisabled: String(includeDisabled) }),
      }),
    create: (key: NewKey) => client.apiKeys.create(key),
    get: (hash: string) => client.apiKeys.get({ hash }),
    update: (hash: string, patch: KeyPatch) => client.apiKeys.update({ hash, requestBody: patch }),
    remove: (hash: string) => client.apiKeys.delete({ hash }),
    current: () => client.apiKeys.getCurrentKeyMetadata(),
    models: async () => (await client.models.list()).data,
    chat: (model: string, content: string) =>
      client.chat.send({ model, messages: [{ role: 'user', content }] }),
    chatStream: (model: string) =>
      client.chat.send({ model, messages: [{ role: 'user', content: 'Hi' }], stream: true }),
    respond: (model: string) => client.beta.responses.send({ model, input: 'Hi' }),
    respondStream: (model: string) => client.beta.responses.send({ model, input: 'Hi', stream: true }),
  }
  return old as unknown as ReturnType<typeof connect>
}

interface Chunk {
  choices: { delta: { content?: string | null }; finishReason: string | null }[]
  error?: { code: number; message: string }
  usage?: unknown
}

const VERSIONS = [
  { version: '1.3.19', connect, errors, old: false },
  { version: '0.1.11', connect: connectOld, errors: oldErrors as unknown as typeof errors, old: true },
]

const WORDS = 'word0 word1 word2 '

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url), postgres)
    }, 60_000)
    afterAll(() => stage.close())
    beforeEach(() => stage.upstream.script({}))

    describe.each(VERSIONS)('@openrouter/sdk $version', ({ connect, errors, old }) => {
      const open = (key = stage.owner.key) => connect(stage.server.url, key)

      describe('keys', () => {
        it('creates a key with a limit, its reset and an expiry, whose secret works at once', async () => {
          const expiresAt = new Date(Date.now() + 3_600_000)
          const made = await open().create({
            name: 'Limited',
            limit: 12.5,
            limitReset: 'monthly',
            expiresAt,
            includeByokInLimit: true,
            external: { user: 'customer-7' },
          })
          expect(made.data).toMatchObject({
            name: 'Limited',
            limit: 12.5,
            limitRemaining: 12.5,
            limitReset: 'monthly',
            includeByokInLimit: true,
            disabled: false,
            usage: 0,
            expiresAt,
            // The old version has no words for it.
            ...(!old && { externalUser: 'customer-7' }),
          })
          expect(made.key).toMatch(/^cvg_[0-9A-Za-z]{36}$/)
          expect(made.data.label).not.toBe(made.key)
          const { data } = await open(made.key).current()
          expect(data).toMatchObject({
            label: made.data.label,
            limit: 12.5,
            limitRemaining: 12.5,
            isProvisioningKey: false,
            // The old version drops what it does not know.
            ...(!old && { isManagementKey: false, expiresAt }),
          })
        })

        it('creates a key with nothing but a name, which has no limit and no end', async () => {
          const { data } = await open().create({ name: 'Bare' })
          expect(data).toMatchObject({ limit: null, limitRemaining: null, limitReset: null })
          expect(data.expiresAt ?? null).toBeNull()
          expect((await open().get(data.hash)).data).toEqual(data)
        })

        it('changes each field alone, and leaves the others', async () => {
          const { data: before } = await open().create({ name: 'Before', limit: 5 })
          let expected = before
          const patches: KeyPatch[] = [
            { name: 'After' },
            { limit: 7.25 },
            { limitReset: 'weekly' },
            { limitReset: null },
            { includeByokInLimit: true },
            { disabled: true },
            { disabled: false },
            { limit: null },
          ]
          for (const patch of patches) {
            const { data } = await open().update(before.hash, patch)
            expected = {
              ...expected,
              ...(patch as Partial<typeof expected>),
              ...(patch.limit !== undefined && { limitRemaining: patch.limit }),
              updatedAt: data.updatedAt,
            }
            expect(data).toEqual(expected)
            expect((await open().get(before.hash)).data).toEqual(expected)
          }
        })

        it('hides a disabled key from the list unless it is asked for', async () => {
          const { data } = await open().create({ name: 'Sleeper' })
          await open().update(data.hash, { disabled: true })
          const hashes = async (page: Page) => (await open().list(page)).data.map(({ hash }) => hash)
          expect(await hashes({})).not.toContain(data.hash)
          expect(await hashes({ includeDisabled: false })).not.toContain(data.hash)
          expect(await hashes({ includeDisabled: true })).toContain(data.hash)
        })

        it('deletes a key, which is gone from look-ups and lists and refused at once', async () => {
          const { data, key } = await open().create({ name: 'Short' })
          expect((await open(key).current()).data.label).toBe(data.label)
          expect(await open().remove(data.hash)).toEqual({ deleted: true })
          await expect(open(key).current()).rejects.toBeInstanceOf(errors.UnauthorizedResponseError)
          await expect(open().get(data.hash)).rejects.toBeInstanceOf(errors.NotFoundResponseError)
          const { data: left } = await open().list({ includeDisabled: true })
          expect(left.map(({ hash }) => hash)).not.toContain(data.hash)
        })

        it('describes a managing key as one', async () => {
          const { data } = await open().current()
          expect(data.isProvisioningKey).toBe(true)
          expect(data).toMatchObject(old ? {} : { isManagementKey: true, allowedDataRegions: ['global'] })
        })

        it('raises UnauthorizedResponseError for a bad key on every call', async () => {
          const bad = open('cvg_not-a-key')
          const calls = [
            () => bad.list(),
            () => bad.create({ name: 'x' }),
            () => bad.get('x'),
            () => bad.update('x', {}),
            () => bad.remove('x'),
            () => bad.current(),
          ]
          for (const call of calls) {
            await expect(call()).rejects.toMatchObject({
              constructor: errors.UnauthorizedResponseError,
              statusCode: 401,
              error: { code: 401, message: 'Invalid API key' },
            })
          }
        })

        it('raises NotFoundResponseError for a key that is not there', async () => {
          const calls = [
            () => open().get('nobody'),
            () => open().update('nobody', { name: 'x' }),
            () => open().remove('nobody'),
          ]
          for (const call of calls) {
            await expect(call()).rejects.toMatchObject({
              constructor: errors.NotFoundResponseError,
              statusCode: 404,
              error: { code: 404 },
            })
          }
        })

        it('raises BadRequestResponseError for a value that is not allowed', async () => {
          const { data } = await open().create({ name: 'Fine' })
          const calls = [
            () => open().create({ name: 'x', limit: -1 }),
            () => open().create({ name: 'x', expiresAt: new Date(0) }),
            () => open().update(data.hash, { limit: 0.000_000_000_1 }),
          ]
          for (const call of calls) {
            await expect(call()).rejects.toMatchObject({
              constructor: errors.BadRequestResponseError,
              statusCode: 400,
            })
          }
        })

        it('refuses with 403 a key that may not write keys', async () => {
          const { key } = await open().create({ name: 'Plain' })
          await expect(open(key).create({ name: 'x' })).rejects.toMatchObject({
            // The old version knows no 403 here.
            constructor: old ? errors.OpenRouterDefaultError : errors.ForbiddenResponseError,
            statusCode: 403,
          })
        })
      })

      describe('models', () => {
        it('lists every model with the fields that the SDK demands', async () => {
          const models = await open().models()
          expect(models.map(({ id }) => id).sort()).toEqual(['chat', 'chat-native', 'embed'])
          expect(models.find(({ id }) => id === 'chat')).toMatchObject({
            contextLength: 128_000,
            pricing: { prompt: '0.000001', completion: '0.000002' },
            topProvider: { maxCompletionTokens: 4096 },
          })
        })
      })

      describe('chat', () => {
        it('answers a whole completion', async () => {
          const answer = await open().chat('chat', 'Hi')
          const [record] = await stage.upstream.records()
          expect(answer).toMatchObject({
            choices: [{ message: { content: WORDS }, finishReason: 'stop' }],
            usage: { promptTokens: record?.promptTokens, completionTokens: record?.completionTokens },
          })
        })

        it('streams a completion', async () => {
          let text = ''
          let finish: string | null = null
          for await (const chunk of await open().chatStream('chat')) {
            text += chunk.choices[0]?.delta.content ?? ''
            finish = chunk.choices[0]?.finishReason ?? finish
          }
          expect([text, finish]).toEqual([WORDS, 'stop'])
        })

        it('tells in a chunk that it understands when the provider breaks off in mid-stream', async () => {
          await stage.upstream.script({ pieces: 10, cutAfter: 4 })
          const chunks: Chunk[] = []
          for await (const chunk of await open().chatStream('chat')) chunks.push(chunk)
          expect(chunks.at(-1)).toMatchObject({
            error: { code: 502, message: 'The provider failed to answer' },
            choices: [{ finishReason: 'error' }],
          })
        })

        it('raises typed errors', async () => {
          await expect(open('cvg_bad').chat('chat', 'Hi')).rejects.toMatchObject({
            constructor: old ? oldErrors.ChatError : errors.UnauthorizedResponseError,
            statusCode: 401,
          })
          await expect(open().chat('nothing', 'Hi')).rejects.toMatchObject({
            // The old version knows no 404 here.
            constructor: old ? errors.OpenRouterDefaultError : errors.NotFoundResponseError,
            statusCode: 404,
          })
          await stage.upstream.script({ status: 400 })
          await expect(open().chat('chat', 'Hi')).rejects.toMatchObject({
            constructor: old ? oldErrors.ChatError : errors.BadRequestResponseError,
            statusCode: 400,
            message: 'upstream says 400',
          })
          await stage.upstream.script({ status: 429 })
          await expect(open().chat('chat', 'Hi')).rejects.toMatchObject({
            constructor: old ? oldErrors.ChatError : errors.TooManyRequestsResponseError,
            statusCode: 429,
          })
          await stage.upstream.script({ status: 500 })
          await expect(open().chat('chat', 'Hi')).rejects.toMatchObject({
            constructor: old ? errors.OpenRouterDefaultError : errors.BadGatewayResponseError,
            statusCode: 502,
          })
        })
      })

      describe.each(['chat', 'chat-native'])('responses with the model %s', (model) => {
        it('answers a whole response', async () => {
          const answer = await open().respond(model)
          const [record] = await stage.upstream.records()
          expect(answer).toMatchObject({
            object: 'response',
            status: 'completed',
            output: [{ type: 'message', content: [{ type: 'output_text', text: WORDS }] }],
            usage: { inputTokens: record?.promptTokens, outputTokens: record?.completionTokens },
          })
        })

        it('streams a response', async () => {
          const types: string[] = []
          let text = ''
          for await (const event of await open().respondStream(model)) {
            types.push(event.type)
            text += event.delta ?? ''
          }
          expect(types[0]).toBe('response.created')
          expect(types.at(-1)).toBe('response.completed')
          expect(text).toBe(WORDS)
        })
      })
    })

    describe('a list of more than a page', () => {
      let key: string
      let made: string[]
      let newest: string
      let oldest: string

      beforeAll(async () => {
        const user = await makeUser(stage.installation, 'pages@example.com')
        key = user.key
        oldest = user.hash
        const owner = caller(stage.server.url, key)
        const create = async (number: number): Promise<string> => {
          const response = await owner.post('/api/v1/keys', { name: `Key ${number}` })
          return ((await response.json()) as { data: { hash: string } }).data.hash
        }
        // Many at once, so that many have the same time.
        made = await Promise.all(Array.from({ length: 100 }, (_, number) => create(number)))
        const times = await owner.read<{ data: { created_at: string }[] }>('/api/v1/keys')
        const last = Date.parse(times.data[0]?.created_at ?? '')
        newest = await until('a later millisecond', () => (Date.now() > last ? create(100) : undefined))
      }, 60_000)

      it.each(VERSIONS)(
        'is read whole by offset with version $version, newest first',
        async ({ connect }) => {
          const list = (offset: number) => connect(stage.server.url, key).list({ offset })
          const pages = await Promise.all([0, 100, 200].map(list))
          expect(pages.map(({ data }) => data.length)).toEqual([100, 2, 0])
          const hashes = pages.flatMap(({ data }) => data.map((key) => key.hash))
          expect(hashes[0]).toBe(newest)
          expect(hashes.at(-1)).toBe(oldest)
          expect([...hashes].sort()).toEqual([...made, newest, oldest].sort())
          const times = pages.flatMap(({ data }) => data.map(({ createdAt }) => createdAt))
          expect(times).toEqual([...times].sort().reverse())
          expect((await list(101)).data.map((key) => key.hash)).toEqual([oldest])
        },
      )
    })
  })
}
