import { describe, expect, it } from 'vitest'
import { AppError } from '../errors.ts'
import { isStoreFailure } from '../storage/failure.ts'
import { renderError } from './render.ts'
import { toAppError } from './unknown-error.ts'

const coded = (code: string, more: object = {}) =>
  Object.assign(new Error('relation "keys" of 10.0.0.1'), { code, ...more })
const told = (error: unknown) => {
  const known = toAppError(error, isStoreFailure)
  return [known.code, known.status]
}
const invalid = (fault: object) =>
  toAppError(Object.assign(new Error(), { validation: [fault] }), isStoreFailure)

describe('an unknown error', () => {
  it('that is one of ours stays as it is', () => {
    const error = new AppError('key_revoked')
    expect(toAppError(error, isStoreFailure)).toBe(error)
  })

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    '57P01',
    '08006',
    '53300',
    'SQLITE_BUSY',
    'SQLITE_IOERR_WRITE',
    'SQLITE_FULL',
  ])('of a database that cannot be asked is 503, never 401 or 500: %s', (code) => {
    expect(told(coded(code))).toEqual(['store_unavailable', 503])
  })

  it.each(['23505', '42P01', '22P02', 'SQLITE_CONSTRAINT_UNIQUE', 'ERR_SOMETHING'])(
    'of our own making is 500: %s',
    (code) => {
      expect(told(coded(code))).toEqual(['internal_error', 500])
    },
  )

  it('of our own making is INTERNAL_ERROR to a client of tasks, in the envelope', () => {
    const known = toAppError(coded('42P01'), isStoreFailure)
    expect(renderError(known, 'envelope', 'req_1', 'EggAPI')).toMatchObject({
      status: 500,
      body: { data: null, error: { code: 'INTERNAL_ERROR', message: 'Internal error' } },
    })
  })

  it('of the framework about a request is the caller’s', () => {
    expect(told(coded('FST_ERR_CTP_BODY_TOO_LARGE', { statusCode: 413 }))).toEqual(['body_too_large', 413])
    expect(told(coded('FST_ERR_CTP_INVALID_MEDIA_TYPE', { statusCode: 415 }))).toEqual([
      'unsupported_media_type',
      415,
    ])
    expect(told(coded('FST_ERR_SOMETHING_NEW', { statusCode: 414 }))).toEqual(['invalid_request', 400])
    expect(told(coded('FST_ERR_SOMETHING_NEW', { statusCode: 500 }))).toEqual(['internal_error', 500])
  })

  it('that is no error at all is 500', () => {
    for (const thrown of ['text', 5, {}]) expect(told(thrown)).toEqual(['internal_error', 500])
  })

  it('tells the caller nothing of itself, and the log everything', () => {
    for (const error of [
      coded('42P01'),
      coded('ECONNREFUSED'),
      coded('FST_ERR_SOMETHING_NEW', { statusCode: 400 }),
    ]) {
      const known = toAppError(error, isStoreFailure)
      expect(known.message).not.toMatch(/relation|10\.0\.0\.1/)
      expect(known.cause).toBe(error)
    }
  })
})

describe('a field that does not fit', () => {
  it.each<[object, string, string | undefined]>([
    [
      { keyword: 'required', instancePath: '', params: { missingProperty: 'name' }, message: '' },
      'name is required',
      'name',
    ],
    [
      { keyword: 'required', instancePath: '/external', params: { missingProperty: 'user' } },
      'external.user is required',
      'external.user',
    ],
    [
      { keyword: 'additionalProperties', instancePath: '', params: { additionalProperty: 'role' } },
      'role: there is no such field',
      'role',
    ],
    [
      { keyword: 'enum', instancePath: '/limit_reset', params: { allowedValues: ['daily', 'weekly'] } },
      'limit_reset must be one of daily,weekly',
      'limit_reset',
    ],
    [
      { keyword: 'minimum', instancePath: '/limit', params: {}, message: 'must be >= 0' },
      'limit must be >= 0',
      'limit',
    ],
    [
      { keyword: 'type', instancePath: '/permissions/0', params: {}, message: 'must be string' },
      'permissions.0 must be string',
      'permissions.0',
    ],
    [
      { keyword: 'type', instancePath: '', params: {}, message: 'must be object' },
      'The body must be object',
      undefined,
    ],
  ])('is named, and what would fit: %j', (fault, message, param) => {
    const error = invalid(fault)
    expect([error.code, error.status, error.message, error.details.param]).toEqual([
      'validation_failed',
      400,
      message,
      param,
    ])
  })
})
