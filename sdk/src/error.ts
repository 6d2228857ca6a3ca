/** A longer wait is no retry: whoever called has given up by then. */
const WAIT_LONGEST_SECONDS = 60

interface Details {
  readonly status: number
  readonly code: string
  readonly requestId?: string | undefined
  readonly retryable?: boolean
  readonly param?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/**
 * Whatever goes wrong between the caller and an answer, except for the caller's own abort, which throws the reason of
 * its signal. The message is the server's own text.
 */
export class ClavigerError extends Error {
  override readonly name = 'ClavigerError'
  /** HTTP status of the answer; 0 when there was none. An error inside a stream has the status of the stream, 200. */
  readonly status: number
  /**
   * The server's code (docs/reference/errors.md; under `/v1/usage` the coarser name of the envelope), or one of the
   * client's own: `connection_failed`, `timeout`, `unexpected_answer`.
   */
  readonly code: string
  /** Names the request in the server's log and on its usage row. */
  readonly requestId: string | undefined
  /** Whether the same request may succeed later. What is safe to repeat was repeated already. */
  readonly retryable: boolean
  /** The field of the request at fault, where the server names it. */
  readonly param: string | undefined
  /** How long the server asks to wait. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, details: Details) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.status = details.status
    this.code = details.code
    this.requestId = details.requestId
    this.retryable = details.retryable ?? false
    this.param = details.param
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** An answer that says no, in any of the server's three shapes, or of whatever stands between. */
export function errorOfAnswer(response: Response, body: unknown): ClavigerError {
  const retryAfterSeconds = retryAfter(response.headers.get('retry-after'))
  const should = response.headers.get('x-should-retry')
  const byStatus = response.status === 408 || response.status === 429 || response.status >= 500
  const waits = (retryAfterSeconds ?? 0) <= WAIT_LONGEST_SECONDS
  const found = readError(body)
  return new ClavigerError(found?.message ?? describeForeign(response), {
    status: response.status,
    code: found?.code ?? 'unexpected_answer',
    param: found?.param,
    requestId: response.headers.get('x-request-id') ?? found?.requestId,
    retryable: waits && (should === null ? byStatus : should === 'true'),
    retryAfterSeconds,
  })
}

/** An error that a stream reports after it has begun; undefined when the event is none. */
export function errorOfEvent(response: Response, event: unknown): ClavigerError | undefined {
  if (!isObject(event)) return undefined
  const bare = event.type === 'error' && !isObject(event.error)
  const found = bare ? readInner(event) : readError(event)
  // Other events of /v1/responses may speak of an error, too; they pass.
  if (!found || (event.type !== undefined && event.type !== 'error')) return undefined
  const { message, code, param } = found
  const requestId = response.headers.get('x-request-id') ?? undefined
  return new ClavigerError(message, { status: response.status, code, param, requestId })
}

interface Found {
  readonly message: string
  readonly code: string
  readonly param?: string | undefined
  readonly requestId?: string | undefined
}

function readError(body: unknown): Found | undefined {
  if (!isObject(body) || !isObject(body.error)) return undefined
  const found = readInner(body.error)
  return found && { ...found, requestId: text(body.requestId) }
}

/** Under `/api/v1` `code` is the status again, and the server's own code and the field at fault stand in the metadata. */
function readInner({ message, code, param, metadata }: Record<string, unknown>): Found | undefined {
  if (typeof message !== 'string') return undefined
  const more = isObject(metadata) ? metadata : {}
  const own = text(more.error_code) ?? (code == null ? 'unknown' : String(code))
  return { message, code: own, param: text(param) ?? text(more.param) }
}

function describeForeign({ status, headers, url, type }: Response): string {
  const target = headers.get('location')
  // A browser does not say where to.
  if (target || type === 'opaqueredirect') {
    return `${url || 'The server'} redirects to ${target ?? 'another place'}: use that as the base URL`
  }
  return `${url} answered ${status} with something that Claviger does not send: check the base URL, and what stands between`
}

function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(seconds, 0) : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
