import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AuthEndpoint } from '../auth/endpoints.ts'
import { ADDRESS_HEADER, type AuthScope } from '../auth/scope.ts'
import { AppError } from '../errors.ts'
import { answerText } from './auth-answer.ts'
import {
  checkNewPassword,
  type Fields,
  noteLetter,
  passwordOwner,
  signUpFacts,
  withoutProofs,
} from './auth-proofs.ts'
import { checkTargets } from './auth-targets.ts'
import { clientAddress } from './client-address.ts'
import { inviteBody } from './expect.ts'
import { headerValues } from './headers.ts'
import { refuseForeign } from './origin.ts'
import type { HttpParts } from './parts.ts'
import type { Route } from './route.ts'

const BODY_BYTES = 65_536
const SEGMENT = /^[\w.~-]{1,256}$/
/** What the library is told of a request's headers, besides cookies. */
const PASSED = ['user-agent', 'accept-language']

const ENDING_SESSIONS = ['/revoke-sessions', '/revoke-other-sessions']

const SIGN_IN: AuthEndpoint = { method: 'POST', path: '/sign-in/email', summary: '', session: false }

/**
 * Mounts one endpoint of the sign-in library. What we demand of a request is checked before the library sees it: that
 * it comes from this site, is small and JSON, and names no target elsewhere.
 */
export function mountAuth(
  app: FastifyInstance,
  route: Route,
  endpoint: AuthEndpoint,
  parts: HttpParts,
): void {
  if (!endpoint.outside) {
    mountEndpoint(app, route, endpoint, parts)
    return
  }
  // In a scope of its own, since no other route takes forms.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, text, done) =>
      done(null, formFields(text as string)),
    )
    mountEndpoint(scope, route, endpoint, parts)
  })
}

/** A field that came twice is none: nobody knows which of the two was meant. */
function formFields(text: string): Fields {
  const fields = new URLSearchParams(text)
  return Object.fromEntries([...fields].filter(([name]) => fields.getAll(name).length === 1))
}

function mountEndpoint(app: FastifyInstance, route: Route, endpoint: AuthEndpoint, parts: HttpParts): void {
  app.route({
    method: route.method,
    url: route.path,
    config: { route },
    schema: {},
    bodyLimit: BODY_BYTES,
    onRequest: (request, reply, done) => {
      request.row = route
      try {
        if (!endpoint.outside) refuseForeign(route.method, request.raw.rawHeaders, parts.auth.origins())
      } catch (error) {
        return done(error as Error)
      }
      inviteBody(reply.raw)
      done()
    },
    handler: (request, reply) => {
      answer(endpoint, request, reply, parts).catch((error: unknown) => reply.send(error))
    },
  })
}

async function answer(
  endpoint: AuthEndpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: HttpParts,
): Promise<void> {
  const { auth } = parts
  const body = withoutProofs(sentIn(request))
  const origins = auth.origins()
  checkTargets(request.query as Fields, origins)
  checkTargets(body, origins)
  const { scope, cookies, owner } = await scopeOf(endpoint, request, body, parts)
  if (scope.byPassword) await auth.checkSignUp(scope, String(body.email))
  const ask = (to: AuthEndpoint, fields: Fields): Promise<Response> =>
    auth.handle(
      new Request(addressOf(to, request, auth.origin()), {
        method: to.method,
        headers: headersFor(request, scope, cookies, auth.origin()),
        ...(to.method === 'POST' && { body: JSON.stringify(fields) }),
      }),
      scope,
    )
  const attempt = () => ask(endpoint, body)
  const response = owner === undefined ? await attempt() : await auth.tryPassword(owner, attempt)
  // Whoever ends his sessions elsewhere means the browsers there, which might not be asked for a second factor again.
  if (response.ok && scope.userId && ENDING_SESSIONS.includes(endpoint.path))
    await auth.endTrust(scope.userId)
  // Who came by the link of an invitation has shown what the library would now ask for by mail.
  const signsIn = scope.byPassword && scope.invited !== undefined && response.ok
  const { email, password } = body
  await send(
    signsIn && response.headers.getSetCookie().length === 0
      ? await ask(SIGN_IN, { email, password })
      : response,
    endpoint,
    reply,
  )
}

async function scopeOf(
  endpoint: AuthEndpoint,
  request: FastifyRequest,
  body: Fields,
  parts: HttpParts,
): Promise<{ scope: AuthScope; cookies: string | undefined; owner: string | undefined }> {
  const cookies = endpoint.outside ? [] : headerValues(request.raw.rawHeaders, 'cookie')
  const person = await personOf(
    endpoint,
    cookies,
    organizationOf(endpoint, request.query as Fields, body),
    parts,
  )
  await checkNewPassword(endpoint, body, person, parts)
  const byPassword = endpoint.path === '/sign-up/email'
  const scope: AuthScope = {
    requestId: request.id,
    address: clientAddress(request.raw, parts.config.trustedProxies),
    // Who signs in anew is not who was signed in before.
    userId: endpoint.session ? person?.user.id : undefined,
    byPassword,
    ...(endpoint.path === '/two-factor/verify-totp' && { code: String(body.code) }),
    ...(byPassword && (await signUpFacts(body, sentIn(request), parts))),
  }
  await noteLetter(endpoint, sentIn(request), scope, person, parts)
  // A session that has ended by our clock is none for the library either; signing out removes it.
  const drop = person === undefined && endpoint.path !== '/sign-out'
  const passed = drop ? withoutSession(cookies) : cookies.join('; ') || undefined
  return { scope, cookies: passed, owner: passwordOwner(endpoint, body, person) }
}

function withoutSession(cookies: readonly string[]): string | undefined {
  const kept = cookies
    .flatMap((header) => header.split(';'))
    .filter((pair) => !pair.trimStart().match(/^(__Host-)?claviger\.session_token=/))
  return kept.join(';') || undefined
}

function sentIn({ body }: FastifyRequest): Fields {
  return (body ?? {}) as Fields
}

function headersFor(
  request: FastifyRequest,
  { address }: AuthScope,
  cookies: string | undefined,
  origin: string,
): Headers {
  const headers = new Headers({
    [ADDRESS_HEADER]: address,
    host: new URL(origin).host,
    // Where the request comes from is decided by now; the library would ask for more than a browser always says.
    origin,
    'content-type': 'application/json',
    ...(cookies !== undefined && { cookie: cookies }),
  })
  for (const name of PASSED) {
    const [value] = headerValues(request.raw.rawHeaders, name)
    if (value !== undefined) headers.set(name, value)
  }
  return headers
}

/** Of which the person must be a member: to others it is not there, whatever the library would say of it. */
function organizationOf({ path }: AuthEndpoint, query: Fields, body: Fields): string | undefined {
  if (!path.startsWith('/organization/')) return undefined
  const named = body.organizationId ?? query.organizationId
  return typeof named === 'string' ? named : undefined
}

/** A suspended person is refused where a session is needed, and may sign out, or in as somebody else. */
async function personOf(
  endpoint: AuthEndpoint,
  cookies: readonly string[],
  organizationId: string | undefined,
  { auth }: HttpParts,
) {
  try {
    return await auth.session(cookies, organizationId)
  } catch (error) {
    if (!endpoint.session && error instanceof AppError && error.code === 'user_suspended') return undefined
    throw error
  }
}

/** Put together anew, so that no spelling of the path reaches the library that the route table has not seen. */
function addressOf({ path }: AuthEndpoint, request: FastifyRequest, origin: string): string {
  const params = request.params as Readonly<Record<string, string>>
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name] ?? ''
    if (!SEGMENT.test(value) || /^\.+$/.test(value)) throw new AppError('not_found')
    return value
  })
  const url = new URL(`${origin}/api/auth${filled}`)
  const query = request.url.indexOf('?')
  if (query >= 0) url.search = request.url.slice(query)
  const id = path === '/organization/get-invitation' ? url.searchParams.get('id') : null
  if (id !== null) url.searchParams.set('id', id.split('.', 1)[0] as string)
  return url.href
}

async function send(response: Response, { path }: AuthEndpoint, reply: FastifyReply): Promise<void> {
  const cookies = response.headers.getSetCookie()
  const location = response.headers.get('location')
  const type = response.headers.get('content-type')
  const wait = response.headers.get('x-retry-after')
  if (cookies.length > 0) reply.header('set-cookie', cookies)
  if (location) reply.header('location', location)
  if (wait) reply.header('retry-after', wait)
  if (path === '/sign-out' && response.ok) reply.header('clear-site-data', '"cache"')
  const text = answerText(path, response.status, await response.text())
  void reply
    .code(response.status)
    .headers({ 'cache-control': 'no-store', 'content-type': type ?? 'application/json; charset=utf-8' })
    .serializer((payload: unknown) => payload as string)
    .send(text)
}
