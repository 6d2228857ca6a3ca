import type { operations } from './generated/api.ts'
import { type Paged, paged, pagesByOffset } from './pages.ts'
import { type CallOptions, call, type Transport } from './transport.ts'

type Created = operations['postApiV1Keys']['responses'][201]['content']['application/json']

/** An API key, as it is shown: never its text. */
export type ApiKey = Created['data']
/** What a new key is to be. */
export type NewApiKey = operations['postApiV1Keys']['requestBody']['content']['application/json']
/** What is to change; what is left out stays. */
export type ApiKeyChange = operations['patchApiV1KeysByHash']['requestBody']['content']['application/json']
/** The calling key itself, with its limits and what it may do. */
export type CurrentKey = operations['getApiV1Key']['responses'][200]['content']['application/json']['data']

type ListQuery = Omit<NonNullable<operations['getApiV1Keys']['parameters']['query']>, 'offset'>

/** How many keys the server puts on a page. */
const PAGE_SIZE = 100

export interface Keys {
  /** The organisation's keys, newest first; disabled ones with `include_disabled`. Keys may be changed on the way. */
  list(query?: ListQuery, options?: CallOptions): Paged<ApiKey, ApiKey[]>
  get(hash: string, options?: CallOptions): Promise<ApiKey>
  /**
   * Makes a key. `key` is its text, this once. It is null when the first answer was lost and the server had to answer
   * again: the key is there, nobody has its text; revoke `data.hash` and make another.
   */
  create(key: NewApiKey, options?: CallOptions): Promise<Created>
  update(hash: string, change: ApiKeyChange, options?: CallOptions): Promise<ApiKey>
  /** Revokes a key for good: it is refused from the next request on. */
  revoke(hash: string, options?: CallOptions): Promise<void>
}

export function createKeys(transport: Transport): Keys {
  const { api } = transport
  return {
    list(query = {}, options = {}) {
      const load = (offset: number) =>
        call(transport, { ...options, repeatable: true }, (signal) =>
          api.GET('/api/v1/keys', { params: { query: { ...query, offset } }, signal }),
        ).then(({ data }) => data)
      return paged(
        () => pagesByOffset(load, (key) => key.hash, PAGE_SIZE),
        (page) => page,
      )
    },
    async get(hash, options = {}) {
      const path = { hash: named(hash) }
      const { data } = await call(transport, { ...options, repeatable: true }, (signal) =>
        api.GET('/api/v1/keys/{hash}', { params: { path }, signal }),
      )
      return data
    },
    create(body, options = {}) {
      // The same for every attempt: whatever becomes of the answers, one key is made.
      const headers = { 'idempotency-key': globalThis.crypto.randomUUID() }
      return call(transport, { ...options, repeatable: true }, (signal) =>
        api.POST('/api/v1/keys', { body, headers, signal }),
      )
    },
    async update(hash, body, options = {}) {
      const path = { hash: named(hash) }
      const { data } = await call(transport, { ...options, repeatable: false }, (signal) =>
        api.PATCH('/api/v1/keys/{hash}', { params: { path }, body, signal }),
      )
      return data
    },
    async revoke(hash, options = {}) {
      const path = { hash: named(hash) }
      await call(transport, { ...options, repeatable: false }, (signal) =>
        api.DELETE('/api/v1/keys/{hash}', { params: { path }, signal }),
      )
    },
  }
}

/** The key that makes the calls. */
export function currentKey(transport: Transport): (options?: CallOptions) => Promise<CurrentKey> {
  return async (options = {}) => {
    const { data } = await call(transport, { ...options, repeatable: true }, (signal) =>
      transport.api.GET('/api/v1/key', { signal }),
    )
    return data
  }
}

/** An empty hash would name the list. */
function named(hash: string): string {
  if (hash === '') throw new TypeError('The hash of a key is missing')
  return hash
}
