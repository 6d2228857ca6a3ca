import type { Static } from 'typebox'
import type { HttpConfig } from '../../../config/config.ts'
import type { ListedModel, ListedProvider, Route, Snapshot } from '../../../providers/catalogue.ts'
import { parsePrice } from '../../../usage/price.ts'
import type { Credential, ModelView, ProviderView } from './catalogue-wire.ts'

/** A provider as the operator sees it: credentials by name, and never a value that may be one. */
export function viewProvider(
  { config, source, credentials, provider, fault, createdAt, updatedAt }: ListedProvider,
  catalogue: Snapshot,
  nowMs: number,
): Static<typeof ProviderView> {
  const { id, kind, baseUrl, headers = {}, apiKey: _, http, ...rest } = config
  const resting = provider?.resting?.() ?? []
  const routes = [...catalogue.models.values()].flatMap((model) =>
    model.routes
      .filter((route) => route.provider === provider)
      .map((route) => ({ model: model.id, providerModel: route.model, ...health(route, nowMs) })),
  )
  return {
    ...rest,
    id,
    source,
    kind,
    baseUrl: baseUrl ?? null,
    ...(http && { http: source === 'database' ? http : maskConstants(http) }),
    headers: source === 'database' ? headers : mapValues(headers, () => MASK),
    credentials: credentials.map((credential) => viewCredential(credential, resting)),
    routes,
    fault: fault ?? null,
    ...times({ createdAt, updatedAt }),
  }
}

const MASK = '********'

/** What of a file's template names no value of the task may be a credential. */
function maskConstants(http: HttpConfig): HttpConfig {
  const mask = (value: unknown): unknown => {
    if (typeof value === 'string') return /^\{[A-Za-z]+\}$/.test(value) ? value : MASK
    if (Array.isArray(value)) return value.map(mask)
    return value && typeof value === 'object' ? mapValues(value as Record<string, unknown>, mask) : value
  }
  const { headers, body } = http.submit
  const submit = { ...http.submit, body: mask(body), ...(headers && { headers: mask(headers) }) }
  return { ...http, submit: submit as HttpConfig['submit'] }
}

function viewCredential(
  { id, name, text, createdAt }: ListedProvider['credentials'][number],
  resting: readonly string[],
): Static<typeof Credential> {
  const state = text === undefined ? 'unreadable' : resting.includes(id) ? 'resting' : 'well'
  return { id, name, state, createdAt: time(createdAt) }
}

/** A model as the operator sees it, with the health of its routes on this node. */
export function viewModel(
  { config, source, model, fault, createdAt, updatedAt }: ListedModel,
  nowMs: number,
): Static<typeof ModelView> {
  const { name, description, maxOutputTokens, prices, routes, ...rest } = config
  return {
    ...rest,
    source,
    name: name ?? null,
    description: description ?? null,
    maxOutputTokens: maxOutputTokens ?? null,
    prices: prices
      ? { input: prices.input, output: prices.output ?? null, cachedInput: prices.cachedInput ?? null }
      : null,
    priceVersion: prices ? parsePrice(prices).version : null,
    routes: routes.map((route) => {
      const served = model?.routes.find(
        (known) => known.provider.id === route.provider && known.model === (route.model ?? config.id),
      )
      const state = served
        ? health(served, nowMs)
        : { state: 'resting' as const, failures: 0, restsUntil: null }
      return { provider: route.provider, model: route.model ?? null, ...state }
    }),
    fault: fault ?? null,
    ...times({ createdAt, updatedAt }),
  }
}

function health(route: Route, nowMs: number) {
  const { state, failures, restsUntil } = route.health.look(nowMs)
  return { state, failures, restsUntil: time(restsUntil) }
}

function times({ createdAt, updatedAt }: Pick<ListedModel, 'createdAt' | 'updatedAt'>) {
  return { createdAt: time(createdAt), updatedAt: time(updatedAt) }
}

function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function mapValues<T>(object: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]))
}
