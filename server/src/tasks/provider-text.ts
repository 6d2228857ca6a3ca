/** Longer ones are no messages and no ids, and would stand in every list. */
const LONGEST = 500

/**
 * A text of a provider as every database can keep it and every client show it: without control characters, well formed
 * and of at most 500 characters. PostgreSQL takes no NUL, and a task whose end it refuses would never end.
 */
export function providerText(text: string): string {
  return text
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, LONGEST)
    .toWellFormed()
}

/** The same for every text among some values. */
export function withProviderTexts<T extends object>(values: T): T {
  const entries = Object.entries(values).map(([name, value]) => {
    return [name, typeof value === 'string' ? providerText(value) : value]
  })
  return Object.fromEntries(entries) as T
}
