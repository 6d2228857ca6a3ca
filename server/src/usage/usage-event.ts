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
