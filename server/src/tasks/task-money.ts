import type { Hold } from '../ledger/entry.ts'
import { larger, smaller } from '../lib/bigints.ts'
import type { Unit } from '../limits/quota.ts'
import type { TaskPrice } from '../providers/generation-model.ts'
import type { TaskInput, TaskRow } from './task.ts'

type Line = readonly [counter: string, windowStart: number, unit: Unit, amount: string]

/** What a task holds, as its row keeps it; null where no quota applied. */
export function writeHold(hold: Pick<Hold, 'parts'> | undefined): string | null {
  if (!hold) return null
  return JSON.stringify(
    hold.parts.map(
      ({ counter, windowStart, unit, amount }): Line => [counter, windowStart, unit, `${amount}`],
    ),
  )
}

/** The hold of a task, which stands on a sheet of the task's own name. */
export function readHold({ id, hold }: Pick<TaskRow, 'id' | 'hold'>): Hold | undefined {
  if (hold === null) return undefined
  const parts = (JSON.parse(hold) as Line[]).map(([counter, windowStart, unit, amount]) => {
    return { counter, windowStart, unit, amount: BigInt(amount) }
  })
  return { id, sheet: id, parts }
}

/** The price at which a task was let in, as its row keeps it. */
export function writePrice(price: TaskPrice | undefined): string {
  return price
    ? JSON.stringify({ ...price, greatest: `${price.greatest}`, each: `${price.each}` })
    : JSON.stringify(null)
}

export function readPrice({ price }: Pick<TaskRow, 'price'>): TaskPrice | undefined {
  const read = JSON.parse(price) as (TaskPrice & { readonly greatest: string; readonly each: string }) | null
  return read ? { ...read, greatest: BigInt(read.greatest), each: BigInt(read.each) } : undefined
}

/** What so many outputs or seconds cost, in nano-credits: never more than the task was let in for and holds. */
export function chargeFor(
  price: TaskPrice | undefined,
  units: number,
  { held_nanos }: Pick<TaskRow, 'held_nanos'>,
): bigint {
  if (!price) return 0n
  const charge = larger(0n, smaller(price.each * BigInt(units), price.greatest))
  return held_nanos === null ? charge : smaller(charge, held_nanos)
}

/**
 * How much was made, in what the price counts: files, or whole seconds of all of them; never more than was asked for. A
 * file whose length nobody knows is as long as was asked for.
 */
export function unitsOf(
  price: TaskPrice | undefined,
  files: readonly { readonly durationMs: number | null }[],
  { outputs, durationSeconds = 0 }: Pick<TaskInput, 'outputs' | 'durationSeconds'>,
): number {
  const made = files.slice(0, outputs)
  if (price?.unit !== 'second') return made.length
  const seconds = made.map(({ durationMs }) => {
    if (durationMs === null || !Number.isFinite(durationMs)) return durationSeconds
    return Math.min(durationSeconds, Math.max(0, Math.ceil(durationMs / 1000)))
  })
  return seconds.reduce((sum, each) => sum + each, 0)
}
