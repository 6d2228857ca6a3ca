import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { playLedger } from '../../test/support/ledger-runs.ts'

/** What must have happened at least once; a story in which nothing does would pass as well. */
const EVERYTHING = [
  'admitted',
  'admitted in a race',
  'held',
  'open',
  'refunded',
  'refused by holds',
  'refused for good',
  'refused in a race',
  'settled',
  'swept',
]

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the ledger on ${name}`, () => {
    test('whatever happens to it, in whatever order: no nano-credit is lost or made, nobody is refused in vain, and no limit is passed', {
      timeout: 7_200_000,
    }, async () => {
      const { played, steps, happened } = await playLedger(postgres, 'long')
      console.log(`${name}: ${played} stories of ${steps} steps`, happened)
      expect(Object.keys(happened).sort()).toEqual(EVERYTHING)
    })
  })
}
