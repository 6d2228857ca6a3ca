import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONFIG } from '../../../test/support/gateway-parts.ts'
import { readProviderEntry } from '../../config/entries.ts'
import { encodePng } from '../../lib/png.ts'
import { OutboundClient } from '../../outbound/client.ts'
import { GenerationFailure, type GenerationJob } from '../generation.ts'
import { OpenAiGenerator } from './generator.ts'
import { createOpenAiProvider } from './openai.ts'

const NEVER = new AbortController().signal

interface Asked {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

describe('an OpenAI-compatible server as a maker of files', () => {
  let server: Server
  let baseUrl: string
  let png: Buffer
  let asked: Asked[] = []
  let answer: (response: ServerResponse, asked: Asked) => void
  beforeAll(async () => {
    png = await encodePng({ width: 8, height: 8, palette: [[1, 2, 3]], row: () => new Uint8Array(8) })
    server = createServer(async (request, response) => {
      if (request.url === '/source.png') return response.end(png)
      // A picture by its beginning, of most of what all of a task may have.
      if (request.url === '/large.png') return response.end(Buffer.concat([png, Buffer.alloc(30 << 20)]))
      const one = { path: request.url ?? '', headers: request.headers, body: await buffer(request) }
      asked.push(one)
      answer(response, one)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  })
  afterAll(() => server?.close())

  function submit(job: Partial<GenerationJob>, entry: object = {}, outbound: object = {}) {
    asked = []
    const config = readProviderEntry({
      id: 'p',
      kind: 'openai',
      baseUrl,
      apiKey: 'provider-secret',
      ...entry,
    })
    const provider = createOpenAiProvider(config)
    const client = new OutboundClient({ ...CONFIG, outbound: { ...CONFIG.outbound, ...outbound } })
    const whole = {
      ...{ taskId: 'gen_1', type: 'image_generate', model: 'gpt-image-2', prompt: 'A fox', outputs: 2 },
      ...{ imageUrls: [], idempotencyKey: 'key-1', ...job },
    } as GenerationJob
    return new OpenAiGenerator(config, provider, client, { maxBytes: 10_000 })
      .submit(whole, NEVER)
      .finally(() => provider.close())
  }
  const json =
    (body: object, status = 200, headers: object = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  const fields = () => asked.map(({ body }) => JSON.parse(body.toString()))

  it('is asked in the fields that it understands, and answers with bytes or addresses', async () => {
    answer = json({ data: [{ b64_json: png.toString('base64') }, { url: 'https://cdn.example.com/a.png' }] })
    const job = { aspectRatio: '16:9', resolution: '1k', negativePrompt: 'snow' }
    expect(await submit(job)).toEqual({
      state: 'finished',
      files: [
        { bytes: png, contentType: 'application/octet-stream' },
        { url: 'https://cdn.example.com/a.png', trusted: false },
      ],
    })
    expect(asked[0]).toMatchObject({
      path: '/v1/images/generations',
      headers: { authorization: 'Bearer provider-secret', 'idempotency-key': 'key-1' },
    })
    expect(fields()).toEqual([
      { model: 'gpt-image-2', prompt: 'A fox\n\nAvoid: snow', n: 2, size: '1024x576' },
    ])
    answer = json({ data: [{ url: `${baseUrl}/made.png` }] })
    const images = {
      responseFormat: 'url',
      negativePrompt: true,
      several: false,
      sizes: { '16:9': '1792x1024' },
    }
    expect(await submit(job, { images })).toMatchObject({ files: [{ trusted: true }, { trusted: true }] })
    expect(fields()).toEqual(
      Array(2).fill({
        ...{ model: 'gpt-image-2', prompt: 'A fox', negative_prompt: 'snow' },
        ...{ size: '1792x1024', response_format: 'url' },
      }),
    )
  })

  it('gets the pictures to edit as files, fetched by the one client that may go to addresses of users', async () => {
    answer = json({ data: [{ b64_json: png.toString('base64') }] })
    const source = baseUrl.replace('/v1', '/source.png')
    const edit = { type: 'image_edit', imageUrls: [source, source] } as const
    const open = { allowHttp: true, allowCidrs: ['127.0.0.0/8'], ports: [Number(new URL(baseUrl).port)] }
    await submit(edit, {}, open)
    const [{ path, headers, body } = {} as Asked] = asked
    expect(path).toBe('/v1/images/edits')
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': String(headers['content-type']) },
    }).formData()
    expect(form.get('prompt')).toBe('A fox')
    const pictures = form.getAll('image[]') as File[]
    expect(pictures.map(({ type }) => type)).toEqual(['image/png', 'image/png'])
    expect(Buffer.from(await (pictures[1] as File).arrayBuffer()).equals(png)).toBe(true)
    const large = baseUrl.replace('/v1', '/large.png')
    expect(await submit({ ...edit, imageUrls: [source, large, large] }, {}, open)).toEqual({
      state: 'refused',
      message: 'image_urls.2 is too large: all pictures together may have 52428800 bytes',
    })
    const refused = await submit(edit)
    expect(refused).toMatchObject({ state: 'refused', message: expect.stringContaining('image_urls.0') })
    expect(asked).toEqual([])
  })

  it('is read for as many pictures as were asked for, no further than those can need, and for nothing without one', async () => {
    const picture = { b64_json: png.toString('base64') }
    answer = json({ data: ['', '/a.png', 'file:///etc/passwd'].map((url) => ({ url, b64_json: '' })) })
    await expect(submit({})).rejects.toThrow(/without a picture/)
    answer = json({ data: [{ url: '' }, picture, picture, picture] })
    expect(await submit({})).toMatchObject({ files: [{ bytes: png }, { bytes: png }] })
    expect(await submit({}, { images: { several: false } })).toHaveProperty('files.length', 2)
    expect(asked).toHaveLength(1)
    answer = json({ data: [picture], more: 'x'.repeat(1_080_000) })
    await expect(submit({})).rejects.toThrow(/too much/)
  })

  it('speaks', async () => {
    answer = (response) => response.writeHead(200, { 'content-type': 'audio/mpeg' }).end('sound')
    const step = await submit(
      { type: 'audio_generate', outputs: 1 },
      { speech: { voice: 'nova', format: 'wav' } },
    )
    expect(step).toEqual({
      state: 'finished',
      files: [{ bytes: Buffer.from('sound'), contentType: 'audio/mpeg' }],
    })
    expect(asked[0]?.path).toBe('/v1/audio/speech')
    expect(fields()).toEqual([
      { model: 'gpt-image-2', input: 'A fox', voice: 'nova', response_format: 'wav' },
    ])
  })

  it('refuses what breaks a rule on content or cannot be read, without repeating our credential', async () => {
    const message = `Rejected by the\u0000safety system at ${baseUrl}/x; key provider-secret, \ud800 ${'x'.repeat(600)}`
    for (const [status, code] of [
      [400, 'moderation_blocked'],
      [422, null],
      [403, 'content_policy_violation'],
    ] as const) {
      answer = json({ error: { message, code } }, status)
      const step = await submit({})
      expect(step).toMatchObject({
        state: 'refused',
        message: expect.stringMatching(/^Rejected by the safety/),
      })
      const said = (step as { message: string }).message
      expect(said).toMatch(/^.{500}$/)
      expect(said.isWellFormed()).toBe(true)
      expect(said).not.toMatch(/provider-secret|127\.0\.0\.1/)
    }
  })

  it('fails otherwise, and says whether it may have got the job and when to come back', async () => {
    const failure = async (job = submit({})) => {
      const error = await job.catch((error: unknown) => error)
      expect(error).toBeInstanceOf(GenerationFailure)
      const { reached, retryAfterMs } = error as GenerationFailure
      return { reached, retryAfterMs }
    }
    answer = json({}, 429, { 'retry-after': '7' })
    expect(await failure()).toEqual({ reached: false, retryAfterMs: 7000 })
    for (const [status, reached] of [
      [408, true],
      [500, true],
      [503, true],
      [401, false],
      [404, false],
    ] as const) {
      answer = json({}, status)
      expect(await failure()).toMatchObject({ reached })
    }
    answer = (response) => response.destroy()
    expect(await failure()).toMatchObject({ reached: true })
    answer = json({ data: [] })
    expect(await failure()).toMatchObject({ reached: true })
    expect(await failure(submit({}, { baseUrl: 'http://127.0.0.1:1/v1' }))).toMatchObject({ reached: false })
  })
})
