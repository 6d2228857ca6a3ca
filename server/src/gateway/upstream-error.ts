import { AppError } from '../errors.ts'
import { isObject } from '../lib/json.ts'
import type { AnswerHead, AttemptError } from './attempt.ts'

/** 401 and 403 refuse the operator's credentials, which another route may have better ones of. */
const ROUTE_AT_FAULT: ReadonlySet<number> = new Set([401, 403, 408, 429])

/** Whether another route may do better (DESIGN section 8): 408, 429, 5xx, and what only the operator can mend. */
export function mayFallBack(status: number): boolean {
  return ROUTE_AT_FAULT.has(status) || status >= 500
}

const MESSAGE_LONGEST = 1000

/**
 * A provider's refusal in our words. What the caller can mend (a bad field) keeps its status and text; what only the
 * operator can (credentials, a model that the provider does not know) must not look like the caller's fault.
 */
export function refusalOf(head: AnswerHead, body: string): AppError {
  const { status } = head
  const told = tell(body)
  if (status === 429)
    return new AppError('upstream_rate_limited', { ...retryAfter(head), cause: told.message })
  if (status === 408 || status === 504) return new AppError('upstream_timeout', { cause: told.message })
  if (status === 503)
    return new AppError('upstream_unavailable', { ...retryAfter(head), cause: told.message })
  if (status >= 500) return new AppError('upstream_error', { cause: told.message })
  if (status === 400 || status === 413 || status === 415 || status === 422) {
    return new AppError('upstream_rejected', {
      status,
      ...(told.message && { message: told.message }),
      ...(told.param && { param: told.param }),
    })
  }
  return new AppError('upstream_misconfigured', { cause: `${status} ${told.message}` })
}

/** An attempt without an answer, in our words. */
export function failureOf(error: AttemptError): AppError {
  if (error.kind === 'timeout') return new AppError('upstream_timeout', { cause: error.message })
  if (error.kind === 'connect') return new AppError('upstream_unavailable', { cause: error.message })
  return new AppError('upstream_error', { cause: error.message })
}

function tell(body: string): { message: string; param?: string } {
  try {
    const json: unknown = JSON.parse(body)
    const error = isObject(json) ? (json.error ?? json.detail ?? json) : json
    if (typeof error === 'string') return { message: error.slice(0, MESSAGE_LONGEST) }
    if (isObject(error) && typeof error.message === 'string') {
      return {
        message: error.message.slice(0, MESSAGE_LONGEST),
        ...(typeof error.param === 'string' && { param: error.param }),
      }
    }
  } catch {
    // Not JSON: nothing that a client could use.
  }
  return { message: '' }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function retryAfter(head: AnswerHead): { retryAfterSeconds?: number } {
  const text = String(head.headers['retry-after'] ?? '')
  const seconds = text.endsWith('GMT') ? (Date.parse(text) - Date.now()) / 1000 : Number(text)
  return Number.isFinite(seconds) && seconds > 0
    ? { retryAfterSeconds: Math.min(Math.ceil(seconds), 3600) }
    : {}
}
