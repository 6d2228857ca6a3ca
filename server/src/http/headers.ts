/** Every value of a header, in order; Node's own map silently keeps the first of some that come twice. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const header = rawHeaders[i] as string
    if (header.length === name.length && header.toLowerCase() === name)
      values.push(rawHeaders[i + 1] as string)
  }
  return values
}
