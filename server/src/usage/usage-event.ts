import type { Insertable } from 'kysely'
import { DAY_MS } from '../lib/window.ts'
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

/** The UTC day (days since the epoch) to which a time belongs. */
export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS)
}

/** The columns of a row, in the order in which it is packed and written. */
export const USAGE_COLUMNS = [
  'id',
  'started_at',
  'finished_at',
  'organization_id',
  'user_id',
  'key_id',
  'secret_id',
  'project_id',
  'end_user',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'streamed',
  'status',
  'outcome',
  'error_code',
  'cost_basis',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cost_nanos',
  'price_version',
  'attempts',
  'first_byte_ms',
  'held_nanos',
  'overrun_nanos',
  'charges',
  'units',
] as const satisfies readonly (keyof UsageEvent)[]

/** A row as the list of its values, amounts as decimals: as JSON half as long as with its names. */
export type PackedEvent = readonly (string | number | null)[]

const AMOUNTS: ReadonlySet<string> = new Set(['cost_nanos', 'held_nanos', 'overrun_nanos'])

export function packEvent(event: UsageEvent): PackedEvent {
  return USAGE_COLUMNS.map((column) => {
    const value = event[column]
    return typeof value === 'bigint' ? value.toString() : (value ?? null)
  })
}

export function unpackEvent(packed: PackedEvent): UsageEvent {
  const event: Record<string, string | number | bigint | null> = {}
  USAGE_COLUMNS.forEach((column, place) => {
    const value = packed[place] as string | number | null
    event[column] = AMOUNTS.has(column) && value !== null ? BigInt(value) : value
  })
  return event as unknown as UsageEvent
}
