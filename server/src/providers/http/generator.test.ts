import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readProviderEntry } from '../../config/entries.ts'
import { GenerationFailure, type GenerationJob } from '../generation.ts'
import { createHttpProvider } from './provider.ts'

const NEVER = new AbortController().signal
const EXAMPLE = new URL('../../../../examples/http-provider/claviger.yaml', import.meta.url)
const [example] = (parse(readFileSync(EXAMPLE, 'utf8')) as { providers: { http: object }[] }).providers

interface Asked {
  readonly line: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

describe('a service that is spoken with by configuration', () => {
  let server: Server
  let baseUrl: string
  let asked: Asked[] = []
  /** By method and path; in turn, where there are several. */
  let answers: Record<string, readonly (object | string | number)[]> = {}
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const line = `${request.method} ${request.url}`
      const before = asked.filter((one) => one.line === line).length
      asked.push({ line, headers: request.headers, body: await text(request) })
      const answer = answers[line]?.[before] ?? 404
      if (typeof answer === 'number') return response.writeHead(answer, { 'retry-after': '3' }).end('{}')
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
  })
  afterAll(() => server?.close())

  const job: GenerationJob = {
    ...{ taskId: 'gen_1', type: 'image_generate', model: 'acme/draw ../x', outputs: 2, imageUrls: [] },
    ...{ prompt: 'A {model} "fox"', aspectRatio: '16:9', idempotencyKey: 'key-1' },
  }
  function generator(http: object = example?.http ?? {}, maxBytes = 10_000) {
    asked = []
    const config = readProviderEntry({ id: 'p', kind: 'http', baseUrl, apiKey: 'provider-secret', http })
    const { generator: made } = createHttpProvider(config, { maxBytes })
    if (!made) throw new Error('It makes nothing')
    return made
  }
  const failure = async (step: Promise<unknown>) => {
    const error = await step.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(GenerationFailure)
    return error as GenerationFailure
  }

  it('is asked as the example says, from the submit over the polls to the addresses of its files', async () => {
    answers = {
      'POST /api/jobs': [{ job: { id: 'j/1' } }],
      'GET /api/jobs/j%2F1': [
        { job: { state: 'WORKING' } },
        {
          job: { state: 'done', pictures: [{ url: '/out/1.png' }, { url: 'https://cdn.example.com/2.png' }] },
        },
      ],
    }
    const made = generator()
    const begun = await made.submit(job, NEVER)
    expect(begun).toEqual({ state: 'running', externalId: 'j/1', pollAfterMs: 1500 })
    expect(await made.poll('j/1', job, NEVER)).toEqual(begun)
    expect(await made.poll('j/1', job, NEVER)).toEqual({
      state: 'finished',
      files: [
        { url: new URL('/out/1.png', baseUrl).href, trusted: true },
        { url: 'https://cdn.example.com/2.png', trusted: true },
      ],
    })
    expect(asked[0]?.headers).toMatchObject({ 'x-api-key': 'provider-secret', 'idempotency-key': 'key-1' })
    // What a client writes is a value and never a part of the template, and what it left out is not sent.
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      ...{
        model: 'acme/draw ../x',
        input: { prompt: 'A {model} "fox"', count: 2, width: 1024, height: 576 },
      },
    })
  })

  it('keeps values inside of their segment of a path, and may answer at once, with data or by a file of its own', async () => {
    const http = { submit: { path: '/{model}/run', body: { p: '{prompt}' } }, outputs: '/images/*' }
    answers = { 'POST /api/acme%2Fdraw%20..%2Fx/run': [{ images: ['data:image/png;base64,QUJD', ''] }] }
    expect(await generator(http).submit(job, NEVER)).toEqual({
      state: 'finished',
      files: [{ bytes: Buffer.from('ABC'), contentType: 'image/png' }],
    })
    answers = {
      'POST /api/videos': [{ id: 'v1', status: 'queued' }],
      'GET /api/videos/v1': [{ status: 'completed' }],
      'GET /api/videos/v1/content': ['bytes'],
    }
    const sora = {
      ...{
        submit: { path: '/videos', body: {} },
        id: '/id',
        poll: { path: '/videos/{id}' },
        status: '/status',
      },
      content: '/videos/{id}/content',
    }
    const made = generator(sora)
    await made.submit(job, NEVER)
    expect(await made.poll('v1', job, NEVER)).toMatchObject({ files: [{ bytes: Buffer.from('bytes') }] })
  })

  it('refuses by its state or its words, and fails otherwise', async () => {
    const made = generator()
    const poll = (...found: (object | number)[]) => {
      asked = []
      answers = { 'GET /api/jobs/j1': found }
      return made.poll('j1', job, NEVER)
    }
    const ended = (state: string, reason: string) => poll({ job: { state, reason } })
    expect(await ended('flagged', 'No')).toEqual({ state: 'refused', message: 'No' })
    expect(await ended('broken', 'NSFW content by provider-secret')).toEqual({
      state: 'refused',
      message: 'NSFW content by ***',
    })
    expect(await failure(ended('broken', 'out of memory'))).toMatchObject({
      reached: true,
      final: true,
      message: expect.stringMatching(/out of memory/),
    })
    expect(await failure(poll(429))).toMatchObject({ reached: false, retryAfterMs: 3000 })
    expect(await failure(poll(503))).toMatchObject({ reached: true, final: false })
    expect(await failure(poll({ job: { state: 'done', pictures: [] } }))).toMatchObject({ reached: true })
  })

  it('names its jobs in characters that can be stored, and its files in no more than were asked for', async () => {
    for (const id of ['', 'a\u0000b', 'a\nb', 'ä', '\ud800', 'x'.repeat(501)]) {
      answers = { 'POST /api/jobs': [{ job: { id } }] }
      expect(await failure(generator().submit(job, NEVER))).toMatchObject({ reached: true })
    }
    const http = { submit: { path: '/run', body: {} }, outputs: '/images/*' }
    answers = { 'POST /api/run': [{ images: ['/1.png', '/2.png', 'file:///never-looked-at'] }] }
    expect(await generator(http).submit(job, NEVER)).toHaveProperty('files.length', 2)
    answers = { 'POST /api/run': [{ images: ['/1.png'], more: 'x'.repeat(1_080_000) }] }
    expect(await failure(generator(http).submit(job, NEVER))).toHaveProperty(
      'message',
      expect.stringContaining('too much'),
    )
  })

  it('cannot send us to a host that the operator did not allow', async () => {
    const found = (url: string) => ({ job: { state: 'done', pictures: [{ url }] } })
    for (const url of [
      'http://127.0.0.1:1/x',
      'https://example.com/x',
      'https://cdn.example.com:8443/x',
      'https://evilcdn.example.com.x/',
      'file:///etc/passwd',
    ]) {
      answers = { 'GET /api/jobs/j1': [found(url)] }
      expect(await failure(generator().poll('j1', job, NEVER))).toMatchObject({ reached: true })
    }
  })
})
