import type { Auth } from '../../auth/auth.ts'
import { needsFirstAdmin } from '../../auth/first-admin.ts'
import { readInvitation } from '../../auth/invitation-proof.ts'
import { membershipsOf } from '../../auth/memberships.ts'
import { PASSWORD_LEAST } from '../../auth/password.ts'
import { relyingParty } from '../../auth/relying-party.ts'
import { VERSION } from '../../config/version.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import { type Route, route, sessionOf } from '../route.ts'
import { setupRoutes } from './setup.ts'

const SignUp = Type.Enum(['open', 'invitation', 'oidc', 'closed'])
const Providers = Type.Array(Type.Object({ id: Type.String(), name: Type.String() }))
const NullableText = Type.Union([Type.String(), Type.Null()])

const Features = Type.Object({
  emailPassword: Type.Boolean({ description: 'Sign-in by password, and so passwords and second factors' }),
  mail: Type.Boolean({ description: 'Letters reach people; else the operator passes links on' }),
  docs: Type.Boolean({ description: '`/docs` is open' }),
  keysByKey: Type.Boolean({ description: 'Keys may hold `keys:read` and `keys:write`' }),
  balanceOf: Type.Enum(['none', 'organization', 'user'], { description: 'Who has a prepaid balance' }),
})

const Me = Type.Object({
  user: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    operator: Type.Boolean({ description: 'Administers this server' }),
    twoFactor: Type.Boolean(),
  }),
  organizations: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      personal: Type.Boolean(),
      role: Type.Enum(['owner', 'admin', 'member']),
      plan: NullableText,
      status: Type.Enum(['active', 'suspended']),
    }),
    { description: 'The person’s own first' },
  ),
  session: Type.Object({ id: Type.String(), startedAt: Type.String() }),
  brand: Type.String(),
  publicUrl: Type.String(),
  apiBase: Type.String({ description: 'What OpenAI’s clients take as their base URL' }),
  environment: Type.String(),
  version: Type.String(),
  signUp: SignUp,
  oidc: Providers,
  features: Features,
})

const OpenConfig = Type.Object({
  brand: Type.String(),
  version: Type.String(),
  signUp: SignUp,
  emailPassword: Type.Boolean(),
  passkeys: Type.Object({
    state: Type.Enum(['on', 'off', 'needs_name', 'needs_https'], {
      description: 'Whether browsers make passkeys for this server, and if not, what its `publicUrl` lacks',
    }),
    origin: Type.Union([Type.String(), Type.Null()], {
      description: 'The only origin whose pages may ask for one',
    }),
  }),
  oidc: Providers,
  passwordLeast: Type.Integer({ description: 'Characters that a password must have' }),
  mail: Type.Boolean({ description: 'Letters reach people; else the operator passes links on' }),
  setupNeeded: Type.Boolean({ description: 'Nobody can administer this server yet' }),
})

const OpenInvitation = Type.Object({
  id: Type.String({
    description:
      'For `organization/accept-invitation`, from a verified address; the ticket serves every address',
  }),
  email: Type.String(),
  role: NullableText,
  organizationName: Type.String(),
  inviterName: NullableText,
  hasAccount: Type.Boolean({ description: 'Whether the address has an account to sign in to' }),
})

/** Who is signed in, and what the pages before that may know. */
export function meRoutes(deps: Deps, auth: Auth): Route[] {
  return [meRoute(deps, auth), configRoute(deps, auth), invitationRoute(deps), ...setupRoutes(deps, auth)]
}

function meRoute(deps: Deps, auth: Auth): Route {
  const { config } = deps
  return route({
    method: 'GET',
    path: '/api/dashboard/me',
    surface: 'dashboard',
    access: { session: 'any' },
    tag: 'Sign-in',
    summary: 'Who is signed in',
    replies: { 200: Type.Object({ data: Me }) },
    run: async (context) => {
      const { user, sessionId, startedAt } = sessionOf(context)
      return {
        body: {
          data: {
            user,
            organizations: await membershipsOf(deps, user.id),
            session: { id: sessionId, startedAt: new Date(startedAt).toISOString() },
            brand: config.brand,
            publicUrl: auth.origin(),
            apiBase: `${auth.origin()}/v1`,
            environment: config.environment,
            version: VERSION,
            signUp: config.auth.signUp,
            oidc: config.auth.oidc,
            features: {
              emailPassword: config.auth.emailPassword,
              mail: auth.mailer.delivers,
              docs: config.surfaces.docs,
              keysByKey: config.keys.manageByKey,
              balanceOf: config.balance.of,
            },
          },
        },
      }
    },
  })
}

function configRoute(deps: Deps, auth: Auth): Route {
  const { brand, auth: settings } = deps.config
  return route({
    method: 'GET',
    path: '/api/dashboard/open/config',
    surface: 'dashboard',
    access: { open: true },
    tag: 'Sign-in',
    summary: 'What the sign-in page needs to know',
    replies: { 200: Type.Object({ data: OpenConfig }) },
    run: async () => ({
      body: {
        data: {
          brand,
          version: VERSION,
          signUp: settings.signUp,
          emailPassword: settings.emailPassword,
          passkeys: passkeysOf(deps, auth),
          oidc: settings.oidc,
          passwordLeast: PASSWORD_LEAST,
          mail: auth.mailer.delivers,
          setupNeeded: await needsFirstAdmin(deps),
        },
      },
    }),
  })
}

function passkeysOf({ config }: Deps, auth: Auth) {
  const party = relyingParty(config, auth.origins())
  return typeof party === 'string'
    ? { state: party, origin: null }
    : { state: 'on' as const, origin: party.origin }
}

function invitationRoute(deps: Deps): Route {
  return route({
    method: 'GET',
    path: '/api/dashboard/open/invitation',
    surface: 'dashboard',
    access: { open: true },
    tag: 'Sign-in',
    summary: 'The invitation of a link',
    description:
      'By what stands at the end of the link. A sign-up that sends the same text as `invitation` may use its address.',
    query: Type.Object({ ticket: Type.String({ maxLength: 200 }) }),
    replies: { 200: Type.Object({ data: OpenInvitation }) },
    errors: ['not_found'],
    run: async ({ query }) => {
      const invitation = await readInvitation(deps, query.ticket)
      if (!invitation)
        throw new AppError('not_found', {
          message: 'The invitation does not stand any more; ask for a new one',
        })
      return { body: { data: invitation } }
    },
  })
}
