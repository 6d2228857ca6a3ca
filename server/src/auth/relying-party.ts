import { isIP } from 'node:net'
import type { Config } from '../config/config.ts'

/** Whom a passkey is made for, and is good for nowhere else (WebAuthn Level 3 §5.1.2: the effective domain). */
export interface RelyingParty {
  readonly id: string
  /** The only one whose pages may ask for a passkey. */
  readonly origin: string
}

/** Why nobody can use a passkey here: browsers know them for names alone, and only over TLS or on the own machine. */
export type NoPasskeys = 'off' | 'needs_name' | 'needs_https'

/** Whether the configuration wants passkeys. They are a way in beside the password, so not where a provider is the only one. */
export function wantsPasskeys({ auth }: Config): boolean {
  return auth.passkeys && auth.emailPassword
}

/**
 * The first of the server's origins at which browsers make passkeys.
 *
 * @param origins the public origin, and those that stand for it; never what a request says
 */
export function relyingParty(config: Config, origins: readonly string[]): RelyingParty | NoPasskeys {
  if (!wantsPasskeys(config)) return 'off'
  const named = origins.map((origin) => new URL(origin)).filter(({ hostname }) => !isAddress(hostname))
  if (named.length === 0) return 'needs_name'
  const found = named.find(({ protocol, hostname }) => protocol === 'https:' || isOwnMachine(hostname))
  return found ? { id: found.hostname, origin: found.origin } : 'needs_https'
}

function isAddress(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}

function isOwnMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost')
}
