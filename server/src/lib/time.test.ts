import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTime } from './time.ts'

const two = (value: number) => String(value).padStart(2, '0')
const four = (value: number) => String(value).padStart(4, '0')

describe('a time', () => {
  it('is read to the millisecond, in any zone', () => {
    const moment = fc.integer({ min: Date.UTC(0, 0, 2), max: Date.UTC(9998, 11, 30) })
    const minutes = fc.integer({ min: -14 * 60, max: 14 * 60 })
    fc.assert(
      fc.property(moment, minutes, (time, offset) => {
        const local = new Date(time + offset * 60_000).toISOString().slice(0, -1)
        const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
        expect(parseTime(`${local}${zone}`)).toBe(time)
        expect(parseTime(new Date(time).toISOString())).toBe(time)
      }),
    )
  })

  it('exists when its day is in the calendar, and not else', () => {
    const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
    const lengths = (year: number) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    const year = fc.oneof(
      fc.integer({ min: 0, max: 9999 }),
      fc.constantFrom(0, 4, 100, 1900, 2000, 2024, 2026, 2100),
    )
    fc.assert(
      fc.property(
        year,
        fc.integer({ min: 0, max: 13 }),
        fc.integer({ min: 0, max: 32 }),
        (year, month, day) => {
          const exists = month >= 1 && month <= 12 && day >= 1 && day <= (lengths(year)[month - 1] as number)
          const date = `${four(year)}-${two(month)}-${two(day)}`
          expect([date, parseTime(date) !== undefined]).toEqual([date, exists])
          expect(parseTime(`${date}T12:00:00Z`) !== undefined).toBe(exists)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('of a day alone is its midnight in UTC', () => {
    expect(parseTime('2026-03-01')).toBe(Date.UTC(2026, 2, 1))
  })

  it.each([
    ['30 February', '2026-02-30T00:00:00Z'],
    ['30 February, as a date', '2026-02-30'],
    ['the hour 24', '2026-01-01T24:00:00Z'],
    ['a leap second', '2026-06-30T23:59:60Z'],
    ['the minute 60', '2026-01-01T00:60:00Z'],
    ['no zone', '2026-01-01T00:00:00'],
    ['a zone that is nowhere', '2026-01-01T00:00:00+99:99'],
    ['a zone with a minute 60', '2026-01-01T00:00:00+01:60'],
    ['a zone without a colon', '2026-01-01T00:00:00+0100'],
    ['the zone’s name', '2026-01-01T00:00:00 Europe/Berlin'],
    ['no seconds', '2026-01-01T00:00Z'],
    ['a blank in place of the T', '2026-01-01 00:00:00Z'],
    ['a small t and z', '2026-01-01t00:00:00z'],
    ['slashes', '1/2/2026'],
    ['a year alone', '2026'],
    ['a number', '12'],
    ['a negative number', '-1'],
    ['seconds since 1970', '1767225600'],
    ['milliseconds since 1970', '1767225600000'],
    ['microseconds since 1970', '1767225600000000'],
    ['the year 10000', '10000-01-01T00:00:00Z'],
    ['an expanded year', '+275760-09-13T00:00:00Z'],
    ['nothing', ''],
    ['a comma before the fraction', '2026-01-01T00:00:00,5Z'],
    ['ten decimals', '2026-01-01T00:00:00.1234567890Z'],
    ['something behind it', '2026-01-01T00:00:00Z\n'],
    ['other digits', '２０２６-01-01'],
  ])('is not guessed from %s', (_, text) => {
    expect(parseTime(text)).toBeUndefined()
  })

  it('is cut to the millisecond, not refused, when it is finer', () => {
    expect(parseTime('2026-01-01T00:00:00.123999999Z')).toBe(Date.UTC(2026, 0, 1, 0, 0, 0, 123))
    expect(parseTime('2026-01-01T00:00:00.1Z')).toBe(Date.UTC(2026, 0, 1, 0, 0, 0, 100))
  })
})
