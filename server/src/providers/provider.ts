import type { ProviderConfig } from '../config/config.ts'
import type { Generator } from './generation.ts'

/** What is sent to a provider. `path` follows its base URL, e.g. `/chat/completions`. */
export interface UpstreamRequest {
  readonly path: string
  readonly body: Buffer | string
  readonly streamed: boolean
  /** POST if absent; GET has no body. */
  readonly method?: 'GET'
  /** Over those of the provider; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/** How an exchange is told to its owner. After `end` or `error` nothing more is called. */
export interface UpstreamEvents {
  headers(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void
  data(chunk: Buffer): void
  end(): void
  error(error: UpstreamFailure): void
}

export interface UpstreamFailure {
  readonly kind: 'connect' | 'timeout' | 'broken'
  readonly message: string
}

/** One exchange under way. */
export interface UpstreamCall {
  /** Whether a byte of it may be out; false as long as it waits for a connection. */
  readonly begun: boolean
  /** Ends the exchange; its connection is not used again. */
  abort(): void
  pause(): void
  resume(): void
}

/** What a provider knows its caller by. */
export interface ProviderCredential {
  readonly id: string
  readonly name: string
  readonly text: string
}

/** An upstream: by network, or the sandbox. */
export interface Provider {
  readonly id: string
  readonly supports: ProviderConfig['supports']
  send(request: UpstreamRequest, events: UpstreamEvents): UpstreamCall
  /** Whether it answered something of late, so that a request sent now will very probably reach it. */
  wasHeard(): boolean
  /** Sees whether it can be connected to, without sending anything; undefined when it can. */
  connect(): Promise<UpstreamFailure | undefined>
  /** A text of the provider's without our credentials and its address, which some servers repeat in their errors. */
  hideCredentials(text: string): string
  /** Ids of the credentials that it refused of late and that rest therefore; absent where there are none. */
  resting?(): readonly string[]
  /** Absent where it makes no files. */
  readonly generator?: Generator
  close(): Promise<void>
}
