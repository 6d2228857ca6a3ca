import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { admissionOf, holdOf } from '../../test/support/admissions.ts'
import { DATABASES } from '../../test/support/claviger.ts'
import { ledgerOver } from '../../test/support/ledger-parts.ts'
import { openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { usageRow } from '../../test/support/usage-rows.ts'
import { type Deps, transact } from '../deps.ts'
import type { Demand } from '../limits/demand.ts'
import { quotaOf } from '../limits/quota.ts'
import { sheetsWithoutNode } from './ledger.store.ts'
import { admitTask, settleTask } from './task-holds.ts'
import { verifyLedger } from './verify-ledger.ts'

const PRICE = 40n
const demand: Demand = {
  inputTokens: 0,
  choices: 1,
  outputTokens: 0,
  leastOutputTokens: 0,
  inputNanos: 0n,
  outputNanos: 0n,
  fixedNanos: PRICE,
}
let made = 0

describe.each(DATABASES)('holds of tasks', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database?.remove())

    const budget = (amount: bigint) => quotaOf('key', `tasks-${made++}`, 'credits', 'none', amount)
    const counterOf = (id: string) =>
      deps.db.selectFrom('counters').selectAll().where('id', '=', id).executeTakeFirst()
    const ask = (quota: ReturnType<typeof budget>) => {
      const admission = admissionOf([quota], demand, { id: `gen_holds_${made++}`, at: deps.now() })
      return { admission, admit: () => transact(deps, (deps) => admitTask(deps, admission)) }
    }

    it('A hold is there with its task or not at all, on a counter that is opened for it', async () => {
      const quota = budget(100n)
      const { admission } = ask(quota)
      const failing = transact(deps, async (deps) => {
        expect(await admitTask(deps, admission)).toMatchObject({ admitted: true })
        throw new Error('the task could not be written')
      })
      await expect(failing).rejects.toThrow('the task could not be written')
      expect((await counterOf(quota.counter))?.held_amount ?? 0n).toBe(0n)
      expect(await transact(deps, (deps) => admitTask(deps, admission))).toMatchObject({ admitted: true })
      expect(await counterOf(quota.counter)).toMatchObject({ held_amount: PRICE, spent_amount: 0n })
    })

    it('It is settled once, however often and by whom, and costs what it came to', async () => {
      const quota = budget(100n)
      const { admission, admit } = ask(quota)
      const decision = await admit()
      if (!decision.admitted) throw new Error('There is enough')
      const hold = holdOf(admission, decision)
      const event = usageRow({ id: admission.id, cost_nanos: 25n, held_nanos: PRICE, units: 1 })
      const settlement = { event, hold, charge: { credits: 25n, tokens: 0n, requests: 1n } }
      const ends = Array.from({ length: 4 }, () => transact(deps, (deps) => settleTask(deps, settlement)))
      expect((await Promise.all(ends)).filter((done) => done)).toHaveLength(1)
      expect(await counterOf(quota.counter)).toMatchObject({ held_amount: 0n, spent_amount: 25n })
    })

    it('As many are let in at once as the budget pays for, beside requests of the same key', async () => {
      const quota = budget(PRICE * 5n)
      const ledger = ledgerOver(deps.store)
      await transact(deps, (deps) => admitTask(deps, { ...admissionOf([quota], demand), at: deps.now() }))
      const tasks = Array.from({ length: 8 }, () => ask(quota).admit())
      const requests = Array.from({ length: 8 }, () =>
        ledger.admit(admissionOf([quota], demand, { at: deps.now() })),
      )
      const decisions = await Promise.all([...tasks, ...requests])
      expect(decisions.filter(({ admitted }) => admitted)).toHaveLength(4)
      expect(await counterOf(quota.counter)).toMatchObject({ held_amount: PRICE * 5n })
    })

    it('No sweep takes it for that of a process which is gone, and the books agree', async () => {
      const { admission, admit } = ask(budget(100n))
      await admit()
      const future = deps.now() + 365 * 86_400_000
      expect(await sheetsWithoutNode(deps.db, future, 1000)).not.toContain(admission.id)
      const { faults } = await verifyLedger(deps)
      expect(faults).toEqual([])
    })
  })
})
