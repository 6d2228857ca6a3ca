import type { Static } from 'typebox'
import { managesOrganization } from '../../accounts/roles.ts'
import type { Deps } from '../../deps.ts'
import { Type } from '../../lib/schema.ts'
import {
  type AttemptRow,
  type DeliveryRow,
  type DeliveryScope,
  getDelivery,
  listDeliveries,
  redeliver,
} from '../../webhooks/delivery-log.ts'
import { actorOf } from '../actor.ts'
import { time } from '../api/key-wire.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { afterOf, Id, Nullable, NullableText, One, PAGE_SIZE, Page, pageOf } from './page.ts'

const Status = Nullable(Type.Integer({ description: 'The receiver’s' }))

const Delivery = Type.Object({
  id: Type.String({ description: '`webhook-id` of every attempt' }),
  endpoint_id: Type.Union([Type.String(), Type.Null()], {
    description: 'null: an address that a task named',
  }),
  url: Type.String(),
  event: Type.String(),
  subject_id: Type.String({ description: 'The task, key or counter that it is about' }),
  state: Type.Enum(['pending', 'delivered', 'failed']),
  attempts: Type.Integer(),
  next_attempt_at: NullableText,
  last_status: Status,
  last_error: NullableText,
  created_at: Type.String(),
  ended_at: NullableText,
})

const Attempt = Type.Object({
  attempt: Type.Integer(),
  at: Type.String(),
  duration_ms: Type.Integer(),
  status: Status,
  error: NullableText,
  response: Type.Union([Type.String(), Type.Null()], {
    description: 'The first 1024 characters of the answer',
  }),
})

const Detail = Type.Object({
  ...Delivery.properties,
  payload: Type.Record(Type.String(), Type.Unknown()),
  attempt_log: Type.Array(Attempt, { description: 'The newest 50, newest first' }),
})

const ListQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 500, description: '`next` of the page before' })),
  endpoint: Type.Optional(Id),
  state: Type.Optional(Type.Enum(['pending', 'delivered', 'failed'])),
  event: Type.Optional(Type.String({ maxLength: 40 })),
  subject: Type.Optional(Id),
})
const IdParams = Type.Object({ id: Id })

const PLACE = '/api/dashboard/webhook-deliveries'
const SHARED = { surface: 'dashboard', tag: 'Webhooks', access: { session: 'member' } } as const
const WHOSE =
  'Owners and admins see those of the organisation, members those to the addresses that their own tasks named.'

/** The log of webhook deliveries. */
export function webhookDeliveryRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: PLACE,
      summary: 'List webhook deliveries, newest first, 50 a page',
      description: WHOSE,
      query: ListQuery,
      replies: { 200: Page(Delivery) },
      errors: ['invalid_request'],
      async run(context) {
        const { endpoint, state, event, subject } = context.query
        const rows = await listDeliveries(deps, {
          ...scopeOf(context),
          ...(endpoint !== undefined && { endpointId: endpoint }),
          ...(state !== undefined && { state }),
          ...(event !== undefined && { event }),
          ...(subject !== undefined && { subjectId: subject }),
          ...afterOf<readonly [number, string]>(context.query, 'number', 'string'),
          limit: PAGE_SIZE + 1,
        })
        return { body: pageOf(rows, (row) => [row.created_at, row.id], deliveryObject) }
      },
    }),
    ...singleRoutes(deps),
  ]
}

function singleRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      method: 'GET',
      path: `${PLACE}/:id`,
      summary: 'Get a webhook delivery with its body and attempts',
      description: WHOSE,
      params: IdParams,
      replies: { 200: One(Detail) },
      errors: ['not_found'],
      async run(context) {
        const { delivery, attempts } = await getDelivery(deps, scopeOf(context), context.params.id)
        const payload = JSON.parse(delivery.payload)
        const data = { ...deliveryObject(delivery), payload, attempt_log: attempts.map(attemptObject) }
        return { body: { data } }
      },
    }),
    route({
      ...SHARED,
      method: 'POST',
      path: `${PLACE}/:id/redeliver`,
      summary: 'Send a webhook delivery again, under the same id',
      description: WHOSE,
      params: IdParams,
      replies: { 202: One(Delivery) },
      errors: ['not_found'],
      async run(context) {
        const row = await redeliver(deps, scopeOf(context), actorOf(context), context.params.id)
        return { status: 202, body: { data: deliveryObject(row) } }
      },
    }),
  ]
}

function scopeOf(context: Context): DeliveryScope {
  const { user, organization } = sessionOf(context)
  const seesAll = managesOrganization(organization.role)
  return { organizationId: organization.id, ...(!seesAll && { ownerId: user.id }) }
}

function deliveryObject(row: DeliveryRow): Static<typeof Delivery> {
  return {
    id: row.id,
    endpoint_id: row.endpoint_id,
    url: row.url,
    event: row.event,
    subject_id: row.subject_id,
    state: row.state,
    attempts: row.attempts,
    next_attempt_at: row.state === 'pending' ? time(row.next_at) : null,
    last_status: row.last_status,
    last_error: row.last_error,
    created_at: new Date(row.created_at).toISOString(),
    ended_at: time(row.ended_at),
  }
}

function attemptObject({ attempt, at, duration_ms, status, error, response }: AttemptRow) {
  return { attempt, at: new Date(at).toISOString(), duration_ms, status, error, response }
}
