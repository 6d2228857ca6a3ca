import { createHash, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/**
 * Key texts made after the published description alone, without the product's code, so that a test shows that whoever
 * reads the documentation can find and check keys.
 */
const { alphabet: BASE62, expression } = (
  JSON.parse(
    readFileSync(new URL('../../../docs/reference/authentication.json', import.meta.url), 'utf8'),
  ) as { format: { alphabet: string; expression: string } }
).format

/** The published expression. */
const PUBLISHED_EXPRESSION = new RegExp(expression, 'g')

/** CRC-32 of everything before it, in six base62 digits. */
function checksumOf(text: string): string {
  let value = BigInt(crc32(text))
  let digits = ''
  while (digits.length < 6) {
    digits = BASE62[Number(value % 62n)] + digits
    value /= 62n
  }
  return digits
}

/** Every key in a text, by the published expression and the checksum; letters before a key are not of it. */
export function keysIn(text: string): string[] {
  const found: string[] = []
  const expression = new RegExp(PUBLISHED_EXPRESSION)
  for (let hit = expression.exec(text); hit; hit = expression.exec(text)) {
    const [key] = hit
    if (checksumOf(key.slice(0, -6)) === key.slice(-6)) found.push(key)
    else expression.lastIndex = hit.index + 1
  }
  return found
}

/** A key as the product could have made it, that nobody issued. */
export function inventKey(prefix: string): string {
  let body = `${prefix}_`
  for (let i = 0; i < 27; i++) body += BASE62[randomInt(62)]
  return `${body}cvg${checksumOf(`${body}cvg`)}`
}

/** Every piece of twelve characters of a key's random part: what must be nowhere. */
export function piecesOf(key: string): string[] {
  const random = key.slice(key.indexOf('_') + 1, -9)
  return Array.from({ length: random.length - 11 }, (_, index) => random.slice(index, index + 12))
}

/** The ways in which a good key is spoilt, by the names of docs/reference/authentication.json. */
export function spoiltKeys(key: string): Record<string, string> {
  const underscore = key.indexOf('_')
  const prefix = key.slice(0, underscore)
  const body = key.slice(underscore + 1)
  const put = (at: number, text: string) => `${key.slice(0, at)}${text}${key.slice(at + 1)}`
  const inside = underscore + 5
  return {
    sha256: createHash('sha256').update(key).digest('hex'),
    base64: Buffer.from(key).toString('base64'),
    basic: Buffer.from(`${key}:`).toString('base64'),
    percent: key.replace('_', '%5F'),
    badChecksum: put(key.length - 1, next(key.at(-1) as string)),
    badRandom: put(inside, next(key[inside] as string)),
    badMarker: withChecksum(`${key.slice(0, -9)}cvh`),
    otherPrefix: inventKey('sk'),
    upperPrefix: withChecksum(`${prefix.toUpperCase()}_${body.slice(0, -6)}`),
    noPrefix: body,
    prefixOnly: `${prefix}_`,
    short: key.slice(0, -1),
    long: `${key}0`,
    upper: key.toUpperCase(),
    lower: key.toLowerCase() === key ? key.toUpperCase() : key.toLowerCase(),
    lookalike: lookalike(key, underscore + 1),
    fullwidth: put(inside, String.fromCharCode(key.charCodeAt(inside) + 0xfee0)),
    cyrillic: put(inside, '\u0430'),
    zeroWidth: `${key.slice(0, inside)}\u200b${key.slice(inside)}`,
    bom: `\ufeff${key}`,
    padded8: key + 'a'.repeat(8000),
  }
}

function withChecksum(text: string): string {
  return text + checksumOf(text)
}

function next(character: string): string {
  return BASE62[(BASE62.indexOf(character) + 1) % 62] as string
}

const LOOKALIKES: Readonly<Record<string, string>> = {
  0: 'O',
  O: '0',
  1: 'l',
  l: '1',
  I: 'l',
  5: 'S',
  S: '5',
  8: 'B',
  B: '8',
  2: 'Z',
  Z: '2',
  o: '0',
  g: '9',
  9: 'g',
}

/** One look-alike, or the next character where the random part happens to have none. */
function lookalike(key: string, from: number): string {
  for (let i = from; i < from + 27; i++) {
    const other = LOOKALIKES[key[i] as string]
    if (other) return key.slice(0, i) + other + key.slice(i + 1)
  }
  return key.slice(0, from) + next(key[from] as string) + key.slice(from + 1)
}
