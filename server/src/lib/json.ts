/** More digits than a double keeps, a power of ten that may leave its range, and −0, which it keeps but does not write. */
const LONG = /\d[\d.]{15}/
const GREAT_POWER = /\d[eE][+-]?\d{3}/
const MINUS_ZERO = /(?:^|[[:,\s])-0/

/** Texts without such a number, nearly all of them, are parsed three times as fast. The order is that of the costs. */
function hasUnusualNumber(text: string): boolean {
  return (text.includes('-0') && MINUS_ZERO.test(text)) || GREAT_POWER.test(text) || LONG.test(text)
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

// ECMAScript's JSON.parse source text access (in Node since 21) is not in TypeScript's library yet.
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): unknown
  isRawJSON(value: unknown): boolean
}

/** Any decimal of so many digits comes back from a double as it was, as long as it is not below the normal ones. */
const DIGITS_KEPT = 15
const NORMAL_LEAST = 2.2250738585072014e-308

const keepNumbers: Reviver = (_, value, { source }) =>
  typeof value !== 'number' || source === undefined || isKept(value, source) ? value : rawJSON(source)

/** Whether a double has exactly the value that its source writes. */
function isKept(value: number, source: string): boolean {
  if (String(value) === source) return true
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '')
  if (value === 0) return digits === '' && !Object.is(value, -0)
  return Number.isFinite(value) && Math.abs(value) >= NORMAL_LEAST && digits.length <= DIGITS_KEPT
}

/**
 * JSON.parse whose result, written by JSON.stringify, has every number's value as it was. What a double cannot hold is
 * an opaque object meanwhile, so arithmetic with it is impossible.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return hasUnusualNumber(text) ? JSON.parse(text, keepNumbers as never) : JSON.parse(text)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawJSON(value)
}
