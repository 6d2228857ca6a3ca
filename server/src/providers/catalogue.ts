import type { AutoRuleConfig, Config, ModelConfig, ProviderConfig } from '../config/config.ts'
import type { OutboundClient } from '../outbound/client.ts'
import { createHttpProvider } from './http/provider.ts'
import { OpenAiGenerator } from './openai/generator.ts'
import { createOpenAiProvider } from './openai/openai.ts'
import type { Provider, ProviderCredential } from './provider.ts'
import { RouteHealth } from './route-health.ts'
import { SANDBOX_MODELS, SANDBOX_PROVIDER } from './sandbox/entries.ts'
import { createSandboxProvider } from './sandbox/sandbox.ts'

export interface Route {
  readonly provider: Provider
  /** The provider's name for the model. */
  readonly model: string
  readonly health: RouteHealth
}

export interface Model {
  readonly id: string
  readonly kind: ModelConfig['kind']
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

export type Source = 'file' | 'database' | 'built-in'

interface Entry {
  readonly source: Source
  /** Milliseconds since the epoch; null outside of the database. */
  readonly createdAt: number | null
  readonly updatedAt: number | null
}

export interface ListedCredential {
  readonly id: string
  readonly name: string
  readonly createdAt: number | null
  /** Undefined when it cannot be decrypted. */
  readonly text: string | undefined
}

/** An entry of providers, wherever it stands. */
export interface ProviderEntry extends Entry {
  readonly config: ProviderConfig
  readonly credentials: readonly ListedCredential[]
}

/** An entry of models, wherever it stands. */
export interface ModelEntry extends Entry {
  readonly config: ModelConfig
}

export interface Entries {
  readonly providers: readonly ProviderEntry[]
  readonly models: readonly ModelEntry[]
}

export interface ListedProvider extends ProviderEntry {
  /** Absent when it is not served, for which `fault` says the reason. */
  readonly provider: Provider | undefined
  readonly fault: string | undefined
}

export interface ListedModel extends ModelEntry {
  /** Absent when it is not served, for which `fault` says the reason. */
  readonly model: Model | undefined
  readonly fault: string | undefined
}

/** A catalogue together with all the entries that it was built from, served or not. */
export interface Snapshot extends Catalogue {
  readonly providers: readonly ListedProvider[]
  readonly listed: readonly ListedModel[]
}

const NOTHING: Entries = { providers: [], models: [] }

/**
 * Builds what is served from the configuration and the entries of the database. Where both have an id, the configuration
 * counts.
 *
 * @param previous whose providers and health go on where nothing changed for them
 * @param outbound fetches the pictures that clients name; without it OpenAI-compatible servers make no files
 */
export function buildCatalogue(
  config: Config,
  stored: Entries = NOTHING,
  previous?: Snapshot,
  outbound?: OutboundClient,
): Snapshot {
  const entries = [...fixedEntries(config, stored), stored]
  const served = new Map<string, Provider>()
  const providers = entries
    .flatMap((some) => some.providers)
    .map((entry): ListedProvider => {
      if (served.has(entry.config.id)) return { ...entry, provider: undefined, fault: SHADOWED }
      const provider = sameProvider(entry, previous) ?? createProvider(config, entry, outbound)
      served.set(entry.config.id, provider)
      return { ...entry, provider, fault: undefined }
    })
  const models = new Map<string, Model>()
  const listed = entries
    .flatMap((some) => some.models)
    .map((entry): ListedModel => {
      const { id } = entry.config
      if (models.has(id)) return { ...entry, model: undefined, fault: SHADOWED }
      const routes = routesOf(entry.config, served, config, previous?.models.get(id))
      const lost = entry.config.routes.filter(({ provider }) => !served.has(provider))
      const fault = lost.length > 0 ? `There is no provider ${lost[0]?.provider}` : undefined
      if (routes.length === 0) return { ...entry, model: undefined, fault }
      const model = { id, kind: entry.config.kind, config: entry.config, routes }
      models.set(id, model)
      return { ...entry, model, fault }
    })
  return {
    models,
    auto: config.auto,
    providers,
    listed,
    close: async () => {
      await Promise.all([...served.values()].map((provider) => provider.close()))
    },
  }
}

const SHADOWED = 'The configuration file has an entry of the same id, which counts'

/** The configuration's entries, or the built-in ones where nobody configured a model. */
function fixedEntries(config: Config, stored: Entries): Entries[] {
  const place = { createdAt: null, updatedAt: null }
  const bare = config.providers.length === 0 && config.models.length === 0
  if (bare && stored.models.length > 0) return []
  const source = bare ? 'built-in' : 'file'
  const providers = bare ? [SANDBOX_PROVIDER] : config.providers
  const models = bare ? SANDBOX_MODELS : config.models
  return [
    {
      providers: providers.map((provider) => ({
        ...place,
        source,
        config: provider,
        credentials: provider.apiKey
          ? [{ id: 'file', name: 'apiKey', createdAt: null, text: provider.apiKey }]
          : [],
      })),
      models: models.map((model) => ({ ...place, source, config: model })),
    },
  ]
}

function createProvider(
  { outputs }: Config,
  { source, config, credentials }: ProviderEntry,
  outbound: OutboundClient | undefined,
): Provider {
  if (config.kind === 'sandbox') return createSandboxProvider(config)
  // That of the file is in its entry.
  const stored = source === 'database' ? readable(credentials) : []
  if (config.kind === 'http') return createHttpProvider(config, outputs, stored)
  const provider = createOpenAiProvider(config, stored)
  if (!outbound) return provider
  return { ...provider, generator: new OpenAiGenerator(config, provider, outbound, outputs) }
}

/** The credentials that can be sent. */
export function readable(credentials: readonly ListedCredential[]): ProviderCredential[] {
  return credentials.flatMap(({ id, name, text }) => (text === undefined ? [] : [{ id, name, text }]))
}

/** The provider of an entry that has not changed keeps its connections. */
function sameProvider(entry: ProviderEntry, previous: Snapshot | undefined): Provider | undefined {
  const before = previous?.providers.find(
    ({ provider, source, config }) => provider && source === entry.source && config.id === entry.config.id,
  )
  return before && sentBy(before) === sentBy(entry) ? before.provider : undefined
}

function sentBy({ config, credentials }: ProviderEntry): string {
  return JSON.stringify([config, credentials.map(({ id, text }) => [id, text])])
}

function routesOf(
  model: ModelConfig,
  providers: ReadonlyMap<string, Provider>,
  { gateway }: Config,
  before: Model | undefined,
): Route[] {
  return model.routes.flatMap((route) => {
    const provider = providers.get(route.provider)
    const name = route.model ?? model.id
    const same = before?.routes.find((known) => known.provider === provider && known.model === name)
    if (same) return [same]
    const health = new RouteHealth(gateway.failuresBeforeCooldown, gateway.cooldownMs)
    return provider ? [{ provider, model: name, health }] : []
  })
}
