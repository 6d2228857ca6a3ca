import { GenerationFailure } from './generation.ts'
import type { Provider, UpstreamFailure, UpstreamRequest } from './provider.ts'

/** Four pictures of some twenty megabytes in base64. */
const ANSWER_BYTES_MOST = 134_217_728

export interface WholeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/**
 * Sends a request and reads its answer to the end.
 *
 * @throws GenerationFailure when none came, or a longer one than is read; the signal's reason when nobody waits any more
 */
export function askWhole(
  send: Provider['send'],
  request: Omit<UpstreamRequest, 'streamed'>,
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
          if (size > ANSWER_BYTES_MOST) cut(new GenerationFailure('The provider answers too much', true))
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
