import { randomBytes } from 'node:crypto'
import { ALPHABET, checksum, MARKER, RANDOM_LENGTH } from '../lib/key-text.ts'

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

/** A new key text; `prefix` without the underscore. */
export function makeSecret(prefix: string): string {
  const body = `${prefix}_${randomText(RANDOM_LENGTH)}${MARKER}`
  return body + checksum(body)
}

/** What lists show of a key: the prefix alone (`eugpt_…`), or prefix, first and last four. */
export function labelOf(secret: string, style: 'masked' | 'prefix'): string {
  const underscore = secret.indexOf('_')
  const prefix = secret.slice(0, underscore + 1)
  if (style === 'prefix') return `${prefix}…`
  const body = secret.slice(underscore + 1)
  return `${prefix}${body.slice(0, 4)}...${body.slice(-4)}`
}
