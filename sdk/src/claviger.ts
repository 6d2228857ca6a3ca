import { type CurrentKey, createKeys, currentKey, type Keys } from './keys.ts'
import { createModelCalls, type ModelCalls } from './models.ts'
import { type CallOptions, createTransport, type TransportOptions } from './transport.ts'
import { createUsage, type Usage } from './usage.ts'

export { ClavigerError } from './error.ts'
export type { ApiKey, ApiKeyChange, CurrentKey, Keys, NewApiKey } from './keys.ts'
export type {
  ChatChunk,
  ChatCompletion,
  ChatMessage,
  ChatRequest,
  Embeddings,
  EmbeddingsRequest,
  Model,
  ModelCalls,
  ModelResponse,
  ResponseEvent,
  ResponseRequest,
} from './models.ts'
export type { Paged } from './pages.ts'
export type { CallOptions } from './transport.ts'
export type { Usage, UsageItem, UsagePage, UsageSum } from './usage.ts'

export interface ClavigerOptions extends TransportOptions {
  /** Where the server is, e.g. `https://ai.example.com`. A base URL for OpenAI clients, with `/v1`, does as well. */
  readonly baseUrl: string
  readonly apiKey: string
  /** How often a call that is safe to repeat is repeated: 2 if absent, 0 for never. */
  readonly maxRetries?: number | undefined
  /** Milliseconds for an attempt: if absent 60 000, and 600 000 for model requests. */
  readonly timeoutMs?: number | undefined
  /** In place of the platform's `fetch`, e.g. one with a proxy. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined
}

export interface Claviger extends ModelCalls {
  readonly keys: Keys
  /** `key.current()` describes the key that makes the calls. */
  readonly key: { current(options?: CallOptions): Promise<CurrentKey> }
  readonly usage: Usage
}

/**
 * A client of a Claviger server, for Node and browsers. Every call may throw a `ClavigerError`.
 *
 * Repeated on a failed connection, 408, 429 and 5xx is what can do no harm twice: every read, and the making of a key,
 * which carries an Idempotency-Key of its own. `Retry-After` up to a minute and `x-should-retry` are kept to.
 *
 * ```ts
 * const claviger = createClaviger({ baseUrl: 'http://127.0.0.1:8787', apiKey })
 * for await (const key of claviger.keys.list()) console.log(key.name)
 * ```
 */
export function createClaviger(options: ClavigerOptions): Claviger {
  const transport = createTransport(options)
  return {
    keys: createKeys(transport),
    key: { current: currentKey(transport) },
    usage: createUsage(transport),
    ...createModelCalls(transport),
  }
}
