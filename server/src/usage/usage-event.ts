import type { Insertable } from 'kysely'
import { DAY_MS } from '../lib/window.ts'
import type { SqlValue } from '../storage/batch.ts'
import type { UsageEventTable } from '../storage/tables.ts'

/** One request's row. Times in milliseconds, amounts in nano-credits. */
export type UsageEvent = Readonly<Insertable<UsageEventTable>>

/** A use of a secret that is no model request, e.g. a listing of keys. */
export interface Touch {
  readonly secretId: string
  readonly keyId: string
  readonly at: number
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

/** Writes a text once for all rows of a batch; its place stands in their stead. */
export interface Texts {
  placeOf(text: string): number
}

/** A row as the list of its values: amounts as decimals, and of texts that many rows share their places. */
export type PackedEvent = readonly (string | number | null)[]

/** The values of a row, in the order of `USAGE_COLUMNS`. */
export function valuesOf(event: UsageEvent): SqlValue[] {
  return [
    event.id,
    event.started_at,
    event.finished_at,
    event.organization_id,
    event.user_id,
    event.key_id,
    event.secret_id,
    event.project_id ?? null,
    event.end_user ?? null,
    event.endpoint,
    event.model,
    event.provider ?? null,
    event.provider_model ?? null,
    event.streamed,
    event.status,
    event.outcome,
    event.error_code ?? null,
    event.cost_basis,
    event.input_tokens,
    event.cached_tokens,
    event.output_tokens,
    event.reasoning_tokens,
    event.cost_nanos,
    event.price_version ?? null,
    event.attempts,
    event.first_byte_ms ?? null,
    event.held_nanos ?? null,
    event.overrun_nanos ?? null,
    event.charges ?? null,
    event.units,
  ]
}

export function packEvent(event: UsageEvent, texts: Texts): PackedEvent {
  const shared = (text: string | null | undefined) => (text == null ? null : texts.placeOf(text))
  const { held_nanos, overrun_nanos } = event
  return [
    event.id,
    event.started_at,
    event.finished_at,
    shared(event.organization_id),
    shared(event.user_id),
    shared(event.key_id),
    shared(event.secret_id),
    shared(event.project_id),
    event.end_user ?? null,
    shared(event.endpoint),
    shared(event.model),
    shared(event.provider),
    shared(event.provider_model),
    event.streamed,
    event.status,
    shared(event.outcome),
    shared(event.error_code),
    shared(event.cost_basis),
    event.input_tokens,
    event.cached_tokens,
    event.output_tokens,
    event.reasoning_tokens,
    event.cost_nanos.toString(),
    shared(event.price_version),
    event.attempts,
    event.first_byte_ms ?? null,
    held_nanos == null ? null : held_nanos.toString(),
    overrun_nanos == null ? null : overrun_nanos.toString(),
    event.charges ?? null,
    event.units,
  ]
}

export function unpackEvent(packed: PackedEvent, texts: readonly string[]): UsageEvent {
  const text = (place: number) => texts[packed[place] as number] as string
  const textOrNull = (place: number) => (packed[place] === null ? null : text(place))
  const amountOrNull = (place: number) => (packed[place] === null ? null : BigInt(packed[place] as string))
  return {
    id: packed[0] as string,
    started_at: packed[1] as number,
    finished_at: packed[2] as number,
    organization_id: text(3),
    user_id: text(4),
    key_id: text(5),
    secret_id: text(6),
    project_id: textOrNull(7),
    end_user: packed[8] as string | null,
    endpoint: text(9),
    model: text(10),
    provider: textOrNull(11),
    provider_model: textOrNull(12),
    streamed: packed[13] as number,
    status: packed[14] as number,
    outcome: text(15) as UsageEvent['outcome'],
    error_code: textOrNull(16),
    cost_basis: text(17) as UsageEvent['cost_basis'],
    input_tokens: packed[18] as number,
    cached_tokens: packed[19] as number,
    output_tokens: packed[20] as number,
    reasoning_tokens: packed[21] as number,
    cost_nanos: BigInt(packed[22] as string),
    price_version: textOrNull(23),
    attempts: packed[24] as number,
    first_byte_ms: packed[25] as number | null,
    held_nanos: amountOrNull(26),
    overrun_nanos: amountOrNull(27),
    charges: packed[28] as string | null,
    units: packed[29] as number,
  }
}
