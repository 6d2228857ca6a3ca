import { describe, expect, it } from 'vitest'
import { renderError } from '../http/render.ts'
import { decide } from '../limits/decide.ts'
import type { Demand } from '../limits/demand.ts'
import { type Quota, quotaOf, type Unit } from '../limits/quota.ts'
import { refusalError } from './refusal.ts'

const NOW = Date.UTC(2026, 4, 20, 12, 30)
/** A thousand tokens of input and four thousand of output, at a thousandth of a credit each. */
const DEMAND: Demand = {
  inputTokens: 1000,
  choices: 1,
  outputTokens: 4000,
  leastOutputTokens: 4000,
  inputNanos: 1_000_000_000_000n,
  outputNanos: 1_000_000_000_000n,
  fixedNanos: 0n,
}

function refused(quotas: readonly Quota[], maximumField: string | undefined, spent = 0n) {
  const counter = { windowStart: 0, spent, held: 0n, granted: 0n }
  const decision = decide(quotas, () => counter, DEMAND, NOW)
  if (decision.admitted) throw new Error('it was admitted')
  const error = refusalError(decision.refusal, NOW, { demand: DEMAND, maximumField })
  return renderError(error, 'openai', 'req_1', 'claviger')
}

const limit = (unit: Unit, amount: bigint, period: Quota['period'] = 'minute') =>
  quotaOf('key', 'k', unit, period, amount)

describe('a request that is larger than a whole limit', () => {
  it.each([
    ['tokens', 'minute', 3000n, 'rate_limit_exceeded', 'max_tokens', 'Send max_tokens of 2000 at the most.'],
    ['tokens', 'minute', 1000n, 'rate_limit_exceeded', null, 'Its input alone may take more than that'],
    ['tokens', 'none', 3000n, 'insufficient_quota', 'max_tokens', 'Send max_tokens of 2000 at the most.'],
    ['credits', 'day', 3_000_000_000n, 'insufficient_quota', 'max_tokens', 'Send max_tokens of 2000'],
    ['requests', 'minute', 0n, 'rate_limit_exceeded', null, 'the limit must be raised'],
    ['in_flight', 'none', 0n, 'too_many_in_flight', null, 'the limit must be raised'],
  ] as const)(
    'of %s per %s (%s) is told so and what to lower, and never to wait or to try again',
    (unit, period, amount, code, param, advice) => {
      const { status, headers, body } = refused([limit(unit, amount, period)], 'max_tokens')
      const message = expect.stringContaining(advice)
      expect({ status, body }).toMatchObject({ status: 429, body: { error: { code, param, message } } })
      expect(headers['x-should-retry']).toBe('false')
      expect(headers['retry-after']).toBeUndefined()
    },
  )

  it('is told so before a limit that a wait would help with', () => {
    const quotas = [limit('requests', 1n, 'month'), limit('tokens', 3000n)]
    const counters = { windowStart: Date.UTC(2026, 4, 1), spent: 1n, held: 0n, granted: 0n }
    const decision = decide(quotas, (id) => (id.endsWith('month') ? counters : undefined), DEMAND, NOW)
    expect(decision).toMatchObject({ admitted: false, refusal: { quota: { unit: 'tokens' } } })
  })
})

it('A request that a minute has room for, only not this one, is told when the next begins', () => {
  const full = { windowStart: NOW, spent: 1n, held: 0n, granted: 0n }
  const decision = decide([limit('tokens', 5000n)], () => full, DEMAND, NOW)
  if (decision.admitted) throw new Error('it was admitted')
  const error = refusalError(decision.refusal, NOW, { demand: DEMAND, maximumField: 'max_tokens' })
  const { headers, body } = renderError(error, 'openai', 'req_1', 'claviger')
  expect(body).toMatchObject({ error: { code: 'rate_limit_exceeded', param: null } })
  expect([headers['retry-after'], headers['x-should-retry']]).toEqual(['60', undefined])
})

it('A budget that pays for a shorter answer says how short it must be', () => {
  const { headers, body } = refused([limit('credits', 10_000_000_000n, 'none')], 'max_tokens', 6_000_000_000n)
  expect(body).toMatchObject({
    error: {
      code: 'insufficient_quota',
      message:
        'The budget of this key is used up: this request needs 5, 4 left. Send max_tokens of 3000 at the most.',
    },
  })
  expect(headers['x-should-retry']).toBe('false')
})
