import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { catalogueOf, Provider, pictures } from '../../test/support/hand-provider.ts'
import { expectLedgerClean } from '../../test/support/ledger-check.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { until } from '../../test/support/wire.ts'
import type { Deps } from '../deps.ts'
import { sessionCaller } from '../gateway/session-caller.ts'
import { setQuota } from '../limits/quotas.ts'
import { OutboundClient } from '../outbound/client.ts'
import { openOutputs } from '../outputs/outputs.ts'
import { type GeneratedFile, GenerationFailure, type GenerationStep } from '../providers/generation.ts'
import { ClaimedTask, LostClaim } from './claimed-task.ts'
import { createTask } from './create-task.ts'
import { endTask } from './end-task.ts'
import { claimRows, renewRows } from './queue.store.ts'
import { timelineOf } from './read-tasks.ts'
import type { TaskRow } from './task.ts'
import { TaskWorker } from './worker.ts'

// What providers and databases do to tasks that are under way.

const OUTPUTS = { linkTo: (output: string) => output }
const BROKEN: GeneratedFile = { bytes: Buffer.from('no picture'), contentType: 'image/png' }

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`tasks on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    const workers: TaskWorker[] = []
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterEach(async () => {
      await Promise.all(workers.splice(0).map((worker) => worker.stop(0)))
      expect(await deps.db.selectFrom('hold_sheets').selectAll().execute()).toEqual([])
      await expectLedgerClean(database)
    })
    afterAll(() => database.remove())

    function startWorker(providers: readonly Provider[], aheadMs = 0) {
      const own = { ...deps, now: () => Date.now() + aheadMs }
      const outputs = openOutputs(own, new OutboundClient(own.config))
      const { catalogue, catalogues } = catalogueOf(providers)
      const worker = new TaskWorker({ deps: own, outputs, settled: () => {} }, catalogues)
      workers.push(worker)
      worker.wake()
      const health = () => catalogue.models.get('draw')?.routes[0]?.health.look(Date.now())
      return { worker, health }
    }

    async function order(providers: readonly Provider[], outputs = 1): Promise<string> {
      const { userId, organizationId } = await makeOwner(deps)
      for (const unit of ['credits', 'requests'] as const) {
        const quota = { organizationId, subject: 'organization', unit, period: 'day', amount: '1' } as const
        await setQuota(deps, OPERATOR, quota)
      }
      const caller = await sessionCaller(deps, { userId, organizationId })
      const wish = { model: 'draw', prompt: 'A cat', outputs, imageUrls: [] }
      return (await createTask(deps, catalogueOf(providers).catalogue, caller, wish)).task.id
    }

    const rowOf = (id: string) =>
      deps.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const ended = (id: string) =>
      until('its end', async () => {
        const row = await rowOf(id)
        return row.completed_at === null ? undefined : row
      })
    const asked = (provider: Provider, times: number) =>
      until(`question ${times}`, () => provider.asked[times - 1])
    const kinds = async (id: string) => (await timelineOf(deps, id)).map(({ kind }) => kind)
    const claim = async (provider: string, worker: string, leaseMs = 15_000): Promise<TaskRow> => {
      const now = deps.now()
      const claim = { worker, now, leaseUntil: now + leaseMs, limit: 1 }
      const [row] = await claimRows(deps.db, deps.store.kind, { provider }, claim)
      if (!row) throw new Error('Nothing was claimed')
      return row
    }
    const failed = { state: 'failed', error: 'e', code: 'c' } as const

    test('what a provider says is kept without characters that no database stores, and not without end', async () => {
      const provider = new Provider('p')
      const id = await order([provider])
      startWorker([provider])
      ;(await asked(provider, 1)).answer({ state: 'running', externalId: 'job\u0000\ud8001', pollAfterMs: 0 })
      const message = `No\u0000\u0007cats \ud800${'x'.repeat(2000)}`
      ;(await asked(provider, 2)).answer({ state: 'refused', message })
      const row = await ended(id)
      expect(row).toMatchObject({ state: 'failed', error_code: 'refused', external_id: 'job \ufffd1' })
      expect(row.error).toBe(`No cats \ufffd${'x'.repeat(491)}`)
      expect(await kinds(id)).toEqual(['created', 'claimed', 'submitted', 'accepted', 'failed'])
    })

    test('a file that is refused takes no good one with it, and its route is as well as before', async () => {
      const [first, second] = [new Provider('p1'), new Provider('p2')]
      const id = await order([first, second], 3)
      const { worker, health } = startWorker([first, second])
      const made = (await pictures(1)) as Extract<GenerationStep, { state: 'finished' }>
      const mixed = { ...made, files: [BROKEN, ...made.files, BROKEN] }
      ;(await asked(first, 1)).answer(mixed)
      expect(await ended(id)).toMatchObject({
        ...{ state: 'completed', provider: 'p1', submits: 1, units: 1, cost_nanos: 10_000_000n },
      })
      const all = await order([first, second])
      worker.wake()
      ;(await asked(first, 2)).answer({ ...made, files: [BROKEN] })
      ;(await asked(second, 1)).answer(made)
      expect(await ended(all)).toMatchObject({ state: 'completed', provider: 'p2' })
      expect(health()).toMatchObject({ state: 'well', failures: 0 })
    })

    test('finished work whose lease ran out in an outage is written as long as nobody else has claimed it', async () => {
      const [first, second] = [await order([new Provider('slow')]), await order([new Provider('slow2')])]
      const row = await claim('slow', 'one', -1)
      const task = new ClaimedTask(deps, row, performance.now() - 1, new AbortController().signal)
      expect(() => task.check()).toThrow(LostClaim)
      let isAway = true
      const end = await task.insist(async () => {
        if (!isAway) return endTask(deps, OUTPUTS, row, failed, true)
        isAway = false
        throw new Error('The database is away')
      })
      expect(end?.event.id).toBe(first)
      const late = await claim('slow2', 'one', -1)
      expect(await renewRows(deps.db, 'one', [second], deps.now() - 1)).toHaveLength(1)
      const other = await claim('slow2', 'two')
      expect(await endTask(deps, OUTPUTS, late, failed, true)).toBeUndefined()
      expect(await renewRows(deps.db, 'one', [second], deps.now() + 15_000)).toEqual([])
      expect(await endTask(deps, OUTPUTS, other, failed, true)).toBeDefined()
    })

    test('a change whose commit was made and whose answer was lost stands in the timeline once', async () => {
      const id = await order([new Provider('deaf')])
      const row = await claim('deaf', 'one')
      let losses = 1
      const refresh = async () => {
        if (losses-- > 0) throw new Error('The answer was lost')
      }
      const store = Object.create(deps.store, { epoch: { value: { refresh } } })
      const signal = new AbortController().signal
      const task = new ClaimedTask({ ...deps, store }, row, performance.now() + 15_000, signal)
      await task.write({ state: 'processing', submits: 1 }, 'submitted', { number: 1 })
      expect(await kinds(id)).toEqual(['created', 'submitted'])
      await endTask(deps, OUTPUTS, await rowOf(id), failed, true)
    })

    test('a provider that says for good that a job failed is not asked again, and the next route has it', async () => {
      const [first, second] = [new Provider('f1'), new Provider('f2')]
      const id = await order([first, second])
      startWorker([first, second])
      ;(await asked(first, 1)).answer({ state: 'running', externalId: 'job', pollAfterMs: 0 })
      ;(await asked(first, 2)).answer(new GenerationFailure('it failed', true, undefined, true))
      ;(await asked(second, 1)).answer(await pictures(1))
      expect(await ended(id)).toMatchObject({ state: 'completed', provider: 'f2' })
      expect(first.whats).toEqual(['submit', 'poll'])
    })

    test('a task that a node does not know is left to others for some minutes, and its timeline tells it once', async () => {
      const now = new Provider('new')
      const [moved, lost] = [await order([new Provider('old')]), await order([new Provider('old')])]
      await deps.db.updateTable('tasks').set({ model: 'gone' }).where('id', '=', lost).execute()
      for (let look = 0; look < 2; look++) {
        await deps.db.updateTable('tasks').set({ due_at: 0 }).where('provider', '=', 'old').execute()
        const { worker } = startWorker([now])
        for (const id of [moved, lost]) {
          const row = await until('it is given back', async () => {
            const row = await rowOf(id)
            return row.worker === null && row.due_at > 0 ? row : undefined
          })
          expect(row).toMatchObject({ state: 'pending', attempts: 0, provider: 'old' })
          expect(row.due_at).toBeGreaterThan(deps.now() + 20_000)
          expect(await kinds(id)).toEqual(['created', 'released'])
        }
        await worker.stop(1000)
      }
      startWorker([now], 600_000)
      ;(await asked(now, 1)).answer(await pictures(1))
      expect(await ended(moved)).toMatchObject({ state: 'completed', provider: 'new', attempts: 1 })
      expect(await ended(lost)).toMatchObject({ state: 'failed', error: 'The model is no longer served' })
    })

    test('many tasks of a provider that is gone are all taken within a few looks', async () => {
      const [gone, now] = [new Provider('gone'), new Provider('now')]
      const ids: string[] = []
      for (let number = 0; number < 10; number++) ids.push(await order([gone]))
      await deps.db.updateTable('tasks').set({ model: 'gone' }).where('id', 'in', ids).execute()
      // Never started: it looks when it is woken, and when a task has left it.
      startWorker([now], 600_000)
      for (const id of ids) expect(await ended(id)).toMatchObject({ state: 'failed' })
    })

    test('a task that lost its right before it began counts in no rate', async () => {
      const id = await order([new Provider('p')])
      const row = await rowOf(id)
      const counted = async () => {
        const counters = deps.db.selectFrom('counters').select('spent_amount')
        return counters.where('id', 'like', `%${row.organization_id}:requests%`).execute()
      }
      const own = await claim('p', 'one')
      await endTask(deps, OUTPUTS, own, { state: 'cancelled', error: 'e', code: 'key_revoked' }, true)
      expect(await counted()).toEqual([{ spent_amount: 0n }])
    })
  })
}
