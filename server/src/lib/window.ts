export const PERIODS = ['minute', 'day', 'week', 'month', 'none'] as const
export type Period = (typeof PERIODS)[number]

const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000

/** When the window of a period began in which a time lies: UTC, weeks from Monday. Milliseconds; 0 without a period. */
export function windowStart(period: Period, nowMs: number): number {
  switch (period) {
    case 'none':
      return 0
    case 'minute':
      return Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
    case 'day':
      return Math.floor(nowMs / DAY_MS) * DAY_MS
    case 'week': {
      const day = Math.floor(nowMs / DAY_MS)
      // 1970-01-01 was a Thursday.
      return (day - ((day + 3) % 7)) * DAY_MS
    }
    case 'month': {
      const date = new Date(nowMs)
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
    }
  }
}

/** When the window that a time lies in ends; undefined for a quota without a period. */
export function windowEnd(period: Period, nowMs: number): number | undefined {
  switch (period) {
    case 'none':
      return undefined
    case 'minute':
      return windowStart('minute', nowMs) + MINUTE_MS
    case 'day':
      return windowStart('day', nowMs) + DAY_MS
    case 'week':
      return windowStart('week', nowMs) + 7 * DAY_MS
    case 'month': {
      const date = new Date(nowMs)
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
    }
  }
}
