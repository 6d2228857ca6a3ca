const DAY_MS = 86_400_000

export const PERIODS = ['7', '30', '90'] as const

export interface Days {
  /** First UTC day, e.g. 2026-01-31. */
  readonly from: string
  /** Last UTC day, included. */
  readonly to: string
}

/** The last `count` UTC days, today included. */
export function lastDays(count: number, now: number = Date.now()): Days {
  return { from: dayText(now - (count - 1) * DAY_MS), to: dayText(now) }
}

/** As many days, just before. */
export function daysBefore({ from }: Days, count: number): Days {
  const first = Date.parse(from)
  return { from: dayText(first - count * DAY_MS), to: dayText(first - DAY_MS) }
}

export function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** 2026-01-31 → 31 Jan, for an axis. */
export function shortDay(day: string): string {
  return new Date(day).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
}

/** How much more or less, as a part of what was: 0.12, -0.05; undefined when one is not known or there was nothing. */
export function changeOf(
  now: number | null | undefined,
  before: number | null | undefined,
): number | undefined {
  if (now === null || now === undefined || !before) return undefined
  return (now - before) / before
}
