import { request } from 'undici'
import type { OutboundClient } from '../outbound/client.ts'
import { OutboundRefused } from '../outbound/outbound-error.ts'
import { GenerationFailure } from '../providers/generation.ts'
import { OutputRefused } from './refused.ts'

export interface FetchLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
}

export interface FetchedFile {
  readonly bytes: Buffer
  readonly contentType: string | undefined
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  readonly truncated: boolean
}

/**
 * Gets a file from where a provider put it; no redirect is followed.
 *
 * @param trusted the operator named its host; any other must be a public one
 * @throws OutputRefused when it is too large or lies where it may not be fetched, GenerationFailure when it did not come
 */
export async function fetchFile(
  outbound: OutboundClient,
  { url, trusted }: { readonly url: string; readonly trusted?: boolean },
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<FetchedFile> {
  const answer = await (trusted
    ? fetchTrusted(url, limits, signal)
    : fetchGuarded(outbound, url, limits, signal))
  if (answer.status !== 200)
    throw new GenerationFailure(`The provider's file could not be fetched (${answer.status})`, true)
  if (answer.truncated)
    throw new OutputRefused(`The provider made a file of more than ${limits.maxBytes} bytes`)
  const type = answer.headers['content-type']
  return { bytes: answer.body, contentType: typeof type === 'string' ? type : undefined }
}

async function fetchGuarded(
  outbound: OutboundClient,
  url: string,
  limits: FetchLimits,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    return await outbound.request({ url, method: 'GET', headers: { accept: '*/*' }, ...limits, signal })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof OutboundRefused)
      throw new OutputRefused('The provider put its file where this server may not fetch it')
    throw new GenerationFailure(`The provider's file could not be fetched: ${(error as Error).message}`, true)
  }
}

async function fetchTrusted(
  url: string,
  { maxBytes, timeoutMs }: FetchLimits,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const { statusCode, headers, body } = await request(url, {
      headers: { accept: '*/*', 'accept-encoding': 'identity' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) break
      chunks.push(chunk)
    }
    return { status: statusCode, headers, body: Buffer.concat(chunks), truncated: size > maxBytes }
  } catch (error) {
    signal.throwIfAborted()
    throw new GenerationFailure(`The provider's file could not be fetched (${codeOf(error)})`, true)
  }
}

function codeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException
  return code ?? name
}
