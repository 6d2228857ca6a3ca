import { mediaOf } from '../../lib/media.ts'
import type { OutboundClient } from '../../outbound/client.ts'
import type { UpstreamRequest } from '../provider.ts'

/** OpenAI's own limit for a picture to edit. */
const PICTURE_BYTES_MOST = 52_428_800
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
  for (const [index, url] of urls.entries()) {
    const picture = await fetchPicture(outbound, url, signal)
    if (typeof picture === 'string') return { refused: `image_urls.${index} ${picture}` }
    found.push(picture)
  }
  return { found }
}

/** The picture, or what is wrong with it. */
async function fetchPicture(
  outbound: OutboundClient,
  url: string,
  signal: AbortSignal,
): Promise<Picture | string> {
  try {
    const { status, body, truncated } = await outbound.request({
      ...{ url, method: 'GET', headers: { accept: 'image/*' } },
      ...{ timeoutMs: FETCH_MS, maxBytes: PICTURE_BYTES_MOST, signal },
    })
    if (status !== 200) return `could not be fetched (${status})`
    if (truncated) return `has more than ${PICTURE_BYTES_MOST} bytes`
    const contentType = mediaOf(body)?.contentType ?? ''
    return TAKEN.has(contentType) ? { bytes: body, contentType } : 'is no PNG, JPEG or WebP picture'
  } catch (error) {
    signal.throwIfAborted()
    return `could not be fetched: ${(error as Error).message}`
  }
}

/** A form with fields and pictures (RFC 7578), as OpenAI's endpoint for edits takes it. */
export async function multipart(
  fields: Readonly<Record<string, unknown>>,
  pictures: readonly Picture[],
): Promise<Pick<UpstreamRequest, 'body' | 'headers'>> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  const name = pictures.length > 1 ? 'image[]' : 'image'
  for (const [index, { bytes, contentType }] of pictures.entries()) {
    const file = new Blob([new Uint8Array(bytes)], { type: contentType })
    form.append(name, file, `image-${index}.${contentType.split('/')[1]}`)
  }
  const encoded = new Response(form)
  const contentType = encoded.headers.get('content-type') as string
  return { body: Buffer.from(await encoded.arrayBuffer()), headers: { 'content-type': contentType } }
}
