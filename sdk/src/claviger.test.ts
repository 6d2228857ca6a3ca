/// <reference lib="esnext.array" />
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testConfig } from '../../server/test/support/claviger.ts'
import { stopAll } from '../../server/test/support/processes.ts'
import { openStage, type Stage, until } from '../../server/test/support/wire.ts'
import { type Claviger, ClavigerError, createClaviger } from './claviger.ts'

let stage: Stage
let claviger: Claviger

beforeAll(async () => {
  stage = await openStage(testConfig, false)
  claviger = createClaviger({ baseUrl: stage.server.url, apiKey: stage.owner.key })
}, 60_000)
afterAll(async () => {
  await stage?.close()
  await stopAll()
})

const withKey = (apiKey: string) => createClaviger({ baseUrl: stage.server.url, apiKey })
const newName = () => `key ${Math.random().toString(36).slice(2)}`

describe('keys', () => {
  it('a key is made, read, changed and revoked', async () => {
    const { key, data } = await claviger.keys.create({ name: 'Made', limit: 2.5, limit_reset: 'monthly' })
    expect(key).toMatch(/^cvg_[0-9A-Za-z]{36}$/)
    expect(data).toMatchObject({ name: 'Made', limit: 2.5, limit_reset: 'monthly', disabled: false })
    expect(await claviger.keys.get(data.hash)).toEqual(data)
    const changed = await claviger.keys.update(data.hash, { name: 'Renamed', limit: null })
    expect(changed).toMatchObject({ hash: data.hash, name: 'Renamed', limit: null, limit_reset: 'monthly' })
    expect(await claviger.keys.revoke(data.hash)).toBeUndefined()
    await expect(claviger.keys.get(data.hash)).rejects.toMatchObject({ status: 404, code: 'not_found' })
  })

  it('what a key may not do any more, it may not do from the next request', async () => {
    const { key, data } = await claviger.keys.create({ name: newName() })
    const own = withKey(key ?? '')
    expect((await own.key.current()).hash).toBe(data.hash)
    await claviger.keys.revoke(data.hash)
    await expect(own.key.current()).rejects.toMatchObject({ status: 401, code: 'key_revoked' })
  })

  it('a key describes itself', async () => {
    const { key } = await claviger.keys.create({ name: 'Mirror', limit: 3, permissions: ['inference'] })
    const current = await withKey(key ?? '').key.current()
    expect(current).toMatchObject({
      name: 'Mirror',
      limit: 3,
      limit_remaining: 3,
      permissions: ['inference'],
    })
  })

  it('an empty hash is refused before it becomes the address of the list', async () => {
    await expect(claviger.keys.get('')).rejects.toThrow('The hash of a key is missing')
    await expect(claviger.keys.revoke('')).rejects.toThrow(TypeError)
  })
})

describe('lists of several pages', () => {
  const hashes: string[] = []
  let owner: Claviger

  beforeAll(async () => {
    const email = 'many@example.com'
    await stage.installation.admin('admin', 'users', 'create', '--email', email, '--name', 'Many')
    const flags = ['--user', email, '--name', 'Owner', '--permissions', 'keys:read,keys:write,inference']
    const made = await stage.installation.admin<{ key: string; hash: string }>(
      'admin',
      'keys',
      'create',
      ...flags,
    )
    owner = withKey(made.key)
    hashes.push(made.hash)
    // The policy is taken from the caller's key, so that each can be made by it.
    for (let n = 1; n < 250; n++) hashes.unshift((await owner.keys.create({ name: `key ${n}` })).data.hash)
  }, 60_000)

  const read = async (each: (hash: string, index: number) => Promise<unknown> = async () => {}) => {
    const found: string[] = []
    for await (const { hash } of owner.keys.list()) {
      found.push(hash)
      await each(hash, found.length - 1)
    }
    return found
  }

  it('250 keys come once each, newest first', async () => {
    expect(hashes).toHaveLength(250)
    expect(await read()).toEqual(hashes)
  })

  it('a page has at most 100 keys, and the pages together have all', async () => {
    const pages = await Array.fromAsync(owner.keys.list().pages())
    expect(pages.map((page) => page.length)).toEqual([100, 99, 51])
    expect(pages.flat().map(({ hash }) => hash)).toEqual(hashes)
  })

  it('keys that are made while the list is read neither repeat nor hide others', async () => {
    const found = await read(async (_, index) => {
      if (index % 40 === 0) hashes.unshift((await owner.keys.create({ name: newName() })).data.hash)
    })
    const before = hashes.slice(7)
    expect(before).toHaveLength(250)
    expect(found).toEqual(before)
  })

  it('disabled keys are left out unless they are asked for', async () => {
    const [hash] = hashes as [string]
    await owner.keys.update(hash, { disabled: true })
    expect(await read()).not.toContain(hash)
    const all = await Array.fromAsync(owner.keys.list({ include_disabled: true }))
    expect(all.map((key) => key.hash)).toEqual(hashes)
    await owner.keys.update(hash, { disabled: false })
  })

  it('every key can be revoked while the list is read, and none is passed over', async () => {
    const mine = hashes.at(-1) as string
    const found = await read(async (hash) => hash !== mine && owner.keys.revoke(hash))
    expect(found.toSorted()).toEqual(hashes.toSorted())
    expect(await read()).toEqual([mine])
  })
})

describe('models', () => {
  it('the models that the key may use are listed', async () => {
    expect((await claviger.models.list()).map(({ id }) => id)).toEqual(['chat', 'chat-native', 'embed'])
    const { key } = await claviger.keys.create({ name: newName(), allowed_models: ['embed'] })
    expect((await withKey(key ?? '').models.list()).map(({ id }) => id)).toEqual(['embed'])
  })

  it.each(['chat', 'chat-native'])('a response of %s comes whole', async (model) => {
    await stage.upstream.script({ text: 'Good morning' })
    const response = await claviger.responses.create({ model, input: 'Hello' })
    expect(response).toMatchObject({ status: 'completed', usage: { output_tokens: 3 } })
    expect(response.output[0]?.content?.[0]?.text).toBe('Good morning')
  })

  it.each(['chat', 'chat-native'])('a response of %s comes event by event', async (model) => {
    await stage.upstream.script({ pieces: 4 })
    const events = await Array.fromAsync(
      await claviger.responses.create({ model, input: 'Hi', stream: true }),
    )
    const text = events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : []))
    expect(text).toEqual(['word0 ', 'word1 ', 'word2 ', 'word3 '])
    expect(events[0]?.type).toBe('response.created')
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } })
  })

  it('a chat completion comes whole, and chunk by chunk', async () => {
    await stage.upstream.script({ pieces: 2 })
    const body = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }
    const whole = await claviger.chat.completions.create(body)
    expect(whole.choices[0]?.message.content).toBe('word0 word1 ')
    const pieces: string[] = []
    for await (const { choices } of await claviger.chat.completions.create({ ...body, stream: true })) {
      if (choices[0]?.delta.content) pieces.push(choices[0].delta.content)
    }
    expect(pieces).toEqual(['word0 ', 'word1 '])
  })

  it('embeddings come as vectors', async () => {
    const { data, usage } = await claviger.embeddings.create({ model: 'embed', input: ['a', 'b'] })
    expect(data.map(({ index }) => index)).toEqual([0, 1])
    expect(Array.isArray(data[0]?.embedding)).toBe(true)
    expect(usage.prompt_tokens).toBeGreaterThan(0)
  })

  it('a server that streams by default answers whole to who did not ask for a stream', async () => {
    const server = await stage.installation.start({ CLAVIGER_RESPONSES_STREAM_BY_DEFAULT: 'true' })
    const client = createClaviger({ baseUrl: server.url, apiKey: stage.owner.key })
    expect(await client.responses.create({ model: 'chat', input: 'Hi' })).toMatchObject({
      status: 'completed',
    })
    await server.stop()
  })

  it('leaving the loop ends the request at the provider', async () => {
    await stage.upstream.script({ pieces: 1000, pieceDelayMs: 20 })
    let seen = 0
    for await (const event of await claviger.responses.create({ model: 'chat', input: 'Hi', stream: true })) {
      if (event.type === 'response.output_text.delta' && ++seen === 3) break
    }
    await upstreamAborted()
  })

  it.each(['while it is read', 'while nobody reads it'])(
    'an abort of a stream %s throws its reason and ends the request at the provider',
    async (when) => {
      await stage.upstream.script({ pieces: 1000, pieceDelayMs: 20 })
      const abort = new AbortController()
      const options = { signal: abort.signal }
      const body = { model: 'chat', input: 'Hi', stream: true } as const
      const events = (await claviger.responses.create(body, options))[Symbol.asyncIterator]()
      if (when === 'while it is read') await events.next()
      abort.abort(new Error('enough'))
      if (when === 'while nobody reads it') await upstreamAborted()
      await expect(drain(events)).rejects.toThrow('enough')
      await upstreamAborted()
    },
  )

  it('an abort before the answer throws its reason and ends the request at the provider', async () => {
    await stage.upstream.script({ delayMs: 20_000 })
    const abort = new AbortController()
    const call = claviger.responses.create({ model: 'chat', input: 'Hi' }, { signal: abort.signal })
    call.catch(() => {})
    await until('the request at the provider', async () => (await stage.upstream.records())[0])
    abort.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    await upstreamAborted()
  })

  it('a call with a signal that is aborted already is not made', async () => {
    await stage.upstream.script({})
    const options = { signal: AbortSignal.abort(new Error('never')) }
    await expect(claviger.responses.create({ model: 'chat', input: 'Hi' }, options)).rejects.toThrow('never')
    expect(await stage.upstream.records()).toEqual([])
  })

  const upstreamAborted = () =>
    until('the abort at the provider', async () => {
      const [record] = await stage.upstream.records()
      return record?.aborted || undefined
    })

  async function drain(events: AsyncIterator<unknown>): Promise<void> {
    while (!(await events.next()).done);
  }
})

describe('usage', () => {
  let reader: Claviger
  let apiKey: string

  beforeAll(async () => {
    await stage.upstream.script({})
    const email = 'reader@example.com'
    await stage.installation.admin('admin', 'users', 'create', '--email', email, '--name', 'Reader')
    const flags = ['--user', email, '--name', 'Reader']
    apiKey = (await stage.installation.admin<{ key: string }>('admin', 'keys', 'create', ...flags)).key
    reader = withKey(apiKey)
    for (let n = 0; n < 7; n++)
      await reader.responses.create({ model: 'chat', input: 'Hi', user: `user ${n}` })
    for (let n = 0; n < 2; n++)
      await reader.embeddings.create({ model: 'embed', input: 'Hi', user: 'user 0' })
  }, 60_000)

  it('requests come once each over several pages, newest first', async () => {
    const items = await Array.fromAsync(reader.usage.list({ per_page: 4 }))
    expect(items.map((item) => item.end_user)).toEqual([
      'user 0',
      'user 0',
      'user 6',
      'user 5',
      'user 4',
      'user 3',
      'user 2',
      'user 1',
      'user 0',
    ])
    const pages = await Array.fromAsync(reader.usage.list({ per_page: 4 }).pages())
    expect(pages.map((page) => page.items.length)).toEqual([4, 4, 1])
    expect(pages[0]?.pagination).toEqual({ page: 1, per_page: 4, total: 9, total_pages: 3 })
  })

  it('filters reach the server', async () => {
    const items = await Array.fromAsync(reader.usage.list({ model: 'embed', end_user: 'user 0' }))
    expect(items.map(({ model }) => model)).toEqual(['embed', 'embed'])
    expect(await Array.fromAsync(reader.usage.list({ end_user: 'nobody' }))).toEqual([])
  })

  it('sums come by the group that is asked for, by model if none is', async () => {
    const byModel = await reader.usage.summary()
    expect(byModel.map((sum) => [sum.model, sum.request_count])).toEqual([
      ['chat', 7],
      ['embed', 2],
    ])
    const byUser = await reader.usage.summary({ group_by: 'end_user', model: 'chat' })
    expect(byUser).toHaveLength(7)
  })

  it('the list ends although requests come in faster than it is read, and leaves them out', async () => {
    const before = (await Array.fromAsync(reader.usage.list())).map(({ id }) => id)
    let pages = 0
    const busy = createClaviger({
      baseUrl: stage.server.url,
      apiKey,
      fetch: async (request) => {
        if (++pages > 20) throw new Error('It does not end')
        const answer = await fetch(request)
        for (let n = 0; n < 4; n++)
          await reader.embeddings.create({ model: 'embed', input: 'Hi', user: 'late' })
        return answer
      },
    })
    const found = await Array.fromAsync(busy.usage.list({ per_page: 3 }))
    expect(found.map(({ id }) => id)).toEqual(before)
    expect(pages).toBe(3)
  })

  it('a request that began before and ends while the list is read pushes none of the others in twice', async () => {
    await stage.upstream.script({ models: { 'upstream-native': { delayMs: 1000 } } })
    const slow = reader.responses.create({ model: 'chat-native', input: 'Hi' })
    await until('the slow request', async () => (await stage.upstream.records())[0])
    await reader.responses.create({ model: 'chat', input: 'Hi' })
    const before = (await Array.fromAsync(reader.usage.list())).map(({ id }) => id)
    const found: string[] = []
    for await (const { id } of reader.usage.list({ per_page: 5 })) {
      found.push(id)
      if (found.length === 5) await slow
    }
    expect(found).toEqual(before)
  })
})

describe('errors', () => {
  it('the shape of OpenAI is read', async () => {
    const error = await failure(claviger.responses.create({ model: 'absent', input: 'Hi' }))
    expect(error).toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      retryable: false,
      requestId: expect.stringMatching(/^req_/),
    })
    expect(error.message).toContain('absent')
  })

  it('the shape of OpenAI is read when a stream was asked for', async () => {
    const error = await failure(claviger.responses.create({ model: 'absent', input: 'Hi', stream: true }))
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' })
  })

  it('the envelope is read', async () => {
    const { key } = await claviger.keys.create({ name: newName(), permissions: ['inference'] })
    const error = await failure(withKey(key ?? '').usage.summary())
    expect(error).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      message: 'This API key lacks the permission usage:read',
      retryable: false,
      requestId: expect.stringMatching(/^req_/),
    })
  })

  it('the shape of OpenRouter is read, with the code of the catalogue and not the status', async () => {
    const error = await failure(claviger.keys.get('absent'))
    expect(error).toMatchObject({
      status: 404,
      code: 'not_found',
      message: 'There is no such API key',
      requestId: expect.stringMatching(/^req_/),
    })
  })

  it('the field at fault is named in the shape of OpenRouter, too', async () => {
    const error = await failure(claviger.keys.create({ name: newName(), limit: -1 }))
    expect(error).toMatchObject({ status: 400, param: 'limit' })
  })

  it.each([
    ['key.current', (client: Claviger) => client.key.current(), 'invalid_api_key'],
    ['keys.list', (client: Claviger) => Array.fromAsync(client.keys.list()), 'invalid_api_key'],
    ['models.list', (client: Claviger) => client.models.list(), 'invalid_api_key'],
    ['usage.list', (client: Claviger) => Array.fromAsync(client.usage.list()), 'UNAUTHORIZED'],
  ])('a key that is not one of the server is an error of %s', async (_, run, code) => {
    expect(await failure(run(withKey('cvg_nonsense')))).toMatchObject({ status: 401, code })
  })

  it('a failing provider is an error that may be tried again, by who is ready to pay twice', async () => {
    await stage.upstream.script({ status: 500 })
    const error = await failure(claviger.responses.create({ model: 'chat', input: 'Hi' }))
    expect(error).toMatchObject({ status: 502, code: 'upstream_error', retryable: true })
    expect(await stage.upstream.records()).toHaveLength(1)
  })

  it.each([
    ['responses', 'chat-native'],
    ['chat', 'chat'],
  ])('a stream of %s that breaks after its beginning throws', async (surface, model) => {
    await stage.upstream.script({ pieces: 5, cutAfter: 4 })
    const stream =
      surface === 'chat'
        ? await claviger.chat.completions.create({
            model,
            messages: [{ role: 'user', content: 'Hi' }],
            stream: true,
          })
        : await claviger.responses.create({ model, input: 'Hi', stream: true })
    const error = await failure(Array.fromAsync<unknown>(stream))
    expect(error).toMatchObject({
      status: 200,
      code: 'upstream_error',
      requestId: expect.stringMatching(/^req_/),
    })
  })

  it.each(['', '/', '/v1', '/v1/', '/api/v1'])('a base URL may end in "%s"', async (end) => {
    const client = createClaviger({ baseUrl: stage.server.url + end, apiKey: stage.owner.key })
    expect((await client.key.current()).hash).toBe((await claviger.key.current()).hash)
  })

  it('a base URL that is none, and a missing key, are said at once', () => {
    expect(() => createClaviger({ baseUrl: 'localhost:8787', apiKey: 'k' })).toThrow('baseUrl must be')
    expect(() => createClaviger({ baseUrl: 'http://localhost', apiKey: '' })).toThrow('apiKey is missing')
  })

  async function failure(call: Promise<unknown>): Promise<ClavigerError> {
    const error = await call.then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(ClavigerError)
    return error as ClavigerError
  }
})
