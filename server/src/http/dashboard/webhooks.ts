import type { Static } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Type } from '../../lib/schema.ts'
import {
  createEndpoint,
  deleteEndpoint,
  type Endpoint,
  getEndpoint,
  listEndpoints,
  rotateEndpoint,
  testEndpoint,
  updateEndpoint,
} from '../../webhooks/endpoints.ts'
import { EVENTS } from '../../webhooks/event.ts'
import { time } from '../api/key-wire.ts'
import { createOnce } from '../create-once.ts'
import { type Route, route } from '../route.ts'
import { Done, Id, Nullable, NullableText, One } from './page.ts'
import { RotateBody, SHOWN_ONCE, secretObject, webhookManager } from './webhook-secret.ts'

const Event = Type.Enum([...EVENTS])

const EndpointObject = Type.Object({
  id: Type.String(),
  url: Type.String(),
  description: NullableText,
  events: Type.Array(Event, { description: 'Empty: all' }),
  active: Type.Boolean(),
  disabled_reason: NullableText,
  failing_since: Type.Union([Type.String(), Type.Null()], {
    description: 'Since when every delivery has failed',
  }),
  secret_created_at: NullableText,
  former_secret_until: Type.Union([Type.String(), Type.Null()], {
    description: 'Until when the secret before signs, too',
  }),
  created_at: Type.String(),
  updated_at: NullableText,
})

const WithSecret = Type.Object({ data: EndpointObject, secret: SHOWN_ONCE })

const FIELDS = {
  url: Type.String({ minLength: 1, maxLength: 2048 }),
  events: Type.Optional(Type.Array(Event, { maxItems: EVENTS.length, description: 'Empty: all' })),
  description: Type.Optional(Nullable(Type.String({ maxLength: 200 }))),
}
const CreateBody = Type.Object(FIELDS, { additionalProperties: false })
const PatchBody = Type.Object(
  { ...FIELDS, url: Type.Optional(FIELDS.url), active: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
)
const IdParams = Type.Object({ id: Id })

const SHARED = { surface: 'dashboard', tag: 'Webhooks' } as const
const MANAGED = { ...SHARED, access: { session: 'manager' } } as const
const PLACE = '/api/dashboard/webhooks'

/** Addresses that an organisation's events are sent to. */
export function webhookRoutes(deps: Deps): Route[] {
  return [listRoute(deps), createRoute(deps), ...singleRoutes(deps), ...secretRoutes(deps)]
}

function listRoute(deps: Deps): Route {
  return route({
    ...MANAGED,
    method: 'GET',
    path: PLACE,
    summary: 'List webhook endpoints, newest first',
    replies: { 200: Type.Object({ data: Type.Array(EndpointObject) }) },
    async run(context) {
      return { body: { data: (await listEndpoints(deps, webhookManager(context))).map(endpointObject) } }
    },
  })
}

function createRoute(deps: Deps): Route {
  return route({
    ...MANAGED,
    method: 'POST',
    path: PLACE,
    summary: 'Create a webhook endpoint',
    description:
      'The secret that signs its deliveries stands beside `data`, once. Repeat safely with an `Idempotency-Key` header.',
    body: CreateBody,
    replies: { 201: WithSecret },
    errors: ['validation_failed', 'invalid_request', 'idempotency_mismatch'],
    async run(context) {
      const { url, events = [], description = null } = context.body
      const create = async (deps: Deps) => {
        const made = await createEndpoint(deps, webhookManager(context), { url, events, description })
        return { status: 201, body: { data: endpointObject(made.endpoint), secret: made.secret } }
      }
      return createOnce(deps, context, `POST ${PLACE}`, create, ({ status, body }) => ({
        status,
        body: { ...body, secret: null },
      }))
    },
  })
}

function singleRoutes(deps: Deps): Route[] {
  const one = { ...MANAGED, path: `${PLACE}/:id`, params: IdParams } as const
  return [
    route({
      ...one,
      method: 'GET',
      summary: 'Get a webhook endpoint',
      replies: { 200: One(EndpointObject) },
      errors: ['not_found'],
      async run(context) {
        const endpoint = await getEndpoint(deps, webhookManager(context), context.params.id)
        return { body: { data: endpointObject(endpoint) } }
      },
    }),
    route({
      ...one,
      method: 'PATCH',
      summary: 'Change, disable or enable a webhook endpoint',
      body: PatchBody,
      replies: { 200: One(EndpointObject) },
      errors: ['not_found', 'validation_failed', 'invalid_request'],
      async run(context) {
        const endpoint = await updateEndpoint(deps, webhookManager(context), context.params.id, context.body)
        return { body: { data: endpointObject(endpoint) } }
      },
    }),
    route({
      ...one,
      method: 'DELETE',
      summary: 'Delete a webhook endpoint; what waits for it is given up',
      replies: { 200: Done },
      errors: ['not_found'],
      async run(context) {
        await deleteEndpoint(deps, webhookManager(context), context.params.id)
        return { body: { data: { success: true } } }
      },
    }),
  ]
}

function secretRoutes(deps: Deps): Route[] {
  return [
    route({
      ...MANAGED,
      method: 'POST',
      path: `${PLACE}/:id/rotate`,
      summary: 'Make a new secret; the one before signs beside it for a while',
      description: '409 while the one before still signs, except without an overlap.',
      params: IdParams,
      body: RotateBody,
      replies: { 200: WithSecret },
      errors: ['not_found', 'invalid_request'],
      async run(context) {
        const { overlap_hours: hours } = context.body
        const made = await rotateEndpoint(deps, webhookManager(context), context.params.id, hours)
        return { body: { data: endpointObject(made.endpoint), secret: made.secret } }
      },
    }),
    route({
      ...MANAGED,
      method: 'POST',
      path: `${PLACE}/:id/test`,
      summary: 'Send the event `webhook.test` to an endpoint',
      params: IdParams,
      replies: { 202: One(Type.Object({ delivery_id: Type.String() })) },
      errors: ['not_found'],
      async run(context) {
        const delivery_id = await testEndpoint(deps, webhookManager(context), context.params.id)
        return { status: 202, body: { data: { delivery_id } } }
      },
    }),
  ]
}

function endpointObject(endpoint: Endpoint): Static<typeof EndpointObject> {
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description,
    events: [...endpoint.events],
    active: endpoint.state === 'active',
    disabled_reason: endpoint.disabledReason,
    failing_since: time(endpoint.failingSince),
    ...secretObject(endpoint),
    created_at: new Date(endpoint.createdAt).toISOString(),
    updated_at: time(endpoint.updatedAt),
  }
}
