import { holdsSecret } from './lib/key-text.ts'
import { textFault, tidyText } from './lib/text.ts'

/**
 * The closed catalogue of errors. Each entry carries its HTTP status, its public text and its name on each surface, so
 * that nothing elsewhere decides what an error looks like; `http/render.ts` only lays the fields out.
 *
 * - `type`: `error.type` on the OpenAI surface; - `envelope`: `error.code` of `{data,error}` (EggAPI's names);
 * - `routerType`: `error.metadata.error_type` under /api/v1 (OpenRouter's names);
 * - `challenge`: the RFC 6750 §3 `error` attribute; 'none' sends the bare challenge, absent sends no header.
 */
export interface CatalogueEntry {
  readonly status: number
  readonly message: string
  readonly type: string
  readonly envelope: string
  readonly routerType: string
  readonly challenge?: 'none' | 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /** The status where a surface has one of its own. */
  readonly statuses?: { readonly envelope?: number; readonly router?: number }
  /** What `x-should-retry` says; absent leaves the decision to the client's own rule for the status. */
  readonly retry?: boolean
}

function badRequest(message: string, status = 400): CatalogueEntry {
  return {
    status,
    message,
    type: 'invalid_request_error',
    envelope: status === 400 ? 'BAD_REQUEST' : 'VALIDATION_ERROR',
    routerType: 'invalid_request',
  }
}

function unauthorized(message: string, challenge: CatalogueEntry['challenge']): CatalogueEntry {
  return {
    status: 401,
    message,
    type: 'authentication_error',
    envelope: 'UNAUTHORIZED',
    routerType: 'authentication',
    ...(challenge && { challenge }),
  }
}

function forbidden(message: string, challenge?: CatalogueEntry['challenge']): CatalogueEntry {
  return {
    status: 403,
    message,
    type: 'permission_error',
    envelope: 'FORBIDDEN',
    routerType: 'permission_denied',
    ...(challenge && { challenge }),
  }
}

function rateLimited(message: string): CatalogueEntry {
  return {
    status: 429,
    message,
    type: 'rate_limit_error',
    envelope: 'RATE_LIMITED',
    routerType: 'rate_limit_exceeded',
  }
}

function upstream(status: number, message: string, retry?: boolean): CatalogueEntry {
  return {
    status,
    message,
    type: 'upstream_error',
    envelope: status === 503 ? 'SERVICE_UNAVAILABLE' : 'UPSTREAM_ERROR',
    routerType: status === 503 ? 'provider_overloaded' : 'provider_unavailable',
    ...(retry !== undefined && { retry }),
  }
}

function unavailable(message: string): CatalogueEntry {
  return {
    status: 503,
    message,
    type: 'service_unavailable',
    envelope: 'SERVICE_UNAVAILABLE',
    routerType: 'service_unavailable',
  }
}

export const CATALOGUE = {
  missing_authorization: unauthorized('Missing Authorization header', 'none'),
  malformed_authorization: unauthorized("Invalid Authorization format, expected 'Bearer <token>'", 'none'),
  invalid_api_key: unauthorized('Invalid API key', 'invalid_token'),
  key_disabled: unauthorized('API key is disabled', 'invalid_token'),
  key_expired: unauthorized('API key has expired', 'invalid_token'),
  key_revoked: unauthorized('API key has been revoked', 'invalid_token'),
  wrong_environment: unauthorized('API key was issued by another environment', 'invalid_token'),
  duplicate_authorization: {
    ...badRequest('Send exactly one Authorization header'),
    challenge: 'invalid_request',
  },
  credential_in_url: {
    ...badRequest(
      'API keys are not accepted in the URL. Send the header "Authorization: Bearer <token>", and rotate this key: URLs are logged.',
    ),
    challenge: 'invalid_request',
  },
  session_required: unauthorized('Sign in first', 'none'),
  cross_origin: forbidden(
    'The request comes from another site, or from an address that is not the public one of this server (publicUrl)',
  ),
  role_required: forbidden('Your role in this organisation does not allow this'),
  operator_required: forbidden('Only administrators of this server may do this'),
  sign_up_closed: forbidden('This server makes accounts by invitation only'),
  user_suspended: forbidden('User account is suspended'),
  organization_suspended: forbidden('Organisation is suspended'),
  owner_removed: forbidden('The owner of this API key is no longer a member of its organisation'),
  address_not_allowed: forbidden('API key may not be used from this address'),
  insufficient_permission: forbidden('API key lacks a permission that this call needs', 'insufficient_scope'),
  key_management_disabled: forbidden(
    'Managing API keys with an API key is switched off on this server; use the dashboard',
  ),
  grant_exceeds_grantor: forbidden('A key cannot grant what it does not hold'),
  project_forbidden: forbidden('Project membership required'),
  model_forbidden: forbidden('API key may not use this model'),
  model_not_in_plan: forbidden('The plan does not include this model'),
  tool_not_in_plan: forbidden('The plan does not include this tool'),
  model_not_priced: forbidden(
    'The model has no price, so it cannot be used under a budget; ask the operator',
  ),
  file_link_invalid: forbidden('The link to the file is not valid'),
  file_link_expired: forbidden('The link to the file has expired; ask for its task to get a new one'),
  invalid_request: badRequest('The request is not valid'),
  invalid_json: badRequest('The body is not valid JSON'),
  validation_failed: { ...badRequest('The request is not valid'), envelope: 'VALIDATION_ERROR' },
  idempotency_mismatch: badRequest(
    'This Idempotency-Key was used before with another request; use a new one',
    422,
  ),
  body_too_large: { ...badRequest('The body is too large', 413), envelope: 'BAD_REQUEST' },
  headers_too_large: { ...badRequest('The request headers are too large', 431), envelope: 'BAD_REQUEST' },
  unsupported_media_type: {
    ...badRequest('Send the body as application/json', 415),
    envelope: 'BAD_REQUEST',
  },
  range_not_satisfiable: {
    ...badRequest('The range lies outside of the file', 416),
    envelope: 'BAD_REQUEST',
  },
  request_timeout: { ...badRequest('The request did not arrive in time', 408), envelope: 'BAD_REQUEST' },
  not_found: { ...badRequest('Not found', 404), envelope: 'NOT_FOUND', routerType: 'not_found' },
  task_not_pending: {
    ...badRequest('Only a pending task can be cancelled', 409),
    envelope: 'CONFLICT',
    routerType: 'conflict',
  },
  method_not_allowed: { ...badRequest('Method not allowed', 405), envelope: 'BAD_REQUEST' },
  model_not_found: {
    ...badRequest('The model does not exist', 404),
    envelope: 'NOT_FOUND',
    routerType: 'not_found',
  },
  field_not_allowed_under_budget: badRequest('A field of the request is not allowed under a budget'),
  not_supported_upstream: badRequest('No provider of this model can serve the request'),
  upstream_rejected: { ...badRequest('The provider rejected the request'), routerType: 'provider_error' },
  rate_limit_exceeded: rateLimited('The rate limit is reached; retry later'),
  too_many_in_flight: rateLimited('Too much is in flight; retry when a request has ended'),
  budget_in_flight: rateLimited('The budget is held by requests in flight; retry when one of them has ended'),
  insufficient_quota: {
    status: 429,
    statuses: { envelope: 403, router: 402 },
    message: 'The budget is used up',
    type: 'insufficient_quota',
    envelope: 'INSUFFICIENT_BALANCE',
    routerType: 'payment_required',
    retry: false,
  },
  upstream_rate_limited: {
    status: 429,
    message: 'The provider is rate limiting requests for this model; retry later',
    type: 'rate_limit_error',
    envelope: 'RATE_LIMITED',
    routerType: 'provider_overloaded',
  },
  upstream_error: upstream(502, 'The provider failed to answer'),
  upstream_misconfigured: upstream(
    502,
    'The provider refused this gateway; its operator must check the provider',
    false,
  ),
  upstream_timeout: upstream(504, 'The provider did not answer in time'),
  upstream_unavailable: upstream(503, 'No provider of this model is available at present; retry later'),
  store_unavailable: unavailable('The key store cannot be asked at present; retry later'),
  shutting_down: unavailable('The server is shutting down; retry'),
  internal_error: {
    status: 500,
    message: 'Internal error',
    type: 'server_error',
    envelope: 'INTERNAL_ERROR',
    routerType: 'server_error',
  },
} as const satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof CATALOGUE

export interface ErrorDetails {
  /** Public text in place of the catalogue's. */
  readonly message?: string
  /** The field of the request at fault. */
  readonly param?: string
  /** Public members for `error.metadata` under /api/v1. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  readonly retryAfterSeconds?: number
  /** The status of a provider's own refusal, kept when it is passed on. */
  readonly status?: number
  /** For the log only, never for the client. */
  readonly cause?: unknown
}

/** The one error that domain code throws: `message` and details are public, `cause` goes to the log. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.message ?? CATALOGUE[code].message, { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.details = details
  }

  get entry(): CatalogueEntry {
    return CATALOGUE[this.code]
  }

  get status(): number {
    return this.details.status ?? CATALOGUE[this.code].status
  }

  /** The status on a surface, which may have one of its own. */
  statusOn(surface: string): number {
    return this.details.status ?? statusOf(this.code, surface)
  }
}

/** The catalogue's status for a code on a surface. */
export function statusOf(code: ErrorCode, surface: string): number {
  const { status, statuses }: CatalogueEntry = CATALOGUE[code]
  return (surface === 'envelope' || surface === 'router' ? statuses?.[surface] : undefined) ?? status
}

/**
 * The tidied text of a field.
 *
 * @throws AppError `invalid_request` naming the field when it cannot be stored, or must not be since a key stands in it
 */
export function cleanText(text: string, param: string, longest: number): string {
  const tidy = tidyText(text)
  const fault = textFault(tidy, longest)
  if (fault) throw new AppError('invalid_request', { message: `${param} ${fault}`, param })
  refuseSecret(tidy, param)
  return tidy
}

/**
 * A key pasted into a free text would stand readable in the database, its audit log and every list.
 *
 * @throws AppError `invalid_request`, which names the field and does not repeat the text
 */
export function refuseSecret(text: string, param: string): void {
  if (!holdsSecret(text)) return
  throw new AppError('invalid_request', {
    message: `${param} contains an API key; send it without, and replace that key if others may have seen it`,
    param,
  })
}
