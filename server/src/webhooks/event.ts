import type { Deps } from '../deps.ts'

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
export async function enqueueEvent(_deps: Deps, _event: WebhookEvent): Promise<void> {}
