import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { s3Storage } from './s3-storage.ts'
import type { Storage } from './storage.ts'

// What goes over the wire; `s3-storage.long.test.ts` runs against a real server.

let server: Server
let storage: Storage
let asked: { line: string; headers: IncomingMessage['headers']; body: string }[] = []
let answers: { status: number; body?: string }[] = []

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await text(request)
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body })
    const answer = answers.shift() ?? { status: 200 }
    response.writeHead(answer.status).end(answer.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const secret = { accessKeyId: 'AK', secretAccessKey: 'not to be seen' }
  storage = s3Storage({ endpoint, region: 'eu-1', bucket: 'files', prefix: 'a/', pathStyle: true, ...secret })
})
afterAll(() => server?.close())

it('signs what it sends for the region, with the sum of its bytes, and shows no secret', async () => {
  asked = []
  await storage.put('2026-11-22/out_1', Buffer.from('bytes'), 'image/png')
  const [{ line, headers, body } = { line: '', headers: {}, body: '' }] = asked
  expect([line, body]).toEqual(['PUT /files/a/2026-11-22/out_1', 'bytes'])
  expect(headers).toMatchObject({
    'content-type': 'image/png',
    'x-amz-content-sha256': createHash('sha256').update('bytes').digest('hex'),
    authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=AK\/\d{8}\/eu-1\/s3\/aws4_request, /),
  })
  expect(JSON.stringify(asked)).not.toContain('not to be seen')
})

it('follows a list over its pages', async () => {
  asked = []
  const page = (key: string, next = '') => ({
    status: 200,
    body: `<Contents><Key>a/${key}</Key></Contents>${next}`,
  })
  answers = [
    page('2026-11-22/out_1', '<NextContinuationToken>t+1/=</NextContinuationToken>'),
    page('2026-11-22/out_2'),
  ]
  expect(await Array.fromAsync(storage.list('2026-11-22'))).toEqual(['2026-11-22/out_1', '2026-11-22/out_2'])
  const [first, second] = asked.map(({ line }) => new URL(line.slice(4), 'http://x').searchParams)
  expect([first?.get('prefix'), first?.has('continuation-token')]).toEqual(['a/2026-11-22/', false])
  expect(second?.get('continuation-token')).toBe('t+1/=')
})

it('hands out the bytes that were asked for, also of a service that sends all of them', async () => {
  const read = async (first: number, last: number) =>
    Buffer.concat(
      (await (await storage.open('2026-11-22/out_1', { first, last }))?.toArray()) ?? [],
    ).toString()
  answers = [
    { status: 206, body: '234' },
    { status: 200, body: '0123456789' },
    { status: 200, body: '0123456789' },
  ]
  expect([await read(2, 4), await read(2, 4), await read(0, 9)]).toEqual(['234', '234', '0123456789'])
})

it('takes a missing object for nothing and every other answer for a fault', async () => {
  answers = [{ status: 404 }, { status: 503 }, { status: 403, body: 'AK' }]
  expect(await storage.open('2026-11-22/out_1', { first: 0, last: 9 })).toBeUndefined()
  await expect(storage.open('2026-11-22/out_1', { first: 0, last: 9 })).rejects.toThrow(/503/)
  await expect(storage.remove('2026-11-22/out_1')).rejects.toThrow(/^The storage answered 403 to a write$/)
})
