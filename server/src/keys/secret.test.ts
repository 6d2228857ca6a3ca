import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findSecrets, isSecret, KEY_EXPRESSION, maskSecrets } from '../lib/key-text.ts'
import { labelOf, makeSecret } from './secret.ts'

const { format } = JSON.parse(
  readFileSync(new URL('../../../docs/reference/authentication.json', import.meta.url), 'utf8'),
) as { format: { expression: string; alphabet: string } }

const BASE62 = [...format.alphabet]
const PREFIXES = ['cvg', 'eugpt', 'eur', 'ab', 'a1', 'abcdefghijklmnop']

const secret = fc.constantFrom(...PREFIXES).map(makeSecret)
/** Text as logs and repositories have it: words, escapes, quotes, other tokens, and anything at all. */
const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...BASE62), maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...BASE62, '_', '-', ' '), maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\n',
    '\\n',
    '%20',
    '%3D',
    '%2f',
    '"',
    "'",
    '=',
    ':',
    '/',
    '&key=',
    'Bearer ',
    '_',
    'KEY_',
    'cvg',
    'cvg_',
    'x',
  ),
)
/** A hit of the expression that is no key, and may reach into what follows. */
const falseHit = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...BASE62), minLength: 27, maxLength: 27 }),
    fc.constantFrom('', 'X', 'abcdef'),
  )
  .map(([random, tail]) => `ab_${random}cvg${tail}`)

/** One character of a key, replaced. */
const nearMiss = fc
  .tuple(secret, fc.nat({ max: 200 }), fc.constantFrom(...BASE62, '-', '_', ' ', '\u200b', 'Ａ', 'а'))
  .map(([text, at, other]) => [text, at % text.length, other] as const)
  .filter(([text, at, other]) => text[at] !== other)
  .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1))

describe('the text of a key', () => {
  it('is what the documentation says', () => {
    expect(KEY_EXPRESSION.source).toBe(format.expression)
    expect(KEY_EXPRESSION.flags).toBe('g')
    for (const prefix of PREFIXES) {
      const text = makeSecret(prefix)
      expect(text).toMatch(new RegExp(`^${format.expression}$`))
      expect(text).toHaveLength(prefix.length + 1 + 36)
      expect(text.startsWith(`${prefix}_`)).toBe(true)
      expect(isSecret(text)).toBe(true)
    }
  })

  it('has no character more often than another: 100 000 keys, at every place', () => {
    const keys = Array.from({ length: 100_000 }, () => makeSecret('cvg'))
    expect(new Set(keys).size).toBe(keys.length)
    // 61 degrees of freedom: mean 61, deviation 11. Beyond 150 a fair generator comes once in hundreds of millions.
    const most = 150
    const overall = new Map<string, number>()
    for (let place = 0; place < 27; place++) {
      const counts = new Map<string, number>()
      for (const key of keys) {
        const character = key[4 + place] as string
        counts.set(character, (counts.get(character) ?? 0) + 1)
        overall.set(character, (overall.get(character) ?? 0) + 1)
      }
      expect(chiSquare(counts), `place ${place}`).toBeLessThan(most)
    }
    expect([...overall.keys()].toSorted()).toEqual(BASE62.toSorted())
    expect(chiSquare(overall)).toBeLessThan(most)
  })

  it('shows every single wrong character, and every two neighbours in the wrong order', () => {
    const text = makeSecret('eugpt')
    for (let at = 0; at < text.length; at++) {
      for (const other of BASE62) {
        if (other !== text[at]) expect(isSecret(text.slice(0, at) + other + text.slice(at + 1))).toBe(false)
      }
      const [first = '', second = first] = text.slice(at, at + 2)
      if (first !== second)
        expect(isSecret(text.slice(0, at) + second + first + text.slice(at + 2))).toBe(false)
    }
  })

  it('with a character more or less is no key', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom(...BASE62, '_', '\n', '\0', ' ', '\u200b'), (text, other) => {
        expect(isSecret(text.slice(0, -1))).toBe(false)
        expect(isSecret(text.slice(1))).toBe(false)
        expect(isSecret(text + other)).toBe(false)
        expect(isSecret(`${text.slice(0, 10)}${other}${text.slice(10)}`)).toBe(false)
      }),
    )
  })

  it('any other text is no key, however long', () => {
    fc.assert(fc.property(fc.oneof(noise, nearMiss, falseHit), (text) => !isSecret(text)))
    for (const text of ['', '_', 'cvg_', 'a'.repeat(10_000_000), `cvg_${'a'.repeat(10_000_000)}`]) {
      expect(isSecret(text)).toBe(false)
    }
  })
})

describe('finding keys', () => {
  it('every key in a text is found, in order, whatever stands around it, and nothing else is', () => {
    const piece = fc.record({
      before: noise,
      key: fc.option(secret),
      miss: fc.option(fc.oneof(nearMiss, falseHit)),
    })
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), noise, (pieces, end) => {
        const text = pieces.map(({ before, key, miss }) => before + (key ?? '') + (miss ?? '')).join('') + end
        const planted = pieces.flatMap(({ key }) => key ?? [])
        expect(findSecrets(text)).toEqual(planted)
      }),
      { numRuns: 2000 },
    )
  })

  it('a text without keys is searched in time, however it is made', () => {
    const half = 500_000
    const texts = ['a', 'a_', 'abcdefghijklmnop_', 'ab_cvg', `ab_${'a'.repeat(27)}cvg`, 'cvg'].map((unit) =>
      unit.repeat(half / unit.length),
    )
    for (const text of texts) {
      const before = performance.now()
      expect(findSecrets(text)).toEqual([])
      expect(performance.now() - before, text.slice(0, 20)).toBeLessThan(2000)
    }
  })

  it('a masked text holds no key any more, and the rest is as it was', () => {
    const plain = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', ' ', '_', '%', '"', 'ß', '\n'),
      maxLength: 20,
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, secret), { maxLength: 4 }), plain, (pieces, end) => {
        const text = pieces.map(([before, key]) => before + key).join(' ') + end
        const masked = maskSecrets(text)
        expect(findSecrets(masked)).toEqual([])
        for (const [, key] of pieces) expect(masked).not.toContain(key.slice(-36, -9))
        const kept = pieces.map(([before, key]) => `${before}${key.slice(0, -36)}[removed]`).join(' ')
        expect(masked).toBe(kept + end)
      }),
    )
    expect(maskSecrets('nothing to hide, sk-abc included')).toBe('nothing to hide, sk-abc included')
  })
})

describe('the label of a key', () => {
  it('shows the prefix, and at most four characters from each end of the rest', () => {
    fc.assert(
      fc.property(secret, (text) => {
        const [prefix = '', body = ''] = text.split('_')
        expect(labelOf(text, 'prefix')).toBe(`${prefix}_…`)
        expect(labelOf(text, 'masked')).toBe(`${prefix}_${body.slice(0, 4)}...${body.slice(-4)}`)
      }),
    )
  })
})

function chiSquare(counts: ReadonlyMap<string, number>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const expected = total / BASE62.length
  return BASE62.reduce((sum, character) => sum + ((counts.get(character) ?? 0) - expected) ** 2 / expected, 0)
}
