import { describe, expect, it } from 'vitest'
import { CONFIG } from '../../test/support/gateway-parts.ts'
import { buildCatalogue } from './catalogue.ts'

const SANDBOX = ['sandbox-chat', 'sandbox-embedding', 'sandbox-image', 'sandbox-audio']

describe('the catalogue', () => {
  it('of no configuration serves the sandbox, with prices', async () => {
    const catalogue = buildCatalogue(CONFIG)
    expect([...catalogue.models.keys()]).toEqual(SANDBOX)
    for (const model of catalogue.models.values()) {
      expect(model.config.prices ?? model.config.generation?.prices).toBeDefined()
      expect(model.routes.map(({ provider }) => provider.id)).toEqual(['sandbox'])
    }
    await catalogue.close()
  })

  it('of a configuration has its models and no others, with their routes in order and each with a health of its own', async () => {
    const supports = { responses: true, streamOptions: false, maxCompletionTokens: true }
    const limits = { connections: 1, connectTimeoutMs: 1, headersTimeoutMs: 1, idleTimeoutMs: 1 }
    const provider = (id: string) => ({ id, kind: 'sandbox' as const, supports, ...limits })
    const model = (id: string) => ({
      id,
      kind: 'chat' as const,
      contextWindow: 1,
      vision: false,
      routes: [{ provider: 'b', model: 'theirs' }, { provider: 'a' }],
    })
    const config = { ...CONFIG, providers: [provider('a'), provider('b')], models: [model('m'), model('n')] }
    const catalogue = buildCatalogue(config)
    expect([...catalogue.models.keys()]).toEqual(['m', 'n'])
    const routes = catalogue.models.get('m')?.routes ?? []
    expect(routes.map((route) => [route.provider.id, route.model])).toEqual([
      ['b', 'theirs'],
      ['a', 'm'],
    ])
    for (let i = 0; i < config.gateway.failuresBeforeCooldown; i++) routes[0]?.health.failed(0)
    expect(routes.map(({ health }) => health.rests(1))).toEqual([true, false])
    expect(catalogue.models.get('n')?.routes[0]?.health.rests(1)).toBe(false)
    await catalogue.close()
  })
})
