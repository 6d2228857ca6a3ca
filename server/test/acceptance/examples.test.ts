import { existsSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'

const at = (path: string) => new URL(`../../../${path}`, import.meta.url)

it('every example configuration has its conformance suite, which starts it, and its list of statements', () => {
  const examples = readdirSync(at('examples/')).filter((file) => file.endsWith('.yaml'))
  expect(examples.toSorted()).toEqual(['eggapi.yaml', 'eugpt.yaml', 'eurouter.yaml'])
  for (const name of examples.map((file) => file.replace('.yaml', ''))) {
    expect(existsSync(at(`server/test/conformance/${name}.test.ts`)), name).toBe(true)
    expect(existsSync(at(`docs/conformance/${name}.md`)), name).toBe(true)
  }
})
