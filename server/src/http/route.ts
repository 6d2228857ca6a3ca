import type { Static, TSchema } from 'typebox'
import type { AuthEndpoint } from '../auth/endpoints.ts'
import type { SignedIn } from '../auth/signed-in.ts'
import type { Permission } from '../config/config.ts'
import type { ErrorCode } from '../errors.ts'
import type { Client } from '../gateway/client.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'

/**
 * How errors look and who the callers are: `openai` under /v1, `envelope` the `{data,error}` of /v1/usage and its kin,
 * `router` under /api/v1, `dashboard` under /api/dashboard, `auth` under /api/auth (with the sign-in library's own two
 * fields, for its client), `system` health, metrics and documents.
 */
export type Surface = 'openai' | 'envelope' | 'router' | 'dashboard' | 'auth' | 'system'

/** Who may call a route (DESIGN section 3). Every route has one; without it the server does not start. */
export type Access =
  | { readonly open: true }
  | {
      readonly open?: false
      /** `any`: every good key; a permission: keys that hold it; absent: no key at all. */
      readonly key?: 'any' | Permission
      /** Absent: no session at all. */
      readonly session?: SessionNeed
    }

/**
 * What a person must be to call a route by session: signed in; a member, or an owner or admin, or an owner of the
 * organisation that the request names; an administrator of this server.
 */
export type SessionNeed = 'any' | 'member' | 'manager' | 'owner' | 'operator'

export interface Context<B = unknown, Q = unknown, P = unknown> {
  readonly requestId: string
  readonly address: string
  /** The verified key; absent on open routes. */
  readonly key: VerifiedKey | undefined
  /** The person who is signed in, where the route takes sessions and no key came. */
  readonly session: SignedIn | undefined
  readonly body: B
  readonly query: Q
  readonly params: P
  readonly header: (name: string) => string | undefined
  /** Of a route of bytes, which writes its answer itself. */
  readonly client: Client | undefined
}

export interface Reply {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
}

export interface RouteSpec<B extends TSchema, Q extends TSchema, P extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly surface: Surface
  readonly access: Access
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly body?: B
  readonly query?: Q
  readonly params?: P
  /** Schemas of the good answers by status. Fields that a schema does not list are not sent. */
  readonly replies: Readonly<Record<number, TSchema>>
  /** Errors beyond those of authentication and validation. */
  readonly errors?: readonly ErrorCode[]
  /** A route of bytes: it parses its body itself, writes its answer itself, and its schemas are documentation. */
  readonly rawBody?: boolean
  /** An endpoint of the sign-in library, which checks the request and writes the answer (`auth-door.ts`). */
  readonly signIn?: AuthEndpoint
  /** Returns nothing when it has answered through the client. */
  run(context: Context<Static<B>, Static<Q>, Static<P>>): Promise<Reply | undefined>
}

export type Route = RouteSpec<TSchema, TSchema, TSchema>

/** One definition gives checks, types, the right needed, statuses and OpenAPI. */
export function route<B extends TSchema = TSchema, Q extends TSchema = TSchema, P extends TSchema = TSchema>(
  spec: RouteSpec<B, Q, P>,
): Route {
  return spec as unknown as Route
}

/** The client of a route of bytes. */
export function clientOf(context: Pick<Context, 'client'>): Client {
  if (!context.client) throw new Error('The route does not write its answer itself')
  return context.client
}

/** The body of a route of bytes. */
export function bytesOf(context: { readonly body: unknown }): Buffer {
  if (!Buffer.isBuffer(context.body)) throw new Error('The route does not keep its body as bytes')
  return context.body
}

/** The key of a route that asks for one. */
export function keyOf(context: { readonly key: VerifiedKey | undefined }): VerifiedKey {
  if (!context.key) throw new Error('The route asks for no key')
  return context.key
}

/** The person of a route that takes sessions only. */
export function sessionOf(context: { readonly session: SignedIn | undefined }): SignedIn {
  if (!context.session) throw new Error('The route asks for no session')
  return context.session
}
