import createClient, { type Client } from 'openapi-fetch'
import { ClavigerError, errorOfAnswer } from './error.ts'
import type { paths } from './generated/api.ts'

export interface CallOptions {
  /** Aborts the call, and the stream that it began; the call then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds until an attempt is given up; of a stream, until it begins, and between two of its events. */
  readonly timeoutMs?: number | undefined
}

export interface Transport {
  readonly api: Client<paths>
  readonly maxRetries: number
  readonly timeoutMs: number | undefined
}

export interface TransportOptions {
  readonly baseUrl: string
  readonly apiKey: string
  readonly maxRetries?: number | undefined
  readonly timeoutMs?: number | undefined
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined
}

export function createTransport({
  baseUrl,
  apiKey,
  maxRetries,
  timeoutMs,
  fetch,
}: TransportOptions): Transport {
  if (!/^https?:\/\/[^/]/.test(baseUrl)) {
    throw new TypeError(`baseUrl must be an http(s) URL, e.g. http://127.0.0.1:8787, and not ${baseUrl}`)
  }
  if (!apiKey) throw new TypeError('apiKey is missing')
  return {
    api: createClient<paths>({
      // The base URL of an OpenAI client is often at hand, and names the same server.
      baseUrl: baseUrl.replace(/\/+$/, '').replace(/\/(api\/)?v1$/, ''),
      headers: { authorization: `Bearer ${apiKey}` },
      // A redirect would carry the request, and with it a prompt, to a place that nobody named.
      redirect: 'manual',
      ...(fetch && { fetch }),
    }),
    maxRetries: maxRetries ?? 2,
    timeoutMs,
  }
}

/** What openapi-fetch makes of an answer. */
interface Answer<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

interface Policy extends CallOptions {
  /** Whether a second attempt can do no harm. */
  readonly repeatable: boolean
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8000

/** Makes a call, again if that is safe and may help. @throws ClavigerError, or the reason of the caller's signal */
export async function call<T>(
  transport: Transport,
  policy: Policy,
  run: (signal: AbortSignal) => Promise<Answer<T>>,
): Promise<T> {
  const limit = new Limit(policy.timeoutMs ?? transport.timeoutMs ?? 60_000, policy.signal)
  for (let attempt = 0; ; attempt++) {
    try {
      const { data } = await attemptOnce(limit, run)
      return data
    } catch (error) {
      const again = error instanceof ClavigerError && error.retryable && policy.repeatable
      if (!again || attempt >= transport.maxRetries) throw error
      await pause(pauseMs(error.retryAfterSeconds, attempt), policy.signal)
    }
  }
}

/** One attempt. An answer that is not JSON, or none of ours, is an error too. */
export async function attemptOnce<T>(
  limit: Limit,
  run: (signal: AbortSignal) => Promise<Answer<T>>,
): Promise<{ data: T; response: Response }> {
  const { data, error, response } = await limit.watch((signal) => run(signal))
  if (response.ok && data !== undefined) return { data, response }
  throw errorOfAnswer(response, error)
}

/**
 * The two things that end a wait besides its own end: the caller's signal and the time limit, which starts anew with
 * every wait.
 */
export class Limit {
  readonly #ms: number
  readonly #given: AbortSignal | undefined

  constructor(ms: number, given: AbortSignal | undefined) {
    this.#ms = ms
    this.#given = given
  }

  /** @throws ClavigerError `timeout`, `connection_failed` or `unexpected_answer`, or the reason of the caller's signal */
  async watch<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#given?.throwIfAborted()
    const controller = new AbortController()
    let late = false
    const timer = setTimeout(() => {
      late = true
      controller.abort()
    }, this.#ms)
    const forward = () => controller.abort(this.#given?.reason)
    this.#given?.addEventListener('abort', forward)
    try {
      return await work(controller.signal)
    } catch (error) {
      if (this.#given?.aborted) throw this.#given.reason
      if (late) throw failure('timeout', `No answer within ${this.#ms} ms`, error)
      throw asClavigerError(error)
    } finally {
      clearTimeout(timer)
      this.#given?.removeEventListener('abort', forward)
    }
  }
}

function asClavigerError(error: unknown): unknown {
  if (error instanceof ClavigerError) return error
  if (error instanceof SyntaxError) {
    const message = 'The answer is not JSON: check the base URL, and what stands between'
    return new ClavigerError(message, { status: 0, code: 'unexpected_answer', cause: error })
  }
  // `fetch` says no more than "fetch failed"; the reason stands behind it.
  const { message, cause } = error as Error & { cause?: { message?: string; code?: string } }
  const reason = cause?.message || cause?.code || message
  return failure(
    'connection_failed',
    `The server cannot be reached, or the connection broke: ${reason}`,
    error,
  )
}

function failure(code: string, message: string, cause: unknown): ClavigerError {
  return new ClavigerError(message, { status: 0, code, retryable: true, cause })
}

function pauseMs(retryAfterSeconds: number | undefined, attempt: number): number {
  if (retryAfterSeconds !== undefined) return retryAfterSeconds * 1000
  // Apart by chance, so that many clients that failed together do not come back together.
  return Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 4)
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end, { once: true })
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      if (signal?.aborted) reject(signal.reason)
      else resolve()
    }
  })
}
