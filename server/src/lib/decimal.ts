/** Nano-units in one unit: amounts are integers of 10⁻⁹ credit (DESIGN: no floating point between wire and database). */
const NANOS = 1_000_000_000n

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/

/**
 * Parses a decimal text ("0.15", "12", "1e-7") into nano-units. Returns undefined when the text is no decimal number or
 * has digits below the ninth place: an amount is never rounded on the way in.
 */
export function parseNanos(text: string): bigint | undefined {
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const scale = 9 + Number(exponent) - fraction.length
  const digits = BigInt(whole + fraction)
  if (scale > 40) return undefined
  let nanos: bigint
  if (scale >= 0) nanos = digits * 10n ** BigInt(scale)
  else {
    const divisor = 10n ** BigInt(-scale)
    if (digits % divisor !== 0n) return undefined
    nanos = digits / divisor
  }
  return sign === '-' ? -nanos : nanos
}

/** Nano-units as the shortest decimal text: 1500000000n → "1.5". */
export function formatNanos(nanos: bigint, minimumDecimals = 0): string {
  const negative = nanos < 0n
  const absolute = negative ? -nanos : nanos
  const fraction = (absolute % NANOS).toString().padStart(9, '0')
  const kept = fraction.replace(/0+$/, '').padEnd(minimumDecimals, '0')
  const whole = (absolute / NANOS).toString()
  return `${negative ? '-' : ''}${whole}${kept === '' ? '' : `.${kept}`}`
}

/** Nano-units as a JSON number. From 2²³ units on (8.4 million) a number loses the ninth decimal; only the wire uses it. */
export function nanosToNumber(nanos: bigint): number {
  return Number(formatNanos(nanos))
}

/** A JSON number as nano-units, exactly as JavaScript prints it; undefined when it is not finite or finer than 10⁻⁹. */
export function numberToNanos(value: number): bigint | undefined {
  return Number.isFinite(value) ? parseNanos(String(value)) : undefined
}
