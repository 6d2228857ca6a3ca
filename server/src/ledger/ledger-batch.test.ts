import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addCounters,
  admissionOf,
  costing,
  expectConserved,
  holdOf,
  settle,
} from '../../test/support/admissions.ts'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { makeDatabase, type TestDatabase } from '../../test/support/stores.ts'
import { type Quota, quotaOf } from '../limits/quota.ts'
import type { Store } from '../storage/store.ts'

const newQuota = (amount: bigint) => quotaOf('key', randomUUID(), 'credits', 'none', amount)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the ledger's group commit on ${name}`, () => {
    let database: TestDatabase
    let store: Store
    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
    })
    afterAll(() => database.remove())

    async function enter(ledger: ReturnType<typeof ledgerOver>, quota: Quota) {
      const asked = admissionOf([quota], costing(10))
      const decision = await ledger.admit(asked)
      if (!decision.admitted) throw new Error('it was refused')
      return holdOf(asked, decision)
    }

    test('a settlement that shares its batch with a request whose counter is not there yet is written once, sums and all', async () => {
      const ledger = ledgerOver(store)
      const known = newQuota(100n)
      await addCounters(store, [known])
      const [key, unknown] = [randomUUID(), newQuota(100n)]
      const hold = await enter(ledger, known)
      await Promise.all([settle(ledger, hold, 7n, { key_id: key }), enter(ledger, unknown)])
      const sums = await store.db
        .selectFrom('usage_days')
        .select(['requests', 'cost_nanos'])
        .where('key_id', '=', key)
        .execute()
      expect(sums).toEqual([{ requests: 1, cost_nanos: 7n }])
      const conserved = await expectConserved(store, [known.counter, unknown.counter])
      expect(conserved.get(known.counter)).toEqual({ spent: 7n, held: 0n })
      expect(conserved.get(unknown.counter)).toEqual({ spent: 0n, held: 10n })
      await store.db.deleteFrom('hold_sheets').execute()
    })

    test('requests whose neighbours are settled by another batch at the same time leave no sheet behind', async () => {
      const ledger = ledgerOver(store)
      const quota = newQuota(1_000_000n)
      await addCounters(store, [quota])
      for (let turn = 0; turn < 3; turn++) {
        const holds = await Promise.all(Array.from({ length: 1000 }, () => enter(ledger, quota)))
        // Every other one first, so that each sheet is settled by several batches.
        const mixed = [...holds.filter((_, at) => at % 2), ...holds.filter((_, at) => at % 2 === 0)]
        await Promise.all(mixed.map((hold) => settle(ledger, hold, 3n)))
      }
      await settle(ledger, await enter(ledger, quota), 3n)
      const sheets = await store.db.selectFrom('hold_sheets').select('id').execute()
      expect(sheets).toEqual([])
      const conserved = await expectConserved(store, [quota.counter])
      expect(conserved.get(quota.counter)).toEqual({ spent: 9003n, held: 0n })
    })
  })
}
