import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditActor } from '../audit/audit.ts'

/** The header in which we tell the library the client's address; what a client sends under this name is dropped. */
export const ADDRESS_HEADER = 'x-claviger-address'

/** What is known of the request that the sign-in library is serving; it calls us back without saying whose it is. */
export interface AuthScope {
  readonly requestId: string
  readonly address: string
  /** The person who is signed in, where somebody is. */
  readonly userId?: string | undefined
  /** A sign-up with a password; else whoever comes, comes through a provider. */
  readonly byPassword: boolean
  /** The address of an invitation whose link this request holds: whoever has it can read that mailbox. */
  readonly invited?: string | undefined
  /** A password's digest, computed before the transaction that stores it. */
  readonly digest?: { readonly password: string; readonly hash: string } | undefined
  /** The code of an authenticator that this request holds. */
  readonly code?: string | undefined
  /** The digest that the password of this request was right for, until it changes it. */
  shown?: string | undefined
  /** What the adapter met, since the library answers some of it with a text of its own. */
  failure?: unknown
}

const scopes = new AsyncLocalStorage<AuthScope>()

export function withScope<T>(scope: AuthScope, work: () => Promise<T>): Promise<T> {
  return scopes.run(scope, work)
}

export function currentScope(): AuthScope | undefined {
  return scopes.getStore()
}

/** Who does it: the person who is signed in, else the one whose row it is. */
export function currentActor(ownerId: string | null): AuditActor {
  const scope = scopes.getStore()
  if (!scope) return { kind: 'operator', id: null, way: 'cli' }
  const { requestId, address, userId } = scope
  return { kind: 'user', id: userId ?? ownerId, way: 'session', requestId, address }
}
