import { randomBytes } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { welcomeLetter } from '../mail/letters.ts'
import { Mailer } from '../mail/mail.ts'
import { tryPassword } from './failed-sign-ins.ts'
import type { Library } from './library.ts'
import { requireSignUpAllowed } from './row-rules.ts'
import { type AuthScope, withScope } from './scope.ts'
import { readSessionToken } from './session-cookie.ts'
import { authenticateSession } from './sessions.ts'
import type { SignedIn } from './signed-in.ts'
import { endTrust } from './trust.ts'
import { markEmailVerified } from './verified-email.ts'

const WELCOME_MS = 86_400_000
const RESET_MS = 3_600_000
/** What the library's names of tokens for new passwords begin with. */
const RESET = 'reset-password:'
/** What the library answers where it does not know whose fault it was. */
const BLAMES_CLIENT = new Set([400, 422])

/** Signing in: sessions, and the library behind `/api/auth`. Made once per process by `openAuth`. */
export interface Auth {
  readonly mailer: Mailer
  /**
   * Says where the server is reached; with port 0 that is known only when it listens. Cookies, links and what counts as
   * this site come from it.
   *
   * @param url `http(s)://host:port`
   */
  begin(url: string): void
  /** The public origin. */
  origin(): string
  /** All origins that stand for this server: the public one, and the names of the loopback where no `publicUrl` is set. */
  origins(): readonly string[]
  /** The library, for what no endpoint does. It is loaded when it is first asked for. @throws what loading it threw */
  library(): Promise<Library>
  /** Loads the library while nobody asks for it, so that the first who does need not wait. */
  prepare(): Promise<void>
  /**
   * The person behind the cookies of a request.
   *
   * @throws AppError `session_required` (the cookie came twice), `user_suspended`, `not_found`
   */
  session(cookies: readonly string[], organizationId: string | undefined): Promise<SignedIn | undefined>
  /** Whether the cookies hold a session's token, good or not. */
  hasSessionCookie(cookies: readonly string[]): boolean
  /** Lets the library answer a request, audited in the name of `scope`. @throws what the database threw meanwhile */
  handle(request: Request, scope: AuthScope): Promise<Response>
  /** Whether the request may make an account, said before the library, which would feign success. @throws AppError */
  checkSignUp(scope: AuthScope, email: string): Promise<void>
  /** Tries a password, unless too many were wrong for the address of late. @throws AppError `rate_limit_exceeded` */
  tryPassword(email: string, attempt: () => Promise<Response>): Promise<Response>
  /**
   * Sends somebody for whom an account was made the link by which he sets his password; it works for a day.
   *
   * @returns the link where no mail server is configured, for whoever made the account to pass on
   */
  welcome(user: { readonly id: string; readonly email: string }): Promise<string | undefined>
  /** Notes that the link of an invitation, which only the letter holds, has shown whose the address is. */
  arrivedByLetter(scope: AuthScope, userId: string): Promise<void>
  /** Lets no browser skip the second factor any more, and no link that is under way set a password. */
  endTrust(userId: string): Promise<void>
  /** The address of whom a link to set a new password was made for. */
  addressOfReset(token: string): Promise<string | undefined>
  close(): Promise<void>
}

interface Opened {
  readonly origin: string
  readonly origins: readonly string[]
  library(): Promise<Library>
}

/** A module stops everything else while it is loaded with all that it needs; between these, others are served. */
async function loadInPieces(): Promise<void> {
  const pieces = [
    () => import('jose'),
    () => import('better-auth/crypto'),
    () => import('better-auth/oauth2'),
    () => import('better-auth/api'),
    () => import('@better-auth/passkey'),
  ]
  for (const load of pieces) {
    await load()
    await new Promise(setImmediate)
  }
}

/**
 * Opens the sign-in over our database handle. With a `publicUrl` it is ready; else `begin` makes it so.
 *
 * @param isStoreFailure tells a database that could not be asked from a question that was wrong
 */
export function openAuth(deps: Deps, isStoreFailure: (error: unknown) => boolean): Auth {
  const { config, secrets, log } = deps
  const mailer = new Mailer(config, log)
  let opened: Opened | undefined
  const begin = (url: string): void => {
    const { origin } = new URL(config.publicUrl ?? url)
    if (opened?.origin === origin) return
    const origins = config.publicUrl ? [origin] : loopbackNames(origin)
    let library: Promise<Library> | undefined
    const link = (userId: string) => passwordLink(ready(), userId, RESET_MS)
    const load = async () => (await import('./library.ts')).openLibrary(deps, mailer, origin, origins, link)
    opened = {
      origin,
      origins,
      // It is a fifth of a start, and most processes answer other requests first.
      library: () => {
        // One that failed is tried again by the next who asks.
        library ??= load().catch((error) => {
          library = undefined
          throw error
        })
        return library
      },
    }
  }
  if (config.publicUrl) begin(config.publicUrl)
  const ready = () => {
    if (!opened) throw new AppError('shutting_down', { message: 'The server is not ready yet; retry' })
    return opened
  }
  return {
    mailer,
    begin,
    origin: () => ready().origin,
    origins: () => ready().origins,
    library: async () => ready().library(),
    prepare: async () => {
      await loadInPieces()
      await (await ready().library()).$context
    },
    session: async (cookies, organizationId) => {
      const token = readSessionToken(cookies, ready().origin, secrets.sessionSecret)
      return token === undefined ? undefined : authenticateSession(deps, token, organizationId)
    },
    hasSessionCookie: (cookies) => cookies.some((header) => header.includes('claviger.session_token=')),
    tryPassword: (email, attempt) => tryPassword(deps, email, attempt),
    handle: async (request, scope) => {
      const library = await ready().library()
      const response = await withScope(scope, () => library.handler(request))
      if (scope.failure === undefined && (await isBadRegistration(response))) return BAD_REGISTRATION()
      // The library turns what it does not know into answers of its own; neither our refusals nor a database that is
      // away is one of them.
      const isOurs = scope.failure instanceof AppError || isStoreFailure(scope.failure)
      if (response.status >= 500 || (BLAMES_CLIENT.has(response.status) && isOurs))
        throw scope.failure ?? new Error(`the sign-in library answered ${response.status}`)
      return response
    },
    checkSignUp: async (scope, email) => {
      await withScope(scope, () => requireSignUpAllowed(deps, email))
    },
    arrivedByLetter: (scope, userId) => withScope(scope, () => markEmailVerified(deps, userId)),
    endTrust: (userId) => endTrust(deps, userId),
    addressOfReset: (token) => addressOfReset(ready(), token),
    welcome: (user) => sendWelcome(deps, mailer, ready(), user),
    close: () => mailer.close(),
  }
}

/** The library takes it for a fault of its own when a passkey that a client registers does not hold. */
async function isBadRegistration(response: Response): Promise<boolean> {
  if (response.status !== 500) return false
  const { code } = (await response.clone().json()) as { code?: unknown }
  return code === 'FAILED_TO_VERIFY_REGISTRATION'
}

const BAD_REGISTRATION = () =>
  Response.json(
    { code: 'invalid_request', message: 'The passkey could not be verified; try to add it once more' },
    { status: 400 },
  )

/** Keeps a token as the library's own request for a new password does, so that its endpoint takes it. */
async function passwordLink({ library, origin }: Opened, userId: string, forMs: number): Promise<string> {
  const token = randomBytes(24).toString('base64url')
  const { internalAdapter } = await (await library()).$context
  await internalAdapter.createVerificationValue({
    identifier: `${RESET}${token}`,
    value: userId,
    expiresAt: new Date(Date.now() + forMs),
  })
  return `${origin}/reset-password?token=${token}`
}

async function addressOfReset({ library }: Opened, token: string): Promise<string | undefined> {
  const { internalAdapter } = await (await library()).$context
  const row = await internalAdapter.findVerificationValue(`${RESET}${token}`)
  return row ? (await internalAdapter.findUserById(row.value))?.email : undefined
}

async function sendWelcome(
  { config }: Deps,
  mailer: Mailer,
  opened: Opened,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<string | undefined> {
  const link = await passwordLink(opened, id, WELCOME_MS)
  if (!mailer.delivers) return link
  mailer.send(welcomeLetter(config.brand, email, link))
  return undefined
}

/** Somebody at the machine calls it by any of its names. */
function loopbackNames(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin)
  const names = ['localhost', '127.0.0.1', '[::1]']
  if (!names.includes(hostname)) return [origin]
  return names.map((name) => new URL(`${protocol}//${name}:${port}`).origin)
}
