export type Position = readonly (string | number)[]

/** Where a page ended, as text for a client to hand back. It is no secret and proves nothing. */
export function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/**
 * The position that a client handed back; undefined when the text is none of that shape.
 *
 * @param shape the type of each of its parts
 */
export function readCursor(
  text: string,
  shape: readonly ('string' | 'number')[],
): (string | number)[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (!Array.isArray(parts) || parts.length !== shape.length) return undefined
    return parts.every((part, index) => isPart(part, shape[index]))
      ? (parts as (string | number)[])
      : undefined
  } catch {
    return undefined
  }
}

function isPart(part: unknown, type: 'string' | 'number' | undefined): boolean {
  if (typeof part !== type) return false
  // PostgreSQL stores neither NUL nor half a character, and has no integer beyond these.
  return typeof part === 'string' ? part.isWellFormed() && !part.includes('\0') : Number.isSafeInteger(part)
}
