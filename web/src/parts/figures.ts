const LANGUAGE = 'en-GB'

/** Two decimals, and more where two would show nothing: 12.50, 0.0042. The text is a decimal of credits. */
export function credits(value: string | number): string {
  // The number says how many digits to show; what is shown is formatted from the text, which no number can hold exactly.
  const amount = Number(value)
  if (amount === 0) return '0.00'
  const size = Math.abs(amount)
  if (size < 0.000001) return amount > 0 ? '<0.000001' : '>-0.000001'
  const shown = (digits: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(LANGUAGE, digits).format(value as Intl.StringNumericLiteral)
  if (size < 0.01) return shown({ maximumSignificantDigits: 2, maximumFractionDigits: 6 })
  return shown({ minimumFractionDigits: 2, maximumFractionDigits: size < 1 ? 4 : 2 })
}

/** 1234567 → 1,234,567. */
export function whole(value: number): string {
  return value.toLocaleString(LANGUAGE, { maximumFractionDigits: 0 })
}

/** 1234567 → 1.2M, for axes and tiles. */
export function short(value: number): string {
  return value.toLocaleString(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 })
}

/** Milliseconds → 840 ms, 1.24 s, 10 min 6 s. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds >= 120) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

/** 0.0345 → 3.5 %. */
export function share(value: number): string {
  return value.toLocaleString(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 })
}

/** An ISO time or milliseconds, in the reader's own zone, which it names: days and quotas are those of UTC. */
export function exactTime(at: string | number): string {
  return new Date(at).toLocaleString(LANGUAGE, { dateStyle: 'medium', timeStyle: 'long' })
}

const STEPS = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const
const RELATIVE = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto', style: 'long' })

/** 5 minutes ago, yesterday, in 3 days. */
export function relativeTime(at: string | number, now: number = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length)
  return step ? RELATIVE.format(Math.round(seconds / step[1]), step[0]) : 'just now'
}

/**
 * An amount as a person types it, without the commas between thousands: 1,250.50 → 1250.50. Any other comma stays, so
 * that the server refuses it: who writes 12,50 does not mean 1250.
 */
export function typedDecimal(text: string): string {
  const typed = text.trim()
  return /^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(typed) ? typed.replaceAll(',', '') : typed
}
