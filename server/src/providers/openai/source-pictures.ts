import { randomId } from '../../lib/ids.ts'
import { mediaOf } from '../../lib/media.ts'
import type { OutboundClient } from '../../outbound/client.ts'
import type { UpstreamRequest } from '../provider.ts'

/** Of all pictures of a task; OpenAI's own limit for one. */
const PICTURES_BYTES_MOST = 52_428_800
const FETCH_MS = 30_000
const TAKEN = new Set(['image/png', 'image/jpeg', 'image/webp'])

export interface Picture {
  readonly bytes: Buffer
  readonly contentType: string
}

/**
 * Gets the pictures that a client named, through the one client that may go to such addresses.
 *
 * @returns `refused`: what to tell the client of the first that cannot be had
 */
export async function fetchPictures(
  outbound: OutboundClient,
  urls: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly found: readonly Picture[] } | { readonly refused: string }> {
  const found: Picture[] = []
  let left = PICTURES_BYTES_MOST
  for (const [index, url] of urls.entries()) {
    const picture = await fetchPicture(outbound, url, left, signal)
    if (typeof picture === 'string') return { refused: `image_urls.${index} ${picture}` }
    found.push(picture)
    left -= picture.bytes.length
  }
  return { found }
}

/** The picture, or what is wrong with it. */
async function fetchPicture(
  outbound: OutboundClient,
  url: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Picture | string> {
  try {
    const { status, body, truncated } = await outbound.request({
      ...{ url, method: 'GET', headers: { accept: 'image/*' } },
      ...{ timeoutMs: FETCH_MS, maxBytes, signal },
    })
    if (status !== 200) return `could not be fetched (${status})`
    if (truncated) return `is too large: all pictures together may have ${PICTURES_BYTES_MOST} bytes`
    const contentType = mediaOf(body)?.contentType ?? ''
    return TAKEN.has(contentType) ? { bytes: body, contentType } : 'is no PNG, JPEG or WebP picture'
  } catch (error) {
    signal.throwIfAborted()
    return `could not be fetched: ${(error as Error).message}`
  }
}

/**
 * A form with fields and pictures (RFC 7578), as OpenAI's endpoint for edits takes it. The pictures are copied once.
 *
 * @param fields their names are ours
 */
export function multipart(
  fields: Readonly<Record<string, unknown>>,
  pictures: readonly Picture[],
): Pick<UpstreamRequest, 'body' | 'headers'> {
  // No client can know it, and so none can end a part.
  const boundary = `claviger-${randomId()}`
  const part = (name: string, more: string) =>
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`)
  const texts = Object.entries(fields).map(([name, value]) => [part(name, ''), Buffer.from(String(value))])
  const name = pictures.length > 1 ? 'image[]' : 'image'
  const files = pictures.map(({ bytes, contentType }, index) => {
    const fileName = `image-${index}.${contentType.split('/')[1]}`
    return [part(name, `; filename="${fileName}"\r\ncontent-type: ${contentType}`), bytes]
  })
  const lineEnd = Buffer.from('\r\n')
  const parts = [...texts, ...files].flatMap((pieces) => [...pieces, lineEnd])
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  }
}
