import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Type } from '../../lib/schema.ts'
import type { EndpointManager } from '../../webhooks/endpoints.ts'
import { generateOwnSecret, type OwnSecret, ownSecret } from '../../webhooks/own-secret.ts'
import { actorOf } from '../actor.ts'
import { time } from '../api/key-wire.ts'
import { createOnce } from '../create-once.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { Nullable, NullableText, One } from './page.ts'

const Secret = Type.Object({
  secret_created_at: Type.Union([Type.String(), Type.Null()], { description: 'null: none was made' }),
  former_secret_until: NullableText,
})

export const SHOWN_ONCE = Nullable(
  Type.String({ description: 'Shown once; null where an Idempotency-Key is repeated' }),
)

/** How a secret takes the place of another. */
export const RotateBody = Type.Object(
  {
    overlap_hours: Type.Integer({
      minimum: 0,
      maximum: 720,
      default: 24,
      description: 'How long the secret before signs beside the new one',
    }),
  },
  { additionalProperties: false },
)
const SHARED = { surface: 'dashboard', tag: 'Webhooks' } as const
const OWN = '/api/dashboard/webhook-secret'

/** The secret for addresses that the caller's tasks name. */
export function webhookSecretRoutes(deps: Deps): Route[] {
  const own = { ...SHARED, access: { session: 'member' }, path: OWN } as const
  return [
    route({
      ...own,
      method: 'GET',
      summary: 'Whether the caller has a secret for addresses that his tasks name',
      replies: { 200: One(Secret) },
      async run(context) {
        return { body: { data: secretObject(await ownSecret(deps, webhookManager(context))) } }
      },
    }),
    route({
      ...own,
      method: 'POST',
      summary: 'Make that secret, or the next one; the one before signs beside it for a while',
      description:
        'It stands beside `data`, once. It signs what is sent to the `webhook_url` of his tasks. 409 while the one before still signs, except without an overlap. Repeat safely with an `Idempotency-Key` header.',
      body: RotateBody,
      replies: { 201: Type.Object({ data: Secret, secret: SHOWN_ONCE }) },
      errors: ['invalid_request', 'idempotency_mismatch'],
      async run(context) {
        const create = async (deps: Deps) => {
          const made = await generateOwnSecret(deps, webhookManager(context), context.body.overlap_hours)
          return { status: 201, body: { data: secretObject(made), secret: made.secret } }
        }
        return createOnce(deps, context, `POST ${OWN}`, create, ({ status, body }) => ({
          status,
          body: { ...body, secret: null },
        }))
      },
    }),
  ]
}

/** The caller as a manager of webhooks in the organisation that the request names. */
export function webhookManager(context: Context): EndpointManager {
  const { user, organization } = sessionOf(context)
  return { organizationId: organization.id, userId: user.id, audit: actorOf(context) }
}

/** What may be said of a secret. */
export function secretObject({ secretAt, formerUntil }: OwnSecret): Static<typeof Secret> {
  return { secret_created_at: time(secretAt), former_secret_until: time(formerUntil) }
}
