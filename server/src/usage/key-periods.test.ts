import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../lib/window.ts'
import { periodsOf } from './key-periods.ts'
import { dayOf } from './usage-event.ts'

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / DAY_MS

describe('the periods of a day', () => {
  test('are the UTC day, the Monday at or before it and the first of its month, as the calendar has them', () => {
    const times = fc.date({ min: new Date(0), max: new Date(Date.UTC(2400, 0, 1)), noInvalidDate: true })
    fc.assert(
      fc.property(times, (time) => {
        const monday = new Date(time)
        while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1)
        const text = time.toISOString().slice(0, 10)
        expect(periodsOf(dayOf(time.getTime()))).toEqual({
          day: day(text),
          week: day(monday.toISOString().slice(0, 10)),
          month: day(`${text.slice(0, 7)}-01`),
        })
      }),
    )
  })

  test.each([
    // A Monday, the Sunday before it, month ends, leap days of 2024 and 2000, a year's turn inside a week.
    ['2026-05-18T00:00:00.000Z', '2026-05-18', '2026-05-18', '2026-05-01'],
    ['2026-05-17T23:59:59.999Z', '2026-05-17', '2026-05-11', '2026-05-01'],
    ['2026-02-28T23:59:59.999Z', '2026-02-28', '2026-02-23', '2026-02-01'],
    ['2026-03-01T00:00:00.000Z', '2026-03-01', '2026-02-23', '2026-03-01'],
    ['2024-02-29T12:00:00.000Z', '2024-02-29', '2024-02-26', '2024-02-01'],
    ['2000-02-29T00:00:00.000Z', '2000-02-29', '2000-02-28', '2000-02-01'],
    ['2100-02-28T23:59:59.999Z', '2100-02-28', '2100-02-22', '2100-02-01'],
    ['2027-01-01T00:00:00.000Z', '2027-01-01', '2026-12-28', '2027-01-01'],
    ['1970-01-01T00:00:00.000Z', '1970-01-01', '1969-12-29', '1970-01-01'],
  ])('of %s are %s, %s and %s', (time, today, week, month) => {
    expect(periodsOf(dayOf(Date.parse(time)))).toEqual({
      day: day(today),
      week: day(week),
      month: day(month),
    })
  })
})
