import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AttemptError } from './attempt.ts'
import { failureOf, mayFallBack, refusalOf } from './upstream-error.ts'

const refused = (status: number, body = '', headers: Record<string, string | string[]> = {}) =>
  refusalOf({ status, headers }, body)

describe('another route is tried', () => {
  it('after 401, 403, 408, 429 and every 5xx, and after nothing else', () => {
    for (let status = 100; status <= 599; status++)
      expect([status, mayFallBack(status)]).toEqual([
        status,
        [401, 403, 408, 429].includes(status) || status >= 500,
      ])
  })
})

describe('a provider’s refusal', () => {
  it('never looks like one of ours of the caller’s key: no 401, 403 or 404 is passed on', () => {
    const statuses = fc.integer({ min: 300, max: 599 })
    fc.assert(
      fc.property(statuses, fc.oneof(fc.json(), fc.string()), (status, body) => {
        const error = refused(status, body)
        expect([401, 402, 403, 404, 405, 407]).not.toContain(error.status)
        expect(error.status).toBeGreaterThanOrEqual(400)
        expect(error.entry.challenge).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    [400, 'upstream_rejected', 400],
    [413, 'upstream_rejected', 413],
    [415, 'upstream_rejected', 415],
    [422, 'upstream_rejected', 422],
    [401, 'upstream_misconfigured', 502],
    [402, 'upstream_misconfigured', 502],
    [403, 'upstream_misconfigured', 502],
    [404, 'upstream_misconfigured', 502],
    [301, 'upstream_misconfigured', 502],
    [408, 'upstream_timeout', 504],
    [429, 'upstream_rate_limited', 429],
    [500, 'upstream_error', 502],
    [501, 'upstream_error', 502],
    [502, 'upstream_error', 502],
    [503, 'upstream_unavailable', 503],
    [504, 'upstream_timeout', 504],
    [529, 'upstream_error', 502],
  ])('of %i is %s, told as %i', (status, code, told) => {
    const error = refused(status)
    expect([error.code, error.status]).toEqual([code, told])
  })

  it('of a field that the caller can mend keeps its text and the field’s name', () => {
    const body = JSON.stringify({ error: { message: "Unknown parameter: 'x'.", param: 'x', code: 'c' } })
    expect(refused(400, body)).toMatchObject({ message: "Unknown parameter: 'x'.", details: { param: 'x' } })
    expect(refused(422, '{"detail":"no such voice"}').message).toBe('no such voice')
    expect(refused(400, '{"message":"flat","object":"error"}').message).toBe('flat')
    expect(refused(400, '"just a text"').message).toBe('just a text')
  })

  it('that only the operator can mend, or a server’s own trouble, keeps its text from the caller', () => {
    const body = JSON.stringify({ error: { message: 'Incorrect API key provided: sk-…' } })
    for (const status of [401, 403, 404, 429, 500, 503]) {
      const error = refused(status, body)
      expect(error.message).not.toContain('sk-')
      expect(String(error.cause)).toContain('Incorrect API key')
    }
  })

  it('is cut to a length that nobody can abuse, and without a text has ours', () => {
    expect(refused(400, JSON.stringify({ error: { message: 'x'.repeat(100_000) } })).message.length).toBe(
      1000,
    )
    for (const body of [
      '',
      '<html>',
      '{}',
      '[]',
      'null',
      '5',
      '{"error":{"message":5}}',
      '{"error":null}',
      '{"error":""}',
    ])
      expect(refused(400, body).message).toBe('The provider rejected the request')
    expect(refused(400, '{"error":{"message":"m","param":{"a":1}}}').details.param).toBeUndefined()
  })

  it('says how long to wait when the provider does, and never longer than an hour', () => {
    const wait = (value: string | string[], status = 429) =>
      refused(status, '', { 'retry-after': value }).details.retryAfterSeconds
    expect(wait('5')).toBe(5)
    expect(wait('0.2')).toBe(1)
    expect(wait('5', 503)).toBe(5)
    expect(wait('86400')).toBe(3600)
    for (const odd of ['', '-1', '0', 'soon', 'NaN', 'Infinity', 'Wed, 21 Oct 2026 07:28:00 GMT', ['5', '6']])
      expect(wait(odd)).toBeUndefined()
    expect(refused(429).details.retryAfterSeconds).toBeUndefined()
  })
})

it('An attempt without an answer is told by its kind, and its own text is for the log', () => {
  const told = (kind: AttemptError['kind']) => failureOf(new AttemptError(kind, 'ECONNREFUSED 10.0.0.1:443'))
  expect(told('timeout')).toMatchObject({ code: 'upstream_timeout', status: 504 })
  expect(told('connect')).toMatchObject({ code: 'upstream_unavailable', status: 503 })
  expect(told('broken')).toMatchObject({ code: 'upstream_error', status: 502 })
  for (const kind of ['timeout', 'connect', 'broken'] as const) {
    expect(told(kind).message).not.toContain('10.0.0.1')
    expect(String(told(kind).cause)).toContain('10.0.0.1')
  }
})
