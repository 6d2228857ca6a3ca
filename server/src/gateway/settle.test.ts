import { describe, expect, it } from 'vitest'
import { caller, modelRequest, NOW, puppet, routeTo } from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { parsePrice } from '../usage/price.ts'
import { type Ending, usageEvent } from './settle.ts'

const PRICED = {
  id: 'm',
  contextWindow: 1000,
  price: parsePrice({ input: '1', output: '2', cachedInput: '0.5' }),
}
const REPORTED = { input: 100, cached: 40, output: 10, reasoning: 3 }
const route = routeTo(puppet(), 'their-name')
const base: Ending = {
  outcome: 'completed',
  status: 200,
  route,
  attempts: 1,
  reached: true,
  firstByteAt: NOW + 50,
  reported: REPORTED,
  textBytes: 99,
}

const tokensOf = ({ input, cached, output, reasoning }: typeof REPORTED) => ({
  input_tokens: input,
  cached_tokens: cached,
  output_tokens: output,
  reasoning_tokens: reasoning,
})

const row = (ending: Partial<Ending>, model = PRICED, body: object = {}) =>
  usageEvent(
    modelRequest(body, { caller: caller({ projectId: 'p' }, ['p']), endUser: 'eve' }),
    model,
    { ...base, ...ending },
    NOW + 70,
  )

describe('the row of a request', () => {
  it('says who asked for what, where it went and how it ended', () => {
    expect(row({})).toMatchObject({
      id: 'req_1',
      organization_id: 'organization',
      user_id: 'user',
      key_id: 'key',
      secret_id: 'secret',
      project_id: 'p',
      end_user: 'eve',
      model: 'm',
      provider: 'puppet',
      provider_model: 'their-name',
      started_at: NOW,
      finished_at: NOW + 70,
      first_byte_ms: 50,
      outcome: 'completed',
      error_code: null,
    })
    expect(
      row({
        outcome: 'failed',
        status: 502,
        error: new AppError('upstream_error'),
        route: undefined,
        attempts: 0,
      }),
    ).toMatchObject({
      status: 502,
      error_code: 'upstream_error',
      provider: null,
      provider_model: null,
      attempts: 0,
    })
  })

  it('costs what the provider reported, cached tokens at their own price', () => {
    expect(row({})).toMatchObject({
      cost_basis: 'reported',
      input_tokens: 100,
      cached_tokens: 40,
      output_tokens: 10,
      reasoning_tokens: 3,
    })
    expect(row({}).cost_nanos).toBe(60_000n + 20_000n + 20_000n)
    expect(row({}).price_version).toBe(PRICED.price.version)
  })

  it('costs nothing when zero was reported, though text was passed on', () => {
    const zero = { input: 0, cached: 0, output: 0, reasoning: 0 }
    expect(row({ reported: zero, textBytes: 4000 })).toMatchObject({ cost_basis: 'reported', cost_nanos: 0n })
  })

  it('is counted where nothing was reported, and none where no provider did any work', () => {
    const body = { padding: 'x'.repeat(300) }
    const counted = row({ reported: undefined, textBytes: 40 }, PRICED, body)
    expect(counted).toMatchObject({ cost_basis: 'counted', output_tokens: 10 })
    expect(counted.input_tokens).toBeGreaterThan(75)
    expect(counted.cost_nanos).toBeGreaterThan(75_000n)
    expect(row({ reported: undefined, textBytes: undefined }, PRICED, body)).toMatchObject({
      cost_basis: 'none',
      input_tokens: 0,
      output_tokens: 0,
      cost_nanos: 0n,
    })
  })

  it('has at least what was reported before the end, and at least the text that followed', () => {
    const early = { input: 7, cached: 2, output: 20, reasoning: 15 }
    const of = (textBytes: number) => row({ reported: undefined, early, textBytes })
    expect(of(40)).toMatchObject({ ...tokensOf(early), cost_basis: 'counted' })
    expect(of(400)).toMatchObject({ ...tokensOf(early), output_tokens: 100, cost_basis: 'counted' })
  })

  it('of a model without a price costs nothing and says so', () => {
    expect(row({}, { ...PRICED, price: undefined } as never)).toMatchObject({
      cost_nanos: 0n,
      price_version: null,
      input_tokens: 100,
    })
  })

  it('has no time of a first byte where there was none, and never one before the request', () => {
    const { firstByteAt: _, ...without } = base
    expect(usageEvent(modelRequest(), PRICED, without, NOW).first_byte_ms).toBeNull()
    expect(row({ firstByteAt: NOW - 5 }).first_byte_ms).toBe(0)
  })
})
