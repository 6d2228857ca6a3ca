import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import { betterAuth } from 'better-auth/minimal'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { welcomeLetter } from '../mail/letters.ts'
import { Mailer } from '../mail/mail.ts'
import { noteFailure, requireFewFailures } from './failed-sign-ins.ts'
import { authOptions, PASSWORD_LEAST, PASSWORD_MOST } from './options.ts'
import { requireSignUpAllowed } from './row-rules.ts'
import { type AuthScope, withScope } from './scope.ts'
import { readSessionToken } from './session-cookie.ts'
import { authenticateSession } from './sessions.ts'
import type { SignedIn } from './signed-in.ts'

const WELCOME_MS = 86_400_000

type Library = ReturnType<typeof openLibrary>

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
  /** The library's own functions, for what no endpoint does. */
  library(): Library
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
  signIn(email: string, attempt: () => Promise<Response>): Promise<Response>
  /**
   * Sends somebody for whom an account was made the link by which he sets his password; it works for a day.
   *
   * @returns the link where no mail server is configured, for whoever made the account to pass on
   */
  welcome(user: { readonly id: string; readonly email: string }): Promise<string | undefined>
  close(): Promise<void>
}

function openLibrary(deps: Deps, mailer: Mailer, origin: string, origins: readonly string[]) {
  return betterAuth(authOptions(deps, mailer, origin, origins))
}

/** Opens the sign-in over our database handle. With a `publicUrl` it is ready; else `begin` makes it so. */
export function openAuth(deps: Deps): Auth {
  const { config, secrets, log } = deps
  const mailer = new Mailer(config, log)
  let opened: { origin: string; origins: readonly string[]; library: Library } | undefined
  const begin = (url: string): void => {
    const { origin } = new URL(config.publicUrl ?? url)
    if (opened?.origin === origin) return
    const origins = config.publicUrl ? [origin] : loopbackNames(origin)
    opened = { origin, origins, library: openLibrary(deps, mailer, origin, origins) }
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
    library: () => ready().library,
    session: async (cookies, organizationId) => {
      const token = readSessionToken(cookies, ready().origin, secrets.sessionSecret)
      return token === undefined ? undefined : authenticateSession(deps, token, organizationId)
    },
    hasSessionCookie: (cookies) => cookies.some((header) => header.includes('claviger.session_token=')),
    signIn: async (email, attempt) => {
      await requireFewFailures(deps, email)
      const response = await attempt()
      if (response.status === 401) await noteFailure(deps, email)
      return response
    },
    handle: async (request, scope) => {
      const { library } = ready()
      const response = await withScope(scope, () => library.handler(request))
      // The library turns what it does not know into answers of its own; a database that is away is not one of them.
      if (response.status >= 500 || (response.status === 422 && scope.failure !== undefined))
        throw scope.failure ?? new Error(`the sign-in library answered ${response.status}`)
      return response
    },
    checkSignUp: (scope, email) => withScope(scope, () => requireSignUpAllowed(deps, email)),
    welcome: (user) => sendWelcome(deps, mailer, ready(), user),
    close: () => mailer.close(),
  }
}

/** Keeps a token as the library's own request for a new password does, so that its endpoint takes it. */
async function sendWelcome(
  { config }: Deps,
  mailer: Mailer,
  { library, origin }: { readonly library: Library; readonly origin: string },
  { id, email }: { readonly id: string; readonly email: string },
): Promise<string | undefined> {
  const token = randomBytes(24).toString('base64url')
  const { internalAdapter } = await library.$context
  await internalAdapter.createVerificationValue({
    identifier: `reset-password:${token}`,
    value: id,
    expiresAt: new Date(Date.now() + WELCOME_MS),
  })
  const link = `${origin}/reset-password?token=${token}`
  if (!mailer.delivers) return link
  mailer.send(welcomeLetter(config.brand, email, link))
  return undefined
}

/** The digest of a new password, or undefined for one of a length that is refused anyway. */
export async function digestPassword(password: unknown): Promise<AuthScope['digest']> {
  if (typeof password !== 'string') return undefined
  if (password.length < PASSWORD_LEAST || password.length > PASSWORD_MOST) return undefined
  return { password, hash: await hashPassword(password) }
}

/** Somebody at the machine calls it by any of its names. */
function loopbackNames(origin: string): readonly string[] {
  const { protocol, hostname, port } = new URL(origin)
  const names = ['localhost', '127.0.0.1', '[::1]']
  if (!names.includes(hostname)) return [origin]
  return names.map((name) => new URL(`${protocol}//${name}:${port}`).origin)
}
