import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modelOf, modelRequest } from '../../test/support/gateway-parts.ts'
import { AppError } from '../errors.ts'
import { needOf } from '../limits/demand.ts'
import type { Unit } from '../limits/quota.ts'
import { costOf, parsePrice } from '../usage/price.ts'
import { demandOf } from './bound.ts'
import type { Endpoint } from './model-request.ts'

const WINDOW = 100_000
const MODEL = modelOf('m', [], { contextWindow: WINDOW, maxOutputTokens: 4000 })
const PRICE = parsePrice({ input: '2', output: '8', cachedInput: '0.5' })
const BUDGET: ReadonlySet<Unit> = new Set(['credits', 'requests'])
const TOKENS: ReadonlySet<Unit> = new Set(['tokens'])

// A chat's messages, which the support gives every request, are no field of embeddings.
const asked = (body: object, endpoint: Endpoint) =>
  modelRequest({ ...(endpoint === 'embeddings' && { messages: null }), ...body }, { endpoint })

const demand = (body: object, endpoint: Endpoint = 'chat.completions', units = BUDGET, price = PRICE) =>
  demandOf(asked(body, endpoint), MODEL, price, units)

function refusal(work: () => unknown) {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { code: error.code, status: error.status, param: error.details.param, message: error.message }
  }
}

describe('the bound of the output', () => {
  it.each<[string, Endpoint, object, number, number]>([
    ['the client’s maximum', 'chat.completions', { max_tokens: 5 }, 5, 5],
    ['the newer name', 'chat.completions', { max_completion_tokens: 5 }, 5, 5],
    ['the greater of several', 'chat.completions', { max_tokens: 5, max_completion_tokens: 9 }, 9, 9],
    [
      'a maximum above the model’s, which does not bind upstream',
      'chat.completions',
      { max_tokens: 9000 },
      9000,
      9000,
    ],
    ['no more than the window', 'chat.completions', { max_tokens: 1e15 }, WINDOW, WINDOW],
    ['a response’s maximum', 'responses', { max_output_tokens: 5 }, 5, 5],
    ['the model’s maximum', 'chat.completions', { max_tokens: null }, 4000, 16],
    ['the model’s maximum of a response', 'responses', {}, 4000, 16],
    [
      'the model’s maximum where input may fill the window',
      'responses',
      { previous_response_id: 'r' },
      4000,
      16,
    ],
    ['nothing for embeddings', 'embeddings', { input: 'x' }, 0, 0],
  ])('is %s', (_, endpoint, body, outputTokens, leastOutputTokens) => {
    expect(demand(body, endpoint)).toMatchObject({ outputTokens, leastOutputTokens })
  })

  it('does not count a limit by the name of another endpoint, which a provider may overlook', () => {
    expect(demand({ max_tokens: 1 }, 'responses', TOKENS).leastOutputTokens).toBe(16)
    expect(demand({ max_output_tokens: 1 }, 'chat.completions', TOKENS).outputTokens).not.toBe(1)
  })

  it('counts once for every choice of a chat', () => {
    expect([demand({ n: 3 }).choices, demand({}).choices, demand({}, 'responses').choices]).toEqual([3, 1, 1])
  })

  it.each([
    ...[0, 129, 1.5, -1, '2', true, []].map((n): [object, string] => [{ n }, 'n']),
    ...[0, -1, 1.5, '5', true, 1e300].map((m): [object, string] => [{ max_tokens: m }, 'max_tokens']),
  ])('refuses what is no number to count with: %j', (body, param) => {
    for (const units of [BUDGET, TOKENS]) {
      const refused = refusal(() => demand(body, 'chat.completions', units))
      expect(refused).toMatchObject({ code: 'invalid_request', status: 400, param })
    }
  })
})

describe('under a budget', () => {
  it('a hold is never below the cost, wherever the dearer price is', () => {
    const amount = fc.integer({ min: 0, max: 1000 }).map(String)
    fc.assert(
      fc.property(amount, amount, amount, fc.nat(), fc.nat(), (input, cachedInput, output, used, cached) => {
        const price = parsePrice({ input, cachedInput, output })
        const held = demand({ max_tokens: 7 }, 'chat.completions', BUDGET, price)
        const tokens = { input: used % (held.inputTokens + 1), cached, output: 7, reasoning: 0 }
        expect(costOf(price, tokens)).toBeLessThanOrEqual(needOf(held, 'credits', 7))
      }),
    )
  })

  it('a model without a price is refused; limits of another unit do not ask for one', () => {
    const without = (units: ReadonlySet<Unit>) => demandOf(modelRequest(), MODEL, undefined, units)
    expect(refusal(() => without(BUDGET))).toMatchObject({
      code: 'model_not_priced',
      status: 403,
      message: expect.stringContaining('ask the operator'),
    })
    expect(without(TOKENS)).toMatchObject({ inputNanos: 0n, outputNanos: 0n, outputTokens: 4000 })
  })

  it.each<[Endpoint, object]>([
    ...[
      'invented',
      'web_search_options',
      'plugins',
      'models',
      'provider',
      'prediction',
      'audio',
      'best_of',
    ].map((field): [Endpoint, object] => ['chat.completions', { [field]: {} }]),
    ['chat.completions', { chat_template: 'x' }],
    ['chat.completions', { chat_template_kwargs: { chat_template: 'x' } }],
    ['chat.completions', { modalities: ['text', 'audio'] }],
    ['chat.completions', { service_tier: 'priority' }],
    ['chat.completions', { max_output_tokens: 5 }],
    ['responses', { background: true }],
    ['responses', { prompt: { id: 'p' } }],
    ['responses', { max_tokens: 5 }],
    ['embeddings', { n: 5 }],
    ['chat.completions', JSON.parse('{"__proto__":{"x":1}}')],
  ])('a field whose cost is not known is refused by its name: %s %j', (endpoint, body) => {
    const [param] = Object.keys(body)
    expect(refusal(() => demand({ ...body }, endpoint))).toMatchObject({
      code: 'field_not_allowed_under_budget',
      status: 400,
      param,
      message: expect.stringMatching(/ (Leave it out|Send the request without|Its values)/),
    })
    expect(demand({ ...body }, endpoint, new Set<Unit>(['requests', 'in_flight']))).toMatchObject({
      outputTokens: 0,
    })
  })

  it.each<[Endpoint, object]>([
    ['chat.completions', { service_tier: 'flex', modalities: ['text'], store: true, stream: true, seed: 1 }],
    ['chat.completions', { reasoning: { max_tokens: 5 }, usage: { include: true }, response_format: {} }],
    [
      'responses',
      { background: false, store: true, service_tier: 'auto', include: [], reasoning: {}, text: {} },
    ],
    ['embeddings', { input: 'x', dimensions: 3, encoding_format: 'base64', user: 'u' }],
  ])('a field known to cost nothing more passes: %s %j', (endpoint, body) => {
    expect(demand(body, endpoint).inputTokens).toBeLessThan(WINDOW)
  })
})
