import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PERIODS, type Period, windowEnd, windowStart } from './window.ts'

const iso = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16)
const between = fc.integer({ min: Date.UTC(1999, 0, 1), max: Date.UTC(2401, 0, 1) })
const timed = fc.constantFrom(...PERIODS.filter((period) => period !== 'none'))

/** The same by the letters of the calendar. */
function spelled(period: Period, at: number): string {
  const text = new Date(at).toISOString()
  if (period === 'minute') return text.slice(0, 16)
  if (period === 'day') return `${text.slice(0, 10)}T00:00`
  if (period === 'month') return `${text.slice(0, 7)}-01T00:00`
  let monday = Date.parse(`${text.slice(0, 10)}T00:00:00Z`)
  while (new Date(monday).getUTCDay() !== 1) monday -= 86_400_000
  return new Date(monday).toISOString().slice(0, 16)
}

describe('the window of a period', () => {
  it.each([
    ['minute', '2026-05-20T12:34:59.999Z', '2026-05-20T12:34', '2026-05-20T12:35'],
    ['day', '2026-12-31T23:59:59.999Z', '2026-12-31T00:00', '2027-01-01T00:00'],
    // A Sunday's last moment, a Monday's first, and a week over the turn of the year.
    ['week', '2026-05-24T23:59:59.999Z', '2026-05-18T00:00', '2026-05-25T00:00'],
    ['week', '2026-05-25T00:00:00.000Z', '2026-05-25T00:00', '2026-06-01T00:00'],
    ['week', '2027-01-01T08:00:00.000Z', '2026-12-28T00:00', '2027-01-04T00:00'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00', '2027-01-01T00:00'],
    ['month', '2024-02-29T23:59:59.999Z', '2024-02-01T00:00', '2024-03-01T00:00'],
    ['month', '2100-02-28T23:59:59.999Z', '2100-02-01T00:00', '2100-03-01T00:00'],
    ['day', '2000-02-29T00:00:00.000Z', '2000-02-29T00:00', '2000-03-01T00:00'],
  ] as const)('is the calendar’s in UTC: %s of %s', (period, at, start, end) => {
    expect([iso(windowStart(period, Date.parse(at))), iso(windowEnd(period, Date.parse(at)))]).toEqual([
      start,
      end,
    ])
  })

  it('begins where the calendar says at any time in four centuries', () => {
    fc.assert(
      fc.property(timed, between, (period, at) => {
        expect(iso(windowStart(period, at))).toBe(spelled(period, at))
      }),
    )
  })

  it('has neither gap nor overlap: one ends where the next begins, and every moment lies in one', () => {
    fc.assert(
      fc.property(timed, between, (period, at) => {
        const start = windowStart(period, at)
        const end = windowEnd(period, at) as number
        expect(start <= at && at < end).toBe(true)
        expect(windowStart(period, start)).toBe(start)
        expect(windowStart(period, end - 1)).toBe(start)
        expect(windowStart(period, end)).toBe(end)
      }),
    )
  })

  it('never ends where there is no period', () => {
    expect([windowStart('none', Date.now()), windowEnd('none', Date.now())]).toEqual([0, undefined])
  })
})
