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

/**
 * A batch as one text, for the way to the database thread, with amounts as decimals. The structured clone of the same
 * rows takes twice as long, which every request would pay.
 */
export function packBatch({ events, touches }: UsageBatch): string {
  const rows = events.map((event) => ({ ...event, cost_nanos: event.cost_nanos.toString() }))
  return JSON.stringify({ events: rows, touches })
}

export function unpackBatch(packed: string): UsageBatch {
  const batch = JSON.parse(packed) as UsageBatch
  for (const event of batch.events as unknown as { cost_nanos: bigint }[])
    event.cost_nanos = BigInt(event.cost_nanos)
  return batch
}
