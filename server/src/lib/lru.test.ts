import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LruMap } from './lru.ts'

type Step = { do: 'get' | 'set' | 'delete' | 'has' | 'clear'; key: number }

const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('get', 'get', 'set', 'set', 'set', 'delete', 'has', 'clear'),
  key: fc.nat({ max: 12 }),
})

describe('an LRU map', () => {
  it('does what a list in order of use does, from the moment it is half full', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 80 }), (capacity, steps) => {
        const map = new LruMap<number, string>(capacity)
        let model: [number, string][] = []
        let values = 0
        for (const { do: what, key } of steps) {
          const found = model.find(([other]) => other === key)
          const others = model.filter(([other]) => other !== key)
          if (what === 'get') {
            expect(map.get(key)).toBe(found?.[1])
            if (found && model.length * 2 > capacity) model = [...others, found]
          } else if (what === 'set') {
            const entry: [number, string] = [key, `value ${values++}`]
            model = [...others, entry]
            const left = model.length > capacity ? model.shift() : undefined
            expect(map.set(...entry)).toEqual(left)
          } else if (what === 'has') expect(map.has(key)).toBe(found !== undefined)
          else if (what === 'delete') {
            map.delete(key)
            model = others
          } else {
            map.clear()
            model = []
          }
          expect(map.size).toBe(model.length)
        }
      }),
    )
  })

  it('keeps what is read again and again, however many others come by', () => {
    const map = new LruMap<string, number>(10)
    map.set('hot', 1)
    for (let i = 0; i < 1000; i++) {
      map.set(`cold ${i}`, i)
      expect(map.get('hot')).toBe(1)
    }
    expect(map.size).toBe(10)
  })

  it('is not told apart by a mere look: `has` is no use', () => {
    const map = new LruMap<string, number>(2)
    map.set('old', 1)
    map.set('new', 2)
    expect(map.has('old')).toBe(true)
    expect(map.set('third', 3)).toEqual(['old', 1])
  })
})
