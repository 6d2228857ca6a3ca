const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/

/**
 * An RFC 3339 time (or a date, which is its UTC midnight) in milliseconds since the epoch. Undefined for anything else:
 * `Date` itself takes 30 February for 2 March, and a time without a zone for a local one.
 */
export function parseTime(text: string): number | undefined {
  const match = ISO.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', , zone = 'Z'] = match
  const time = Date.parse(text)
  if (Number.isNaN(time) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (zone !== 'Z' && (Number(zone.slice(1, 3)) > 14 || Number(zone.slice(4)) > 59)) return undefined
  const midnight = new Date(0)
  // Not `Date.UTC`, which takes the years 0 to 99 for 1900 to 1999.
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const real = midnight.getUTCMonth() === Number(month) - 1 && midnight.getUTCDate() === Number(day)
  return real ? time : undefined
}
