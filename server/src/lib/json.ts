/** More digits than a double keeps: such a number would leave changed if the body were parsed and written again. */
const LONG_NUMBER = /[\d.]{16,}/

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

// ECMAScript's JSON.parse source text access (in Node since 21) is not in TypeScript's library yet.
const rawJSON = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

const keepLongNumbers: Reviver = (_, value, context) =>
  typeof value === 'number' && context.source !== undefined && String(value) !== context.source
    ? rawJSON(context.source)
    : value

/**
 * JSON.parse whose result, written by JSON.stringify, has every number as it was.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  return LONG_NUMBER.test(text) ? JSON.parse(text, keepLongNumbers as never) : JSON.parse(text)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
