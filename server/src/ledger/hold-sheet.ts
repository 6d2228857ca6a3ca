import type { Unit } from '../limits/quota.ts'
import type { Share } from './entry.ts'
import type { Beginning } from './lost-event.ts'

/**
 * What one commit holds is one row, a sheet: a row for each request would have to be written and removed again, which
 * costs more than all else about it. A hold of a sheet is open while its request has no usage row; the sheet goes when
 * the last of them is settled.
 */
export interface SheetHold {
  /** The request's id. */
  readonly id: string
  readonly parts: readonly Share[]
  /** What its usage row says if its node dies over it. */
  readonly context: Beginning
}

type Line = readonly [
  id: string,
  parts: readonly (readonly [string, number, Unit, string])[],
  context: Beginning,
]

/**
 * A hold as its sheet keeps it.
 *
 * @param context JSON
 */
export function writeHold(id: string, parts: readonly Share[], context: string): string {
  const shares = parts.map(({ counter, windowStart, unit, amount }) => [
    counter,
    windowStart,
    unit,
    `${amount}`,
  ])
  return `[${JSON.stringify(id)},${JSON.stringify(shares)},${context}]`
}

export function writeSheet(holds: readonly string[]): string {
  return `[${holds.join(',')}]`
}

/** @throws Error when the text is no sheet */
export function readSheet(text: string): SheetHold[] {
  return (JSON.parse(text) as Line[]).map(([id, parts, context]) => ({
    id,
    parts: parts.map(([counter, windowStart, unit, amount]) => {
      return { counter, windowStart, unit, amount: BigInt(amount) }
    }),
    context,
  }))
}
