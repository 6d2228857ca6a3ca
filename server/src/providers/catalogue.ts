import type { AutoRuleConfig, Config, ModelConfig } from '../config/config.ts'
import { createOpenAiProvider } from './openai/openai.ts'
import type { Provider } from './provider.ts'
import { RouteHealth } from './route-health.ts'
import { createSandboxProvider } from './sandbox/sandbox.ts'

export interface Route {
  readonly provider: Provider
  /** The provider's name for the model. */
  readonly model: string
  readonly health: RouteHealth
}

export interface Model {
  readonly id: string
  readonly kind: 'chat' | 'embedding'
  readonly config: ModelConfig
  /** In order of preference. */
  readonly routes: readonly Route[]
}

/** Providers, models and routes: built once, never changed, so that no request sees half of a change. */
export interface Catalogue {
  readonly models: ReadonlyMap<string, Model>
  readonly auto: readonly AutoRuleConfig[]
  close(): Promise<void>
}

/** What is served when nothing is configured. */
const SANDBOX_MODELS: readonly ModelConfig[] = [
  {
    id: 'sandbox-chat',
    kind: 'chat',
    name: 'Sandbox chat',
    description: 'Built in, deterministic, no network: says back what it was told.',
    contextWindow: 32_768,
    maxOutputTokens: 4096,
    vision: true,
    prices: { input: '0.10', output: '0.40' },
    routes: [{ provider: 'sandbox' }],
  },
  {
    id: 'sandbox-embedding',
    kind: 'embedding',
    name: 'Sandbox embedding',
    description: 'Built in, deterministic, no network: a unit vector of 64 numbers.',
    contextWindow: 8192,
    vision: false,
    prices: { input: '0.02' },
    routes: [{ provider: 'sandbox' }],
  },
]

const SANDBOX_SUPPORTS = { responses: false, streamOptions: true, maxCompletionTokens: true }

export function buildCatalogue(config: Config): Catalogue {
  const bare = config.providers.length === 0 && config.models.length === 0
  const providers = new Map<string, Provider>()
  for (const provider of config.providers) {
    providers.set(
      provider.id,
      provider.kind === 'sandbox' ? createSandboxProvider(provider) : createOpenAiProvider(provider),
    )
  }
  if (bare) providers.set('sandbox', createSandboxProvider({ id: 'sandbox', supports: SANDBOX_SUPPORTS }))
  const models = new Map<string, Model>()
  for (const model of bare ? SANDBOX_MODELS : config.models) {
    const routes = model.routes.map((route) => ({
      // The configuration was checked: every route names a provider that is there.
      provider: providers.get(route.provider) as Provider,
      model: route.model ?? model.id,
      health: new RouteHealth(config.gateway.failuresBeforeCooldown, config.gateway.cooldownMs),
    }))
    models.set(model.id, { id: model.id, kind: model.kind, config: model, routes })
  }
  return {
    models,
    auto: config.auto,
    close: async () => {
      await Promise.all([...providers.values()].map((provider) => provider.close()))
    },
  }
}
