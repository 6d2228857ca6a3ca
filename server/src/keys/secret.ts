import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * The text of a key (DESIGN section 4): `<prefix>_` + 36 base62 characters, which are 27 random ones (160 bits), the
 * constant marker `cvg` and 6 of CRC-32 over everything before them.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 27
const MARKER = 'cvg'
const CHECKSUM_LENGTH = 6

/** Finds every Claviger key of every deployment, whatever its prefix, in any text. The checksum weeds out false hits. */
export const KEY_EXPRESSION =
  /(?<![0-9A-Za-z])[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}(?![0-9A-Za-z])/g

const SHAPE = /^[a-z][a-z0-9]{1,15}_[0-9A-Za-z]{27}cvg[0-9A-Za-z]{6}$/

/** 62 × 4: bytes from here on would make some characters likelier than others, so they are thrown away. */
const UNBIASED_BELOW = 248

function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < UNBIASED_BELOW && text.length < length) text += ALPHABET[byte % 62]
    }
  }
  return text
}

function checksum(text: string): string {
  let value = crc32(text)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET[value % 62] + digits
    value = Math.floor(value / 62)
  }
  return digits
}

/** A new key text; `prefix` without the underscore. */
export function makeSecret(prefix: string): string {
  const body = `${prefix}_${randomText(RANDOM_LENGTH)}${MARKER}`
  return body + checksum(body)
}

/** Whether a text has the shape and the checksum of a key: decided without the database, so that junk never reaches it. */
export function isSecret(text: string): boolean {
  // 16 + 1 + 36: longer texts are refused before the expression looks at them.
  if (text.length > 53 || !SHAPE.test(text)) return false
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

/** Every real key in a text, in order. */
export function findSecrets(text: string): string[] {
  return (text.match(KEY_EXPRESSION) ?? []).filter(isSecret)
}

/** What lists show of a key: the prefix alone (`eugpt_…`), or prefix, first and last four. */
export function labelOf(secret: string, style: 'masked' | 'prefix'): string {
  const underscore = secret.indexOf('_')
  const prefix = secret.slice(0, underscore + 1)
  if (style === 'prefix') return `${prefix}…`
  const body = secret.slice(underscore + 1)
  return `${prefix}${body.slice(0, 4)}...${body.slice(-4)}`
}
