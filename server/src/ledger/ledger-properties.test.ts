import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { playLedger } from '../../test/support/ledger-runs.ts'

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the ledger on ${name}`, () => {
    test('whatever happens to it, in whatever order: no nano-credit is lost or made, nobody is refused in vain, and no limit is passed', {
      timeout: 120_000,
    }, async () => {
      const { happened } = await playLedger(postgres, 'short')
      expect(Object.keys(happened)).toEqual(
        expect.arrayContaining(['admitted', 'refused for good', 'settled']),
      )
    })
  })
}
