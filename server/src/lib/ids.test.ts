import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderedId, randomId } from './ids.ts'

describe('an ordered id', () => {
  it('sorts, as a text, by the time it was made', () => {
    const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
    fc.assert(
      fc.property(time, time, (one, other) => {
        const [a, b] = [orderedId('req_', one), orderedId('req_', other)]
        if (one !== other) expect(a < b).toBe(one < other)
        expect(a).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/)
      }),
    )
  })

  it('is never made twice, not even within one millisecond', () => {
    const count = 50_000
    expect(new Set(Array.from({ length: count }, () => orderedId('', 1))).size).toBe(count)
  })

  it('takes all 80 random bits from one source of them: no place of the text stays the same', () => {
    const ids = Array.from({ length: 2000 }, () => orderedId('', 1))
    for (let place = 10; place < 26; place++) {
      expect(new Set(ids.map((id) => id[place])).size).toBe(32)
    }
  })
})

it('A random id has 128 bits in lower-case hexadecimal, and is another each time', () => {
  const ids = Array.from({ length: 1000 }, randomId)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set(ids).size).toBe(1000)
})
