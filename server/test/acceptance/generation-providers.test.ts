import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Installation, install, type Server } from '../support/claviger.ts'
import { openSession, type SessionCaller } from '../support/operator-session.ts'
import { stopAll } from '../support/processes.ts'
import { caller, until } from '../support/wire.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const ADMIN = '/api/dashboard/admin'
const SECRET = 'studio-secret-0123456789'
const HTTP = {
  submit: { path: '/jobs', headers: { 'idempotency-key': '{idempotencyKey}' }, body: { prompt: '{prompt}' } },
  ...{ id: '/id', poll: { path: '/jobs/{id}', everyMs: 100 }, status: '/state', outputs: '/files/*' },
  credential: { header: 'x-api-key', prefix: '' },
  test: '/account',
}
const MODEL = {
  ...{ kind: 'audio', routes: [{ provider: 'studio', model: 'draw-2' }] },
  generation: { prices: { credits: '0.02' }, aspectRatios: ['1:1'] },
}

afterAll(stopAll)

// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by looking at it
type Answer = { status: number; body: any }

describe('a service that an operator adds in the dashboard', () => {
  let studio: HttpServer
  let studioUrl: string
  let asked: string[] = []
  let installation: Installation
  let server: Server
  let operator: SessionCaller
  let client: ReturnType<typeof caller>

  beforeAll(async () => {
    studio = createServer(async (request, response) => {
      const line = `${request.method} ${request.url}`
      asked.push(`${line} ${request.headers['x-api-key']} ${await text(request)}`)
      if (request.headers['x-api-key'] !== SECRET && request.url !== '/sound.wav')
        return response.writeHead(401).end()
      if (line === 'POST /api/jobs') response.end('{"id":"j1"}')
      else if (line === 'GET /api/jobs/j1') response.end('{"state":"done","files":["/sound.wav"]}')
      else if (line === 'GET /sound.wav') response.end(WAV)
      else response.end('{}')
    }).listen(0, '127.0.0.1')
    await once(studio, 'listening')
    studioUrl = `http://127.0.0.1:${(studio.address() as AddressInfo).port}/api`
    installation = await install({})
    server = await installation.start()
    operator = await openSession(installation, 'operator@example.com', true)
    const made = await installation.admin<{ key: string }>(
      'admin',
      'keys',
      'create',
      '--user',
      'operator@example.com',
      '--name',
      'K',
    )
    client = caller(server.url, made.key)
  })
  afterAll(async () => {
    studio?.close()
    await server?.stop()
    await installation?.remove()
  })

  const admin = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await operator.send(server.url, method, ADMIN + path, body)
    return { status: answer.status, body: await answer.json() }
  }
  const put = (http: object) => admin('PUT', '/providers/studio', { kind: 'http', baseUrl: studioUrl, http })

  it('takes its mapping, hides no fault in it, and tries its credential', async () => {
    expect((await put({ ...HTTP, outputs: undefined })).body.error.param).toBe('http.outputs')
    const leaky = { ...HTTP, submit: { ...HTTP.submit, headers: { authorization: 'Key abc' } } }
    expect((await put(leaky)).body.error.param).toBe('http.submit.headers.authorization')
    const { status, body } = await put(HTTP)
    expect([status, body.data.http]).toEqual([200, expect.objectContaining({ submit: HTTP.submit })])
    const test = async () => (await admin('POST', '/providers/studio/test')).body.data
    expect(await test()).toMatchObject({ ok: false, results: [{ status: 401 }] })
    await admin('POST', '/providers/studio/credentials', { name: 'First', text: SECRET })
    expect(await test()).toMatchObject({ ok: true, results: [{ credential: 'First', status: 200 }] })
    expect(
      (await admin('PUT', '/models/studio-sound', { ...MODEL, prices: { input: '1' } })).body.error.param,
    ).toBe('prices')
    expect((await admin('PUT', '/models/studio-sound', MODEL)).body.data.generation).toMatchObject({
      maxOutputs: 1,
    })
  })

  it('makes what a client asks for, and its file is served by its link with nothing that could run', async () => {
    asked = []
    const chat = await client.post('/v1/chat/completions', {
      model: 'studio-sound',
      messages: [{ role: 'user', content: 'Hi' }],
    })
    expect([chat.status, await chat.text()]).toEqual([400, expect.stringContaining('POST /v1/generate')])
    const created = await client.post('/v1/generate', { model: 'studio-sound', prompt: 'A bell' })
    const { data } = (await created.json()) as Answer['body']
    const task = await until('the end', async () => {
      const found = (await client.read<Answer['body']>(`/v1/tasks/${data.id}`)).data
      return found.completed_at ? found : undefined
    })
    expect(task).toMatchObject({ status: 'completed', cost: '$0.0200' })
    expect(asked[0]).toBe(`POST /api/jobs ${SECRET} {"prompt":"A bell"}`)
    const link = task.output.url as string
    const whole = await fetch(link)
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      ...{ 'content-type': 'audio/wav', 'content-length': `${WAV.length}`, 'accept-ranges': 'bytes' },
      ...{ 'x-content-type-options': 'nosniff', 'cache-control': 'private, max-age=3600' },
      'content-security-policy': expect.stringContaining('sandbox'),
      'content-disposition': expect.stringMatching(/^inline; filename="out_\w+\.wav"$/),
    })
    expect(Buffer.from(await whole.arrayBuffer()).equals(WAV)).toBe(true)
    const part = async (headers: Record<string, string>) => {
      const answer = await fetch(link, { headers })
      return [answer.status, answer.headers.get('content-range'), await answer.text()]
    }
    expect(await part({ range: 'bytes=0-3' })).toEqual([206, `bytes 0-3/${WAV.length}`, 'RIFF'])
    expect(await part({ range: 'bytes=-4' })).toEqual([
      206,
      expect.anything(),
      WAV.toString('latin1').slice(-4),
    ])
    expect(await part({ range: 'bytes=9999-' })).toEqual([416, `bytes */${WAV.length}`, expect.anything()])
    expect(await part({ 'if-none-match': whole.headers.get('etag') as string })).toEqual([304, null, ''])
    expect((await fetch(link.replace(/signature=.{6}/, 'signature=AAAAAA'))).status).toBe(403)
    expect((await fetch(link.replace(/\?.*/, ''))).status).toBe(403)
  })
})

/** A second of silence. */
const WAV = Buffer.concat([
  Buffer.from(
    'RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0',
    'latin1',
  ),
  Buffer.alloc(8000, 100),
])
