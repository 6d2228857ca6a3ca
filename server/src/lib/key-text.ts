import { crc32 } from 'node:zlib'

/**
 * The text of a key (DESIGN section 4): `<prefix>_` + 36 base62 characters, which are 27 random ones (160 bits), the
 * constant marker `cvg` and 6 of CRC-32 over everything before them.
 */
export const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
export const RANDOM_LENGTH = 27
export const MARKER = 'cvg'
const CHECKSUM_LENGTH = 6

/**
 * Finds every Claviger key of every deployment, whatever its prefix, in any text. The checksum weeds out false hits. It
 * asks for no boundary: a key in a log often stands behind the rest of an escape (`%20cvg_…`, `\ncvg_…`).
 */
export const KEY_EXPRESSION = /[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}/g

const SHAPE = /^[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}$/

/** A prefix of 16, the underscore and 36. */
export const SECRET_LENGTH_MOST = 53
/** A prefix of 2, the underscore and 36. */
const SECRET_LENGTH_LEAST = 39

/** The last characters of a key text, over all that stands before them. */
export function checksum(text: string): string {
  let value = crc32(text)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET[value % 62] + digits
    value = Math.floor(value / 62)
  }
  return digits
}

/** Whether a text has the shape and the checksum of a key: decided without the database, so that junk never reaches it. */
export function isSecret(text: string): boolean {
  // Longer texts are refused before the expression looks at them.
  if (text.length > SECRET_LENGTH_MOST || !SHAPE.test(text)) return false
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** Every real key in a text, in order. */
export function findSecrets(text: string): string[] {
  const expression = new RegExp(KEY_EXPRESSION)
  const found: string[] = []
  for (let hit = expression.exec(text); hit; hit = expression.exec(text)) {
    if (isSecret(hit[0])) found.push(hit[0])
    // A false hit may begin with letters that stood before a real key, or reach into one.
    else expression.lastIndex = hit.index + 1
  }
  return found
}

/** Whether a real key stands anywhere in a text. What lacks the marker, as nearly every text does, costs one look. */
export function holdsSecret(text: string): boolean {
  return text.length >= SECRET_LENGTH_LEAST && text.includes(MARKER) && findSecrets(text).length > 0
}

/** The part of a key that is secret, whatever stands before it. */
const SECRET_PART = /[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}/g

/** The text without what looks like a key: somebody else's error may quote what our caller sent. */
export function maskSecrets(text: string): string {
  return text.replace(SECRET_PART, '[removed]')
}
