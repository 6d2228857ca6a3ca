import type { ProviderConfig } from '../../config/config.ts'
import type { ProviderCredential } from '../provider.ts'

/** How long a credential rests after a refusal, unless the provider names a time. */
const REST_MS = 30_000
const REST_MOST_SECONDS = 300

type Headers = Readonly<Record<string, string>>

/** A credential, ready to be sent. */
export interface Ready {
  /** Absent where there is none. */
  readonly id: string | undefined
  readonly streamHeaders: Headers
  readonly jsonHeaders: Headers
  restsUntil: number
}

/** Whether an answer is about the credential and not about the request. */
export function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429
}

/** The headers of every request to the provider under one of its credentials. */
export function requestHeaders(config: ProviderConfig, text: string | undefined): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'claviger',
    ...(text && credentialHeader(config, text)),
    // Header names know no case, the properties of an object do.
    ...Object.fromEntries(
      Object.entries(config.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  }
}

function credentialHeader({ http }: ProviderConfig, text: string): Record<string, string> {
  const { header, prefix } = http?.credential ?? { header: 'authorization', prefix: 'Bearer ' }
  return { [header.toLowerCase()]: prefix + text }
}

/** The credentials of one provider, used in turn; one that was refused rests while there are others. */
export class Credentials {
  readonly #all: readonly Ready[]
  #turn = 0

  constructor(config: ProviderConfig, credentials: readonly ProviderCredential[]) {
    const some = credentials.length > 0 ? credentials : [undefined]
    this.#all = some.map((credential) => {
      const headers = requestHeaders(config, credential?.text)
      return {
        id: credential?.id,
        streamHeaders: { ...headers, accept: 'text/event-stream' },
        jsonHeaders: { ...headers, accept: 'application/json' },
        restsUntil: 0,
      }
    })
  }

  get size(): number {
    return this.#all.length
  }

  /** The next in turn; when all rest, one of those, since a doubtful credential is better than none. */
  next(): Ready {
    if (this.#all.length === 1) return this.#all[0] as Ready
    return this.rested() ?? (this.#all[this.#turn] as Ready)
  }

  /** The next in turn that does not rest. */
  rested(): Ready | undefined {
    const now = performance.now()
    for (let tried = 0; tried < this.#all.length; tried++) {
      const ready = this.#all[this.#turn] as Ready
      this.#turn = (this.#turn + 1) % this.#all.length
      if (ready.restsUntil <= now) return ready
    }
    return undefined
  }

  refused(ready: Ready, retryAfter: string | string[] | undefined): void {
    const seconds = typeof retryAfter === 'string' && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0
    const restMs = seconds > 0 ? Math.min(seconds, REST_MOST_SECONDS) * 1000 : REST_MS
    ready.restsUntil = performance.now() + restMs
  }

  resting(): string[] {
    const now = performance.now()
    return this.#all.flatMap(({ id, restsUntil }) => (id !== undefined && restsUntil > now ? [id] : []))
  }
}
