import { expect, test } from 'vitest'
import { sizesOf } from './sizes.mjs'
import { parseSource } from './sources.mjs'

const lines = (count) => '\n'.repeat(count)

test('lines of a file and of each function are counted', () => {
  const source = parseSource('server/src/a.ts', `export function long() {${lines(79)}}\n`)
  const [file, long] = sizesOf(source)
  expect(file).toMatchObject({ what: 'server/src/a.ts: lines', size: 80 })
  expect(long).toMatchObject({ what: 'server/src/a.ts:1 long: lines of a function', size: 80 })
})

test('a function is named by what holds it', () => {
  const source = parseSource('server/src/a.ts', 'const held = () => {\n}\nconst o = { method() {} }\n')
  expect(sizesOf(source).map(({ what }) => what)).toEqual([
    'server/src/a.ts: lines',
    'server/src/a.ts:1 held: lines of a function',
    'server/src/a.ts:3 method: lines of a function',
  ])
})

test('tests and the listed catalogues have no limit', () => {
  for (const path of ['server/src/a.test.ts', 'server/test/support/a.ts', 'server/src/errors.ts']) {
    expect(sizesOf(parseSource(path, lines(1000)))).toEqual([])
  }
})
