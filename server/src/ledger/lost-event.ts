import type { UsageEvent } from '../usage/usage-event.ts'
import type { Hold, Share } from './entry.ts'

/** What is known of a request before it is sent. */
export type Beginning = Pick<
  UsageEvent,
  | 'started_at'
  | 'organization_id'
  | 'user_id'
  | 'key_id'
  | 'secret_id'
  | 'project_id'
  | 'end_user'
  | 'endpoint'
  | 'model'
  | 'streamed'
  | 'price_version'
>

/** Without the time, so that it is the same text for all requests of one kind. */
export function writeBeginning({ started_at: _, ...beginning }: Beginning): string {
  return JSON.stringify(beginning)
}

/** The most credits that any quota held for the request; null where none counted credits. */
export function heldNanos({ parts }: Pick<Hold, 'parts'>): bigint | null {
  let most: bigint | null = null
  for (const { unit, amount } of parts)
    if (unit === 'credits' && (most === null || amount > most)) most = amount
  return most
}

/**
 * The usage row of a request whose node died over it. What may have been sent costs what was held, tokens unknown; an
 * operator may refund it. What was never sent costs nothing.
 *
 * @param now milliseconds; when it was found
 */
export function lostEvent(
  hold: { readonly id: string; readonly parts: readonly Share[]; readonly context: Beginning },
  charged: boolean,
  now: number,
): UsageEvent {
  const held = heldNanos(hold)
  return {
    id: hold.id,
    finished_at: now,
    provider: null,
    provider_model: null,
    status: 500,
    outcome: 'failed',
    error_code: 'node_lost',
    cost_basis: charged ? 'held' : 'none',
    input_tokens: 0,
    cached_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    cost_nanos: charged ? (held ?? 0n) : 0n,
    attempts: charged ? 1 : 0,
    first_byte_ms: null,
    held_nanos: held,
    overrun_nanos: null,
    charges: null,
    units: 0,
    ...hold.context,
  }
}
