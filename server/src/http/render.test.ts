import { describe, expect, it } from 'vitest'
import { AppError, CATALOGUE, type CatalogueEntry, type ErrorCode, type ErrorDetails } from '../errors.ts'
import { makeSecret } from '../keys/secret.ts'
import { renderError } from './render.ts'
import type { Surface } from './route.ts'

const CODES = Object.keys(CATALOGUE) as ErrorCode[]
const render = (code: ErrorCode, surface: Surface, details: ErrorDetails = {}) =>
  renderError(new AppError(code, details), surface, 'req_1', 'EU GPT')

describe('an error', () => {
  it.each(CODES)('%s has its exact shape on every surface, and no member more', (code) => {
    const { status, statuses, message, type, envelope, routerType }: CatalogueEntry = CATALOGUE[code]
    const openai = { error: { message, type, code, param: null }, detail: message }
    expect(render(code, 'openai').body).toEqual(openai)
    expect(render(code, 'system').body).toEqual(openai)
    expect(render(code, 'envelope').body).toEqual({ data: null, error: { code: envelope, message } })
    expect(render(code, 'router').body).toEqual({
      error: {
        code: statuses?.router ?? status,
        message,
        metadata: { error_type: routerType, error_code: code },
      },
      requestId: 'req_1',
    })
    for (const surface of ['openai', 'system', 'envelope', 'router'] as const) {
      const { status: told, headers } = render(code, surface)
      const own = surface === 'router' || surface === 'envelope' ? statuses?.[surface] : undefined
      expect(told).toBe(own ?? status)
      expect(headers).toMatchObject({ 'x-request-id': 'req_1', 'cache-control': 'no-store' })
    }
  })

  it('has the words that the three systems promise', () => {
    const bare = { data: null, error: { code: 'UNAUTHORIZED', message: 'Missing Authorization header' } }
    expect(render('missing_authorization', 'envelope').body).toEqual(bare)
    expect(render('malformed_authorization', 'envelope').body).toEqual({
      data: null,
      error: { code: 'UNAUTHORIZED', message: "Invalid Authorization format, expected 'Bearer <token>'" },
    })
    expect(render('user_suspended', 'envelope').body).toEqual({
      data: null,
      error: { code: 'FORBIDDEN', message: 'User account is suspended' },
    })
    expect(render('user_suspended', 'openai')).toMatchObject({
      status: 403,
      body: { detail: 'User account is suspended' },
    })
  })

  it('says that the money is spent as each surface has it: 429, EggAPI’s 403, OpenRouter’s 402, and never to retry', () => {
    for (const [surface, status] of [
      ['openai', 429],
      ['envelope', 403],
      ['router', 402],
    ] as const) {
      const answer = render('insufficient_quota', surface)
      expect([answer.status, answer.headers['x-should-retry'], answer.headers['retry-after']]).toEqual([
        status,
        'false',
        undefined,
      ])
    }
    expect(render('insufficient_quota', 'envelope').body).toMatchObject({
      error: { code: 'INSUFFICIENT_BALANCE' },
    })
  })

  it('names the field at fault and what else may be told, where the surface has a place for it', () => {
    const details = {
      message: 'limit must not be negative',
      param: 'limit',
      metadata: { permission: 'keys:write' },
    }
    expect(render('invalid_request', 'openai', details).body).toMatchObject({
      error: { param: 'limit', message: details.message },
    })
    expect(render('invalid_request', 'router', details).body).toMatchObject({
      error: { metadata: { param: 'limit', permission: 'keys:write', error_code: 'invalid_request' } },
    })
    expect(JSON.stringify(render('invalid_request', 'envelope', details).body)).not.toContain('keys:write')
  })

  it('never tells its cause, nor a key that stands in its text', () => {
    const secret = makeSecret('eugpt')
    for (const surface of ['openai', 'envelope', 'router'] as const) {
      const { headers, body } = render('invalid_request', surface, {
        message: `no ${secret}`,
        param: secret,
        cause: new Error('SELECT secret'),
      })
      expect(JSON.stringify([headers, body])).not.toContain(secret.slice(8, -8))
      expect(JSON.stringify([headers, body])).not.toContain('SELECT')
    }
  })

  it('passes a provider’s status on in every place that has one', () => {
    const { status, body } = render('upstream_rejected', 'router', { status: 422 })
    expect(status).toBe(422)
    expect(body).toMatchObject({ error: { code: 422 } })
  })
})

describe('the challenge', () => {
  const challenge = (code: ErrorCode, details: ErrorDetails = {}) =>
    render(code, 'openai', details).headers['www-authenticate']

  it('is there with every 401, and with nothing but what RFC 6750 gives one', () => {
    const others = CODES.filter((code) => challenge(code) !== undefined && CATALOGUE[code].status !== 401)
    expect(others).toEqual(['duplicate_authorization', 'credential_in_url', 'insufficient_permission'])
    for (const code of CODES)
      if (CATALOGUE[code].status === 401)
        expect([code, challenge(code)]).toEqual([code, expect.stringMatching(/^Bearer realm="EU GPT"/)])
  })

  it('gives a reason only to one who presented something', () => {
    expect(challenge('missing_authorization')).toBe('Bearer realm="EU GPT"')
    expect(challenge('malformed_authorization')).toBe('Bearer realm="EU GPT"')
    expect(challenge('key_revoked')).toBe('Bearer realm="EU GPT", error="invalid_token"')
    expect(challenge('duplicate_authorization')).toBe('Bearer realm="EU GPT", error="invalid_request"')
    const missing = { metadata: { permission: 'keys:write' } }
    expect(challenge('insufficient_permission', missing)).toBe(
      'Bearer realm="EU GPT", error="insufficient_scope", scope="keys:write"',
    )
  })
})

describe('the advice to try again', () => {
  const advice = (code: ErrorCode, details: ErrorDetails = {}) => {
    const { headers } = render(code, 'openai', details)
    return [headers['retry-after'], headers['x-should-retry']]
  }

  it('comes with a time whenever it is we who cannot serve', () => {
    for (const code of CODES)
      if (CATALOGUE[code].status === 503) expect([code, ...advice(code)]).toEqual([code, '2', undefined])
    expect(advice('store_unavailable', { retryAfterSeconds: 7 })).toEqual(['7', undefined])
  })

  it('is no advice at all when the wait is longer than a minute: SDKs would sleep through it', () => {
    expect(advice('upstream_rate_limited', { retryAfterSeconds: 60 })).toEqual(['60', undefined])
    expect(advice('upstream_rate_limited', { retryAfterSeconds: 61 })).toEqual(['61', 'false'])
    expect(advice('upstream_unavailable', { retryAfterSeconds: 3600 })).toEqual(['3600', 'false'])
  })

  it('is against it where only the operator can help', () => {
    expect(advice('upstream_misconfigured')).toEqual([undefined, 'false'])
  })

  it('is not given for what the caller has to mend', () => {
    for (const code of CODES)
      if (CATALOGUE[code].status < 429) expect([code, ...advice(code)]).toEqual([code, undefined, undefined])
  })
})
