import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { AwsV4Signer } from 'aws4fetch'
import { type Dispatcher, request } from 'undici'
import type { Config } from '../config/config.ts'
import type { ByteRange, Storage } from './storage.ts'

const ANSWER_MS = 30_000
const BODY_MS = 60_000
const LIST_BYTES_MOST = 4_194_304

type Answer = Dispatcher.ResponseData

/** The answer to a request for an object of the bucket. */
type Ask = (
  method: 'GET' | 'PUT' | 'DELETE',
  key: string,
  more?: { readonly body?: Buffer; readonly headers?: Record<string, string>; readonly query?: string },
) => Promise<Answer>

/** Objects of a bucket, at any service that speaks S3. */
export function s3Storage(config: Config['outputs']['s3']): Storage {
  const ask = askOf(config)
  const { prefix } = config
  return {
    async put(name, body, contentType) {
      // The sum is what a service refuses a body by that arrived with other bytes, or too few.
      const headers = { 'content-type': contentType, 'x-amz-content-sha256': sha256(body) }
      await done(await ask('PUT', prefix + name, { body, headers }), 200)
    },
    async open(name, { first, last }): Promise<Readable | undefined> {
      const answer = await ask('GET', prefix + name, { headers: { range: `bytes=${first}-${last}` } })
      if (answer.statusCode === 206) return answer.body
      if (answer.statusCode === 200) return Readable.from(partOf(answer.body, { first, last }))
      await answer.body.dump()
      if (answer.statusCode === 404) return undefined
      throw new Error(`The storage answered ${answer.statusCode} to a read`)
    },
    async remove(name) {
      await done(await ask('DELETE', prefix + name), 200, 204, 404)
    },
    async *list(day) {
      let from: string | undefined
      do {
        const query = new URLSearchParams({ 'list-type': '2', prefix: `${prefix}${day}/` })
        if (from !== undefined) query.set('continuation-token', from)
        const answer = await ask('GET', '', { query: `?${query}` })
        const text = await readText(answer)
        if (answer.statusCode !== 200) throw new Error(`The storage answered ${answer.statusCode} to a list`)
        for (const [, key = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) yield key.slice(prefix.length)
        from = /<NextContinuationToken>([^<]*)</.exec(text)?.[1]
      } while (from !== undefined)
    },
  }
}

function askOf({
  endpoint,
  region,
  bucket,
  accessKeyId,
  secretAccessKey,
  pathStyle,
}: Config['outputs']['s3']): Ask {
  const base = new URL(endpoint ?? '')
  if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`
  const root = base.href.replace(/\/$/, '') + (pathStyle ? `/${bucket}` : '')
  const credentials = { accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' }
  return async (method, key, { body, headers, query = '' } = {}) => {
    const signer = new AwsV4Signer({
      ...{ method, url: `${root}/${key}${query}`, service: 's3', region, ...credentials },
      ...{ headers: { ...headers, ...(!body && { 'x-amz-content-sha256': sha256('') }) } },
    })
    const signed = await signer.sign()
    return request(signed.url, {
      method,
      headers: Object.fromEntries(signed.headers),
      ...(body && { body }),
      headersTimeout: ANSWER_MS,
      bodyTimeout: BODY_MS,
    })
  }
}

/** What was asked for of all of it, which is what a service sends that does not know ranges. */
async function* partOf(body: AsyncIterable<Buffer>, { first, last }: ByteRange): AsyncGenerator<Buffer> {
  let at = 0
  for await (const chunk of body) {
    const piece = chunk.subarray(Math.max(0, first - at), last + 1 - at)
    at += chunk.length
    if (piece.length > 0) yield piece
    if (at > last) return
  }
}

/** @throws Error naming the status, with nothing of the answer, which repeats names and keys */
async function done(answer: Answer, ...good: readonly number[]): Promise<void> {
  await answer.body.dump()
  if (!good.includes(answer.statusCode))
    throw new Error(`The storage answered ${answer.statusCode} to a write`)
}

async function readText({ body }: Answer): Promise<string> {
  let text = ''
  for await (const chunk of body.setEncoding('utf8')) {
    text += chunk
    if (text.length > LIST_BYTES_MOST) throw new Error('The storage answers too much')
  }
  return text
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}
