const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * Whether a JSON text is nested deeper than `most`. JSON.parse takes any depth, but most that comes after it, and
 * JSON.stringify first, calls itself once per level.
 */
export function isDeeperThan(json: Buffer, most: number): boolean {
  let depth = 0
  let inString = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (inString) {
      if (byte === BACKSLASH) i++
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > most) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}
