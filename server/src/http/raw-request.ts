import type { IncomingMessage } from 'node:http'
import { AppError } from '../errors.ts'

const HOST = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/

/** Node takes two Host lines and keeps the first, and takes anything for a host; a proxy may have taken the other. */
export function ambiguousHost({ rawHeaders, headers }: IncomingMessage): AppError | undefined {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  if (hosts === 1 && headers.host && HOST.test(headers.host)) return undefined
  return new AppError('invalid_request', { message: 'Send exactly one valid Host header' })
}

const JSON_TYPE = /^application\/json\s*(;|$)/i

/**
 * The whole body of a request, which must be JSON by its type; a request without a body needs no type.
 *
 * @throws AppError `unsupported_media_type`; `body_too_large` for more than `mostBytes`, and the connection is closed
 * @throws Error Node's own, when the client leaves or is cut off before the body is whole
 */
export function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { 'content-type': type, 'content-length': length = '0' } = request.headers
    const hasNoBody = length === '0' && request.headers['transfer-encoding'] === undefined
    if (!(type === undefined ? hasNoBody : JSON_TYPE.test(type)))
      return reject(new AppError('unsupported_media_type'))
    // What the client goes on sending would be taken for its next request.
    const tooLarge = () => reject(new AppError('body_too_large', { headers: { connection: 'close' } }))
    if (Number(length) > mostBytes) return tooLarge()
    // It may have left while its key was looked up.
    if (request.errored) return reject(request.errored)
    let chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= mostBytes) {
        chunks.push(chunk)
        return
      }
      chunks = []
      tooLarge()
    })
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    request.on('error', reject)
  })
}
