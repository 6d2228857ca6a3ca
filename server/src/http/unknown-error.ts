import type { FastifyError } from 'fastify'
import { AppError } from '../errors.ts'

const FASTIFY_CODES: Readonly<Record<string, ConstructorParameters<typeof AppError>[0]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
}

/** Any error as one of the catalogue. What is not known is 500 with a fixed text; its own text is for the log. */
export function toAppError(error: unknown, isStoreFailure: (error: unknown) => boolean): AppError {
  if (error instanceof AppError) return error
  const raised = error as FastifyError
  if (raised.validation) return invalid(raised)
  const code = FASTIFY_CODES[raised.code]
  if (code) return new AppError(code, { cause: raised })
  if (isAbandoned(raised)) return new AppError('request_timeout', { cause: raised })
  if (isStoreFailure(error)) return new AppError('store_unavailable', { cause: error })
  if (raised.statusCode && raised.statusCode >= 400 && raised.statusCode < 500) {
    return new AppError('invalid_request', { cause: raised })
  }
  return new AppError('internal_error', { cause: error })
}

/** Node's word for a client that left, or was cut off, before its body was whole; nobody gets the answer. */
function isAbandoned({ code, message }: { readonly code?: string; readonly message: string }): boolean {
  return code === 'ECONNRESET' && message === 'aborted'
}

function invalid(error: FastifyError): AppError {
  const fault = error.validation?.[0]
  const place = (fault?.instancePath ?? '').slice(1).replaceAll('/', '.')
  const missing = fault?.params?.missingProperty ?? fault?.params?.additionalProperty
  const param = [place, missing].filter(Boolean).join('.') || undefined
  const what =
    fault?.keyword === 'additionalProperties'
      ? `${param}: there is no such field`
      : fault?.keyword === 'required'
        ? `${param} is required`
        : fault?.keyword === 'enum'
          ? `${param} must be one of ${String(fault.params?.allowedValues)}`
          : `${param ?? 'The body'} ${fault?.message ?? 'is not valid'}`
  return new AppError('validation_failed', { message: what, ...(param && { param }) })
}
