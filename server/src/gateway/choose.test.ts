import { describe, expect, it } from 'vitest'
import { caller, modelOf, modelRequest, NOW, puppet, routeTo } from '../../test/support/gateway-parts.ts'
import type { AutoRuleConfig } from '../config/config.ts'
import { AppError } from '../errors.ts'
import { NO_LIMITS } from '../limits/limits-of-key.ts'
import type { Catalogue, Model } from '../providers/catalogue.ts'
import { choose } from './choose.ts'
import type { ModelCall } from './model-request.ts'

function catalogue(models: readonly Model[], auto: readonly AutoRuleConfig[] = []): Catalogue {
  return { models: new Map(models.map((model) => [model.id, model])), auto, close: async () => {} }
}

const model = (id: string, kind: 'chat' | 'embedding' = 'chat') => modelOf(id, [routeTo(puppet())], { kind })
const SHOP = catalogue(
  [model('small'), model('vision'), model('tools'), model('large'), model('embed', 'embedding')],
  [
    { model: 'embed' },
    { model: 'vision', images: true },
    { model: 'tools', tools: true },
    { model: 'large', minInputBytes: 5000, images: false, tools: false },
  ],
)

const chosen = (body: object, more: Partial<ModelCall> = {}, from = SHOP): string => {
  try {
    return choose(from, modelRequest(body, more), NOW).model.id
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

describe('the model', () => {
  it('is the one that was named, if there is one', () => {
    expect(chosen({ model: 'large' })).toBe('large')
    for (const name of ['nothing', 'LARGE', 'large ', '__proto__', 'constructor'])
      expect(chosen({ model: name })).toBe('model_not_found')
  })

  it('is one of those that the key may use', () => {
    const key = caller({ allowedModels: ['large'] })
    expect(chosen({ model: 'large' }, { caller: key })).toBe('large')
    expect(chosen({ model: 'small' }, { caller: key })).toBe('model_forbidden')
    expect(chosen({ model: 'small' }, { caller: caller({ allowedModels: [] }) })).toBe('model_forbidden')
    // What does not exist is told alike to all, so that a key learns nothing of what it may not use.
    expect(chosen({ model: 'nothing' }, { caller: key })).toBe('model_not_found')
  })

  it('can do what is asked of it', () => {
    expect(chosen({ model: 'embed' })).toBe('invalid_request')
    expect(chosen({ model: 'small' }, { endpoint: 'embeddings' })).toBe('invalid_request')
    expect(chosen({ model: 'embed' }, { endpoint: 'embeddings' })).toBe('embed')
    expect(chosen({ model: 'small' }, { endpoint: 'responses' })).toBe('small')
  })

  it('is named in the refusal, cut to a length that nobody can abuse', () => {
    const long = 'x'.repeat(100_000)
    const refusal = (name: string) => {
      try {
        return choose(SHOP, modelRequest({ model: name }), NOW)
      } catch (error) {
        return error as AppError
      }
    }
    expect(refusal(long)).toMatchObject({ details: { param: 'model' } })
    expect((refusal(long) as AppError).message.length).toBeLessThan(250)
    expect((refusal('a"\n') as AppError).message).toContain('"a\\"\\n"')
  })
})

describe('the model auto', () => {
  const image = {
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }],
  }

  it('is the model of the first rule that applies, else the first of its kind', () => {
    expect(chosen({ model: 'auto' })).toBe('small')
    expect(chosen({ model: 'auto', ...image })).toBe('vision')
    expect(chosen({ model: 'auto', ...image, tools: [{}] })).toBe('vision')
    expect(chosen({ model: 'auto', tools: [{}] })).toBe('tools')
    expect(chosen({ model: 'auto', tools: [] })).toBe('small')
    expect(chosen({ model: 'auto', padding: 'x'.repeat(5000) })).toBe('large')
    expect(chosen({ model: 'auto', padding: 'x'.repeat(5000), tools: [{}] })).toBe('tools')
    expect(chosen({ model: 'auto' }, { endpoint: 'embeddings' })).toBe('embed')
  })

  it('begins at the very byte that a rule says', () => {
    const shop = catalogue([model('small'), model('large')], [{ model: 'large', minInputBytes: 200 }])
    const sized = (bytes: number) => {
      const bare = JSON.stringify({ model: 'auto', messages: [], padding: '' }).length
      return chosen({ model: 'auto', messages: [], padding: 'x'.repeat(bytes - bare) }, {}, shop)
    }
    expect([sized(199), sized(200)]).toEqual(['small', 'large'])
  })

  it('is one that the key may use, also when the rule would have another', () => {
    const key = caller({ allowedModels: ['large', 'tools'] })
    expect(chosen({ model: 'auto', ...image }, { caller: key })).toBe('tools')
    expect(chosen({ model: 'auto' }, { caller: caller({ allowedModels: ['embed'] }) })).toBe(
      'model_not_found',
    )
  })

  it('is one that the plan has; where it has none of them, one that the plan is asked about', () => {
    const onPlan = (models: string[], allowedModels: string[] | null = null) => {
      const plan = { id: 'p', name: 'P', rank: 1, tools: null, models, quotas: [] }
      return { caller: caller({ allowedModels }, [], { ...NO_LIMITS, plan }) }
    }
    expect(chosen({ model: 'auto' }, onPlan(['large', 'embed']))).toBe('large')
    expect(chosen({ model: 'auto', ...image }, onPlan(['small']))).toBe('small')
    expect(chosen({ model: 'auto' }, onPlan(['large'], ['tools']))).toBe('tools')
    expect(chosen({ model: 'auto' }, onPlan([]))).toBe('small')
  })
})

it('Routes are tried in their order, and those that rest after failures come last but are not left out', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => routeTo(puppet(), name))
  const shop = catalogue([modelOf('m', [a, b, c] as never)])
  const order = (at: number) => choose(shop, modelRequest(), at).routes.map((route) => route.model)
  for (let i = 0; i < 3; i++) a?.health.failed(NOW)
  expect(order(NOW)).toEqual(['b', 'c', 'a'])
  expect(order(NOW + 29_999)).toEqual(['b', 'c', 'a'])
  expect(order(NOW + 30_000)).toEqual(['a', 'b', 'c'])
  for (const route of [b, c]) for (let i = 0; i < 3; i++) route?.health.failed(NOW)
  expect(order(NOW)).toEqual(['a', 'b', 'c'])
})

describe('a caller whose models are limited', () => {
  it('cannot name another one past the one that is looked at', () => {
    const limited = { caller: caller({ allowedModels: ['small'] }) }
    for (const more of [{ models: ['large'] }, { Models: 'large' }, { Model: 'large' }, { MODEL: 'small' }]) {
      expect(chosen({ model: 'small', ...more }, limited), JSON.stringify(more)).toBe('model_forbidden')
      expect(chosen({ model: 'small', ...more })).toBe('small')
    }
    expect(chosen({ model: 'small', models: [], Model: null }, limited)).toBe('small')
  })
})
