import type { Auth } from '../auth/auth.ts'
import type { OpenInvitation } from '../auth/invitation-proof.ts'
import type { SignedIn } from '../auth/signed-in.ts'
import type { Config } from '../config/config.ts'
import type { AppError } from '../errors.ts'
import type { VerifiedKey } from '../keys/known-secret.ts'
import type { KeyVerifier } from '../keys/verify.ts'
import type { Log } from '../lib/log.ts'
import type { Route } from './route.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The row of the matched route; `routeOptions` builds an object at every look. */
    row: Route | undefined
    verified: VerifiedKey | undefined
    signedIn: SignedIn | undefined
    raised: AppError | undefined
  }
  interface FastifyContextConfig {
    route?: Route
  }
}

/** What the HTTP server is built from. */
export interface HttpParts {
  readonly config: Config
  readonly log: Log
  readonly verifier: KeyVerifier
  readonly auth: Auth
  /** The invitation of a ticket, while it stands. */
  readonly invitation: (ticket: string) => Promise<OpenInvitation | undefined>
  /** Whether an unknown error says that the database cannot be asked. */
  readonly isStoreFailure: (error: unknown) => boolean
  /** Notes the use of a secret that leaves no usage row. */
  readonly touched: (key: VerifiedKey) => void
  readonly observed: (route: string, status: number, milliseconds: number) => void
}
