import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { cookiePrefix } from '../../auth/session-cookie.ts'
import type { Config } from '../../config/config.ts'
import { VERSION } from '../../config/version.ts'
import { AppError, CATALOGUE, type ErrorCode, statusOf } from '../../errors.ts'
import { Type } from '../../lib/schema.ts'
import { renderError } from '../render.ts'
import type { Route, SessionNeed, Surface } from '../route.ts'
import { PLUGIN_SCOPE } from '../server.ts'
import { servePages } from './pages.ts'

/** What every route with a key can answer. */
const AUTHENTICATION: readonly ErrorCode[] = [
  'missing_authorization',
  'malformed_authorization',
  'invalid_api_key',
  'key_disabled',
  'key_expired',
  'key_revoked',
  'wrong_environment',
  'duplicate_authorization',
  'credential_in_url',
  'user_suspended',
  'organization_suspended',
  'owner_removed',
  'address_not_allowed',
  'insufficient_permission',
  'store_unavailable',
]

/** What every route with a session can answer. */
const SESSION: readonly ErrorCode[] = [
  'session_required',
  'cross_origin',
  'user_suspended',
  'organization_suspended',
  'role_required',
  'operator_required',
  'store_unavailable',
]

const NEEDS: Readonly<Record<SessionNeed, string>> = {
  any: 'Everyone who is signed in.',
  member: 'By session: members of the organisation named in `x-org-id`; without it, of the person’s own.',
  manager: 'By session: owners and admins of the organisation named in `x-org-id`.',
  owner: 'By session: owners of the organisation named in `x-org-id`.',
  operator: 'By session: administrators of this server.',
}

/** Registers the generator of the OpenAPI document; before the routes, since it listens to their registration. */
export async function describeApi(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: config.brand,
        version: VERSION,
        description: 'API keys, and the AI models behind them. Send `Authorization: Bearer <key>`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearerAuth: {
            type: 'http',
            scheme: 'bearer',
            description: `API key in format: ${config.keys.prefix}_ + 36 characters`,
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: `${cookiePrefix(config.publicUrl ?? '')}.session_token`,
            description: 'The cookie of somebody who is signed in; from pages of this server only',
          },
        },
      },
      ...(config.publicUrl && { servers: [{ url: config.publicUrl }] }),
    },
    transform: ({ schema, url, route }) => {
      const own = (route.config as { route?: Route } | undefined)?.route
      // A path with a star is a second spelling of one that has a name for its end.
      if (!own || url.endsWith('/*')) return { schema: { hide: true }, url }
      return { schema: { ...schema, ...describeRoute(own) } as never, url }
    },
  })
}

/** The page sets styles on its elements; scripts are files of its own. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** The reference page, from files of the package (no other origin, no inline script), and the documents. */
export async function serveDocuments(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(async (scope) => {
    scope.decorate(PLUGIN_SCOPE, true)
    await scope.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: POLICY,
      // Without the bar that offers to load a document from elsewhere.
      uiConfig: { layout: 'BaseLayout', deepLinking: false },
      theme: { title: `${config.brand} API` },
    })
    scope.get('/openapi.json', async (_, reply) =>
      reply.header('cache-control', 'no-cache').send(app.swagger()),
    )
    servePages(scope, config)
  })
}

function describeRoute(route: Route): Record<string, unknown> {
  const { access } = route
  const security = access.open
    ? []
    : [...(takesKeys(route) ? [{ bearerAuth: [] }] : []), ...(access.session ? [{ session: [] }] : [])]
  return {
    tags: [route.tag],
    summary: route.summary,
    description: [route.description, permissionText(route)].filter(Boolean).join('\n\n'),
    operationId: operationId(route),
    ...(security.length > 0 && { security }),
    ...(route.body && { body: route.body }),
    ...(route.query && { querystring: withoutDefaultsRequired(route.query) }),
    response: { ...route.replies, ...errorReplies(route) },
  }
}

/** TypeBox calls a field with a default required, since a checked value has it; a caller may leave it out. */
function withoutDefaultsRequired(query: TSchema): TSchema {
  const { properties = {}, required = [] } = query as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  const demanded = required.filter((name) => !('default' in (properties[name] ?? {})))
  return Type.Unsafe({ ...query, required: demanded })
}

function takesKeys({ access }: Route): boolean {
  return !access.open && (access.key !== undefined || access.session === undefined)
}

function permissionText({ access }: Route): string | undefined {
  if (access.open) return undefined
  const { key, session } = access
  const keys =
    key === undefined ? undefined : key === 'any' ? 'Any API key.' : `Needs the permission \`${key}\`.`
  return [keys, session && NEEDS[session]].filter(Boolean).join(' ')
}

/** `GET /api/v1/keys/{hash}` → `getApiV1KeysByHash`. */
function operationId({ method, path }: Route): string {
  const words = path.split(/[/._-]/).filter(Boolean)
  return (
    method.toLowerCase() +
    words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word))).join('')
  )
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function errorReplies(route: Route): Record<number, TSchema> {
  const codes = [
    ...(takesKeys(route) ? AUTHENTICATION : []),
    ...(!route.access.open && route.access.session ? SESSION : []),
    ...(route.errors ?? []),
    ...(route.body || route.query ? ['validation_failed' as const] : []),
  ]
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const status = statusOf(code, route.surface)
    byStatus.set(status, [...new Set([...(byStatus.get(status) ?? []), code])])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, found]) => [status, errorSchema(route.surface, found)]),
  )
}

function errorSchema(surface: Surface, codes: readonly ErrorCode[]): TSchema {
  const examples = codes.map((code) => renderError(new AppError(code), surface, 'req_01j…', 'Claviger').body)
  const description = codes.map((code) => `\`${code}\`: ${CATALOGUE[code].message}`).join('; ')
  return Type.Unsafe({ type: 'object', description, examples, additionalProperties: true })
}
