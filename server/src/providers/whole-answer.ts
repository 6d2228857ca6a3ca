import { GenerationFailure } from './generation.ts'
import type { Provider, UpstreamFailure, UpstreamRequest } from './provider.ts'

/** Four pictures of some twenty megabytes in base64: whatever is kept, no node holds more of one answer. */
const ANSWER_BYTES_MOST = 134_217_728
/** What stands round the files. */
const FRAME_BYTES = 1_048_576

export interface WholeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** How many bytes an answer may have that holds so many files in base64, none of which is kept beyond `maxBytes`. */
export function answerBytesMost(outputs: number, maxBytes: number): number {
  return Math.min(ANSWER_BYTES_MOST, Math.ceil((outputs * maxBytes * 4) / 3) + FRAME_BYTES)
}

/**
 * Sends a request and reads its answer to the end.
 *
 * @param maxBytes of the answer
 * @throws GenerationFailure when none came, or a longer one than is read; the signal's reason when nobody waits any more
 */
export function askWhole(
  send: Provider['send'],
  request: Omit<UpstreamRequest, 'streamed'>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    let status = 0
    let headers: WholeAnswer['headers'] = {}
    let size = 0
    const chunks: Buffer[] = []
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort)
      settle()
    }
    const cut = (reason: unknown): void => {
      call.abort()
      end(() => reject(reason))
    }
    const abort = (): void => cut(signal.reason)
    const call = send(
      { ...request, streamed: false },
      {
        headers(given, all) {
          status = given
          headers = all
        },
        data(chunk) {
          size += chunk.length
          if (size > maxBytes) cut(new GenerationFailure('The provider answers too much', true))
          else chunks.push(chunk)
        },
        end: () => end(() => resolve({ status, headers, body: Buffer.concat(chunks) })),
        error: (failure) => end(() => reject(failed(failure))),
      },
    )
    signal.addEventListener('abort', abort, { once: true })
  })
}

/** The words of a network error name hosts, which are nobody else's business. */
function failed({ kind }: UpstreamFailure): GenerationFailure {
  if (kind === 'connect') return new GenerationFailure('The provider could not be reached', false)
  if (kind === 'timeout') return new GenerationFailure('The provider did not answer in time', true)
  return new GenerationFailure('The connection to the provider broke', true)
}
