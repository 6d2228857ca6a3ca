import type { AppError, CatalogueEntry } from '../errors.ts'
import { maskSecrets } from '../lib/key-text.ts'
import type { Surface } from './route.ts'

export interface Rendered {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>>
}

/** What a client may wait for us, when nothing better is known. */
const UNAVAILABLE_RETRY_SECONDS = 2
/** A wait beyond this is no retry; `openai` 6.x would sleep through any Retry-After. */
const WAIT_LONGEST_SECONDS = 60

/** The one translator from errors to answers: status, headers and body by surface. */
export function renderError(error: AppError, surface: Surface, requestId: string, realm: string): Rendered {
  const { entry } = error
  const challenge = challengeOf(entry, error, realm)
  const wait =
    error.details.retryAfterSeconds ?? (error.status === 503 ? UNAVAILABLE_RETRY_SECONDS : undefined)
  const retry = wait !== undefined && wait > WAIT_LONGEST_SECONDS ? false : entry.retry
  return {
    status: error.statusOn(surface),
    headers: {
      'x-request-id': requestId,
      'cache-control': 'no-store',
      ...(challenge && { 'www-authenticate': challenge }),
      ...(wait !== undefined && { 'retry-after': String(wait) }),
      ...(retry !== undefined && { 'x-should-retry': String(retry) }),
      ...error.details.headers,
    },
    body: bodyOf(error, surface, requestId),
  }
}

function bodyOf(error: AppError, surface: Surface, requestId: string): Rendered['body'] {
  const { entry, code, details } = error
  // A key pasted into the wrong field must not come back in the answer, which clients log.
  const message = maskSecrets(error.message)
  switch (surface) {
    case 'envelope':
      return { data: null, error: { code: entry.envelope, message } }
    case 'dashboard':
      return {
        data: null,
        error: { code, message, param: details.param ?? null, ...details.metadata },
        requestId,
      }
    case 'auth':
      return { code, message, data: null, error: { code, message, param: details.param ?? null }, requestId }
    case 'router':
      return {
        error: {
          code: error.statusOn(surface),
          message,
          metadata: {
            error_type: entry.routerType,
            error_code: code,
            ...(details.param && { param: maskSecrets(details.param) }),
            ...details.metadata,
          },
        },
        requestId,
      }
    default:
      return {
        error: { message, type: entry.type, code, param: details.param ? maskSecrets(details.param) : null },
        detail: message,
      }
  }
}

/** RFC 6750 §3: the bare challenge when no credentials came, the reason when some did. */
function challengeOf(
  { challenge }: CatalogueEntry,
  { details }: AppError,
  realm: string,
): string | undefined {
  if (!challenge) return undefined
  const scope = details.metadata?.permission
  const attributes = [`realm="${realm}"`]
  if (challenge !== 'none') attributes.push(`error="${challenge}"`)
  if (challenge === 'insufficient_scope' && typeof scope === 'string') attributes.push(`scope="${scope}"`)
  return `Bearer ${attributes.join(', ')}`
}
