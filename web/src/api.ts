import type { paths } from '@claviger/sdk/paths'
import createClient, { type Middleware } from 'openapi-fetch'
import { currentOrganization } from './current-organization.ts'

/** What the server refused, or could not do. `message` is written for people; `code` is of the server's catalogue. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0 when no answer came. */
  readonly status: number
  readonly code: string
  /** The field of the request that is at fault. */
  readonly param: string | undefined
  readonly requestId: string | undefined

  constructor(
    message: string,
    about: { status: number; code: string; param?: string | undefined; requestId?: string | undefined },
  ) {
    super(message)
    this.status = about.status
    this.code = about.code
    this.param = about.param
    this.requestId = about.requestId
  }
}

interface Refusal {
  readonly code?: unknown
  readonly message?: unknown
  readonly param?: unknown
  /** Under `/api/v1`, where `code` is the status again. */
  readonly metadata?: { readonly error_code?: unknown; readonly param?: unknown }
}

/** The error of an answer, in whichever of the server's shapes it came. */
export async function errorOfResponse(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as { error?: Refusal } & Refusal
  const refusal = body.error ?? body
  const code = refusal.metadata?.error_code ?? refusal.code
  const param = refusal.metadata?.param ?? refusal.param
  const text = typeof refusal.message === 'string' && refusal.message !== '' ? refusal.message : undefined
  return new ApiError(text ?? `The server answered ${response.status}. Try again in a moment.`, {
    status: response.status,
    code: typeof code === 'string' ? code : `http_${response.status}`,
    param: typeof param === 'string' ? param : undefined,
    requestId: response.headers.get('x-request-id') ?? undefined,
  })
}

export function noAnswer(): ApiError {
  const text = 'The server does not answer. Check your connection, then try again.'
  return new ApiError(text, { status: 0, code: 'no_answer' })
}

const session: Middleware = {
  onRequest({ request }) {
    const organization = currentOrganization()
    if (organization) request.headers.set('x-org-id', organization)
  },
  async onResponse({ response }) {
    if (!response.ok) throw await errorOfResponse(response)
  },
  onError({ error }) {
    return (error as Error)?.name === 'AbortError' ? undefined : noAnswer()
  },
}

/** The server's API by the session of this browser, for the organisation that is chosen. Failures are `ApiError`. */
export const api = createClient<paths>({ credentials: 'same-origin' })
api.use(session)

/** What a call answered: `const { data } = await answer(api.GET('/api/dashboard/members'))`. */
export async function answer<T>(call: Promise<{ data?: T | undefined }>): Promise<T> {
  return (await call).data as T
}

/** The headers of a call that does not go through `api`, such as a stream or a download. */
export function organizationHeader(): Record<string, string> {
  const organization = currentOrganization()
  return organization ? { 'x-org-id': organization } : {}
}
