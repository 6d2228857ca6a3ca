import type { Deps } from '../deps.ts'
import { orderedId } from '../lib/ids.ts'
import { insertDeliveries, type NewDelivery, subscribedEndpoints } from './deliveries.store.ts'
import { wakeSender } from './due.ts'

export const EVENTS = [
  'task.completed',
  'task.failed',
  'key.created',
  'key.revoked',
  'key.expiring',
  'budget.threshold',
  'balance.low',
] as const

export type EventName = (typeof EVENTS)[number]

/** Something that happened, for those who asked to be told. */
export interface WebhookEvent {
  readonly event: EventName
  readonly organizationId: string
  /** Whose task or key it is. */
  readonly userId: string
  /** The id of the task, key or counter. */
  readonly subjectId: string
  /** The body's own fields beside `event`, `type`, `timestamp`: thin, without secrets, JSON values only. */
  readonly data: Readonly<Record<string, unknown>>
  /** An address that the task named for itself. */
  readonly url?: string
}

/**
 * Puts an event into the outbox, in the transaction of what happened: one delivery for each active endpoint of the
 * organisation that wants it, and one for the address that a task named.
 */
export async function enqueueEvent(deps: Deps, event: WebhookEvent): Promise<void> {
  if (!deps.db.isTransaction) throw new Error('An event belongs into the transaction of what happened')
  const endpoints = await subscribedEndpoints(deps.db, event.organizationId)
  const wanting = endpoints.filter(({ events }) => wants(events, event.event))
  const deliveries = wanting.map(({ id, url }) => deliveryOf(deps, event, url, id))
  if (event.url !== undefined) deliveries.push(deliveryOf(deps, event, event.url, null))
  if (deliveries.length === 0) return
  await insertDeliveries(deps.db, deliveries)
  deps.afterCommit(() =>
    wakeSender(
      deps.store,
      deliveries.map(({ destination }) => destination),
    ),
  )
}

/** Whether a list of events as it is stored holds one; an empty list holds all. */
export function wants(events: string, event: EventName): boolean {
  const wanted = JSON.parse(events) as EventName[]
  return wanted.length === 0 || wanted.includes(event)
}

/** A delivery that is due at once. */
export function deliveryOf(
  deps: Pick<Deps, 'now'>,
  event: Omit<WebhookEvent, 'event'> & { readonly event: string },
  url: string,
  endpointId: string | null,
): NewDelivery {
  const now = deps.now()
  const timestamp = Math.floor(now / 1000)
  return {
    id: orderedId('msg_', now),
    organization_id: event.organizationId,
    user_id: event.userId,
    endpoint_id: endpointId,
    destination:
      endpointId === null
        ? `${event.organizationId} ${event.userId} ${new URL(url).host}`
        : endpointDestination(event.organizationId, endpointId),
    url,
    event: event.event,
    subject_id: event.subjectId,
    payload: JSON.stringify({ event: event.event, type: event.event, ...event.data, timestamp }),
    state: 'pending',
    next_at: now,
    created_at: now,
  }
}

/** The organisation stands first in every destination: its deliveries are counted together. */
export function endpointDestination(organizationId: string, endpointId: string): string {
  return `${organizationId} ${endpointId}`
}

/** Whose destination it is. */
export function organizationOf(destination: string): string {
  return destination.slice(0, destination.indexOf(' '))
}
