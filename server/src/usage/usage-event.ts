import type { Insertable } from 'kysely'
import type { UsageEventTable } from '../storage/tables.ts'

/** One request's row. Times in milliseconds, amounts in nano-credits. */
export type UsageEvent = Readonly<Insertable<UsageEventTable>>

/** A use of a secret that is no model request, e.g. a listing of keys. */
export interface Touch {
  readonly secretId: string
  readonly keyId: string
  readonly at: number
}

export interface UsageBatch {
  readonly events: readonly UsageEvent[]
  readonly touches: readonly Touch[]
}

export const DAY_MS = 86_400_000

/** The UTC day (days since the epoch) to which a time belongs. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS)
}

/** A row as the list of its values, amounts as decimals: as JSON half as long as with its names. */
export type PackedEvent = readonly unknown[]

export function packEvent(event: UsageEvent): PackedEvent {
  return [
    event.id,
    event.started_at,
    event.finished_at,
    event.organization_id,
    event.user_id,
    event.key_id,
    event.secret_id,
    event.project_id,
    event.end_user,
    event.endpoint,
    event.model,
    event.provider,
    event.provider_model,
    event.streamed,
    event.status,
    event.outcome,
    event.error_code,
    event.cost_basis,
    event.input_tokens,
    event.cached_tokens,
    event.output_tokens,
    event.reasoning_tokens,
    event.cost_nanos.toString(),
    event.price_version,
    event.attempts,
    event.first_byte_ms,
    event.held_nanos?.toString() ?? null,
    event.overrun_nanos?.toString() ?? null,
    event.charges,
  ]
}

export function unpackEvent(packed: PackedEvent): UsageEvent {
  const [
    id,
    started_at,
    finished_at,
    organization_id,
    user_id,
    key_id,
    secret_id,
    project_id,
    end_user,
    endpoint,
    model,
    provider,
    provider_model,
    streamed,
    status,
    outcome,
    error_code,
    cost_basis,
    input_tokens,
    cached_tokens,
    output_tokens,
    reasoning_tokens,
    cost_nanos,
    price_version,
    attempts,
    first_byte_ms,
    held_nanos,
    overrun_nanos,
    charges,
  ] = packed as UsageEvent[keyof UsageEvent][]
  return {
    id,
    started_at,
    finished_at,
    organization_id,
    user_id,
    key_id,
    secret_id,
    project_id,
    end_user,
    endpoint,
    model,
    provider,
    provider_model,
    streamed,
    status,
    outcome,
    error_code,
    cost_basis,
    input_tokens,
    cached_tokens,
    output_tokens,
    reasoning_tokens,
    cost_nanos: BigInt(cost_nanos as unknown as string),
    price_version,
    attempts,
    first_byte_ms,
    held_nanos: amountOf(held_nanos),
    overrun_nanos: amountOf(overrun_nanos),
    charges,
  } as UsageEvent
}

function amountOf(text: unknown): bigint | null {
  return text === null ? null : BigInt(text as string)
}
