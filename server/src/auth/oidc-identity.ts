import type { JWTPayload } from 'jose'
import type { OidcConfig } from '../config/config.ts'
import { currentScope } from './scope.ts'

/** Who a provider says has come, verified. */
export interface Identity {
  readonly provider: OidcConfig
  readonly subject: string
  /** The person's session at the provider, where it names one. */
  readonly sid: string | undefined
  readonly claims: JWTPayload
  /** Of the access token, where it can be read. */
  readonly accessClaims: JWTPayload | undefined
}

/** The session at a provider that a request leaves. */
export interface Leaving {
  readonly provider: string
  readonly sid: string | null
}

/** Runs what the library must not answer for: it would make a fault of its own of a database that is away. */
export async function noting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const scope = currentScope()
    if (scope) scope.failure ??= error
    throw error
  }
}

const identities = new WeakMap<object, Identity>()
const leavings = new WeakMap<object, Leaving>()

/** Keeps for the rest of the request what the library has no place for. @returns false outside of a request */
export function keepIdentity(identity: Identity): boolean {
  const scope = currentScope()
  if (scope) identities.set(scope, identity)
  return scope !== undefined
}

/** Who has come through a provider in this request. */
export function currentIdentity(): Identity | undefined {
  const scope = currentScope()
  return scope && identities.get(scope)
}

export function keepLeaving(leaving: Leaving): void {
  const scope = currentScope()
  if (scope) leavings.set(scope, leaving)
}

export function currentLeaving(): Leaving | undefined {
  const scope = currentScope()
  return scope && leavings.get(scope)
}
