/** What stands where a pointer leads (RFC 6901), with `*` for every item of a list or member of an object. */
export function valuesAt(document: unknown, pointer: string): unknown[] {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown[]>((found, step) => found.flatMap((value) => stepInto(value, step)), [document])
}

/** The one value, where it is a text, a number or a truth. */
export function textAt(document: unknown, pointer: string | undefined): string | undefined {
  if (pointer === undefined) return undefined
  const [value] = valuesAt(document, pointer)
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

function stepInto(value: unknown, step: string): unknown[] {
  if (value === null || typeof value !== 'object') return []
  if (step === '*') return Object.values(value)
  const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
  return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : []
}
