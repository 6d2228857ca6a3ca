/** What the gateway works with, for tests of its steps: a key, a request, a route, and both ends of an exchange. */
import { type Config, loadConfig, type ModelConfig } from '../../src/config/config.ts'
import { type Caller, keyCaller } from '../../src/gateway/caller.ts'
import type { Client } from '../../src/gateway/client.ts'
import { type ModelCall, type ModelRequest, readModelRequest } from '../../src/gateway/model-request.ts'
import type { Key } from '../../src/keys/key.ts'
import { type Limits, NO_LIMITS } from '../../src/limits/limits-of-key.ts'
import type { Model, Route } from '../../src/providers/catalogue.ts'
import type { Provider, UpstreamCall, UpstreamEvents, UpstreamRequest } from '../../src/providers/provider.ts'
import { RouteHealth } from '../../src/providers/route-health.ts'

export const NOW = 1_800_000_000_000

export const CONFIG: Config = loadConfig('/dev/null', {})

export function caller(
  more: Partial<Key> = {},
  projectIds: readonly string[] = [],
  limits: Limits = NO_LIMITS,
): Caller {
  const key: Key = {
    id: 'key',
    organizationId: 'organization',
    userId: 'user',
    name: 'Key',
    label: 'cvg_…',
    environment: 'production',
    permissions: ['inference'],
    allowedModels: null,
    allowedCidrs: null,
    projectId: null,
    limitNanos: null,
    limitReset: null,
    expiresAt: null,
    includeByok: false,
    metadata: null,
    externalUser: null,
    state: 'active',
    createdAt: 0,
    updatedAt: null,
    revokedAt: null,
    ...more,
  }
  const verified = { key, secretId: 'secret', plan: null, limits, ownerRole: 'owner', projectIds }
  return keyCaller(verified, async (same) => same)
}

export function modelCall(body: unknown, more: Partial<ModelCall> = {}): ModelCall {
  return {
    requestId: 'req_1',
    endpoint: 'chat.completions',
    caller: caller(),
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    accept: undefined,
    openRouter: false,
    endUser: undefined,
    ...more,
  }
}

/** A request that was read, by default a chat for the model `m`. */
export function modelRequest(
  body: object = {},
  more: Partial<ModelCall> = {},
  config = CONFIG,
): ModelRequest {
  const asked =
    more.endpoint === 'responses' ? { input: 'Hi' } : { messages: [{ role: 'user', content: 'Hi' }] }
  return readModelRequest(modelCall({ model: 'm', ...asked, ...body }, more), config, NOW)
}

/** One exchange with a provider that does only what the test says. */
export interface Exchange {
  readonly request: UpstreamRequest
  readonly events: UpstreamEvents
  aborted: boolean
  paused: boolean
  /** False: it waits for a connection. */
  begun: boolean
}

export interface Puppet extends Provider {
  readonly exchanges: Exchange[]
  readonly last: Exchange
}

/** A provider on strings. `onSend` may play the answer at once. */
export function puppet(
  supports: Partial<Provider['supports']> = {},
  onSend: (exchange: Exchange) => void = () => {},
): Puppet {
  const exchanges: Exchange[] = []
  return {
    id: 'puppet',
    supports: { responses: false, streamOptions: true, maxCompletionTokens: true, ...supports },
    exchanges,
    get last() {
      return exchanges.at(-1) as Exchange
    },
    send(request, events): UpstreamCall {
      const exchange: Exchange = { request, events, aborted: false, paused: false, begun: true }
      exchanges.push(exchange)
      queueMicrotask(() => onSend(exchange))
      return {
        get begun() {
          return exchange.begun
        },
        abort: () => {
          exchange.aborted = true
        },
        pause: () => {
          exchange.paused = true
        },
        resume: () => {
          exchange.paused = false
        },
      }
    },
    wasHeard: () => true,
    connect: async () => undefined,
    hideCredentials: (text) => text.replaceAll('sk-upstream', '***'),
    close: async () => {},
  }
}

/** Answers with a status, headers and a body, and ends. */
export function answers(status: number, body: string, contentType = 'application/json') {
  return ({ events }: Exchange): void => {
    events.headers(status, { 'content-type': contentType })
    events.data(Buffer.from(body))
    events.end()
  }
}

export function routeTo(provider: Provider, model = 'upstream-model'): Route {
  return { provider, model, health: new RouteHealth(3, 30_000) }
}

export function modelOf(id: string, routes: readonly Route[], more: Partial<ModelConfig> = {}): Model {
  const config: ModelConfig = {
    id,
    kind: 'chat',
    contextWindow: 1000,
    vision: false,
    routes: routes.map(({ provider }) => ({ provider: provider.id })),
    ...more,
  }
  return { id, kind: config.kind, config, routes }
}

/** A client that writes down what it gets. */
export class RecordingClient implements Client {
  gone = false
  begun = false
  status: number | undefined
  headers: Readonly<Record<string, string>> = {}
  ended = false
  /** False: it reads too slowly. */
  roomy = true
  waits = 0
  readonly chunks: Buffer[] = []
  #left: (() => void)[] = []
  #resume: (() => void)[] = []

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8')
  }

  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.begun = true
    this.status = status
    this.headers = headers
  }

  write(chunk: Buffer): boolean {
    this.chunks.push(chunk)
    return this.roomy
  }

  writable(resume: () => void): void {
    this.waits++
    this.#resume.push(resume)
  }

  /** It has read what there was. */
  drain(): void {
    this.roomy = true
    for (const resume of this.#resume.splice(0)) resume()
  }

  end(chunk?: Buffer): void {
    if (chunk && !this.gone) this.chunks.push(chunk)
    this.ended = true
  }

  onGone(left: () => void): void {
    if (this.gone) left()
    else this.#left.push(left)
  }

  leave(): void {
    this.gone = true
    for (const left of this.#left.splice(0)) left()
  }
}
