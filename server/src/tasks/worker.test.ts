import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
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
import { GenerationFailure } from '../providers/generation.ts'
import { cancelTask } from './cancel-task.ts'
import { createTask } from './create-task.ts'
import { endTask } from './end-task.ts'
import { claimRows, updateClaimed } from './queue.store.ts'
import { timelineOf } from './read-tasks.ts'
import { pruneTasks } from './retention.ts'
import { TaskWorker } from './worker.ts'

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`workers on ${name}`, () => {
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

    /** A worker whose clock is ahead of the others'. */
    function startWorker(providers: readonly Provider[], own = deps, aheadMs = 0): TaskWorker {
      const later = { ...own, now: () => Date.now() + aheadMs }
      const outputs = openOutputs(later, new OutboundClient(later.config))
      const worker = new TaskWorker(
        { deps: later, outputs, settled: () => {} },
        catalogueOf(providers).catalogues,
      )
      workers.push(worker)
      return worker
    }

    async function order(providers: readonly Provider[], outputs = 1): Promise<string> {
      const { userId, organizationId } = await makeOwner(deps)
      await setQuota(deps, OPERATOR, {
        ...{ organizationId, subject: 'organization', unit: 'credits', period: 'day', amount: '1' },
      })
      const caller = await sessionCaller(deps, { userId, organizationId })
      const wish = { model: 'draw', prompt: 'A cat', outputs, imageUrls: [] }
      return (await createTask(deps, catalogueOf(providers).catalogue, caller, wish)).task.id
    }

    const rowOf = (id: string) =>
      deps.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const usageOf = (id: string) =>
      deps.db.selectFrom('usage_events').selectAll().where('id', '=', id).execute()
    const kinds = async (id: string) =>
      (await timelineOf(deps, id)).map(
        ({ kind, detail }) => `${kind}${detail.reason ? ` ${detail.reason}` : ''}`,
      )
    const ended = (id: string) =>
      until('its end', async () => {
        const row = await rowOf(id)
        return row.completed_at === null ? undefined : row
      })
    const asked = (provider: Provider, times: number) =>
      until(`question ${times}`, () => provider.asked[times - 1])
    const files = () => {
      const folder = join(deps.config.dataDir, 'outputs')
      return existsSync(folder)
        ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
        : []
    }

    test('a worker that was paused for longer than its lease writes nothing, keeps nothing and charges nothing', async () => {
      const [slow, quick] = [new Provider('p'), new Provider('p')]
      const id = await order([slow], 2)
      const paused = startWorker([slow])
      paused.wake()
      const late = await asked(slow, 1)
      const other = startWorker([quick], await database.another(), 20_000)
      const before = files().length
      other.wake()
      const answer = await asked(quick, 1)
      answer.answer(await pictures(1))
      const row = await ended(id)
      expect(row).toMatchObject({ state: 'completed', submits: 2, units: 1, cost_nanos: 10_000_000n })
      late.answer(await pictures(2))
      await paused.stop(5000)
      expect(await rowOf(id)).toEqual(row)
      expect(files().length).toBe(before + 1)
      expect(await usageOf(id)).toMatchObject([{ units: 1, cost_nanos: 10_000_000n, outcome: 'completed' }])
      expect(await kinds(id)).toEqual([
        'created',
        'claimed',
        'submitted first',
        'claimed',
        'submitted outcome_unknown',
        'completed',
      ])
    })

    test('whoever takes over a task that its provider has accepted asks for it and does not send it again', async () => {
      const [first, second] = [new Provider('p'), new Provider('p')]
      const id = await order([first])
      startWorker([first]).wake()
      ;(await asked(first, 1)).answer({ state: 'running', externalId: 'job-1', pollAfterMs: 0 })
      await asked(first, 2)
      startWorker([second], await database.another(), 20_000).wake()
      ;(await asked(second, 1)).answer(await pictures(1))
      expect(await ended(id)).toMatchObject({ state: 'completed', submits: 1, external_id: 'job-1' })
      expect(second.whats).toEqual(['poll'])
    })

    test('a worker that stops gives its tasks back at once, and they lose no try by it', async () => {
      const [first, second] = [new Provider('p'), new Provider('p')]
      const id = await order([first])
      const leaving = startWorker([first])
      leaving.wake()
      ;(await asked(first, 1)).answer({ state: 'running', externalId: 'job-1', pollAfterMs: 60_000 })
      await until('it is accepted', async () => ((await rowOf(id)).external_id ? true : undefined))
      await leaving.stop(5000)
      expect(await rowOf(id)).toMatchObject({ worker: null, attempts: 0, state: 'processing' })
      startWorker([second]).wake()
      ;(await asked(second, 1)).answer(await pictures(1))
      expect(await ended(id)).toMatchObject({ state: 'completed', submits: 1, attempts: 1 })
    })

    test('a route that fails is followed by the next; when all have, often enough, the task fails and costs nothing', async () => {
      const failure = (): GenerationFailure => new GenerationFailure('http://10.1.2.3 refused sk-1', true)
      const [first, second] = [new Provider('p1'), new Provider('p2')]
      const id = await order([first, second])
      const worker = startWorker([first, second])
      worker.wake()
      ;(await asked(first, 1)).answer(failure())
      ;(await asked(second, 1)).answer(await pictures(1))
      expect(await ended(id)).toMatchObject({ state: 'completed', provider: 'p2', submits: 2 })
      const doomed = await order([first])
      const tries = deps.config.tasks.attempts
      const hasty = startWorker([first], deps, 600_000)
      for (let number = 2; number <= tries + 1; number++) {
        // Its clock is far ahead, so that no back-off keeps it waiting.
        await deps.db.updateTable('tasks').set({ due_at: 0 }).where('id', '=', doomed).execute()
        hasty.wake()
        ;(await asked(first, number)).answer(failure())
        await until('the try is over', async () => {
          const { worker: busy } = await rowOf(doomed)
          return busy === null ? true : undefined
        })
      }
      const row = await ended(doomed)
      expect(row).toMatchObject({
        state: 'failed',
        submits: tries,
        cost_nanos: 0n,
        error_code: 'provider_failed',
      })
      expect(row.error).toBe('The provider failed to make this')
      expect(await usageOf(doomed)).toMatchObject([{ outcome: 'failed', cost_nanos: 0n, attempts: tries }])
      expect(JSON.stringify(await timelineOf(deps, doomed))).not.toMatch(/10\.1\.2\.3|sk-1/)
    })

    test('a commit whose answer was lost is asked for again and settles nothing twice', async () => {
      const id = await order([new Provider('p')])
      const claim = { worker: 'w', now: deps.now(), leaseUntil: deps.now() + 15_000, limit: 10 }
      const [row] = await claimRows(deps.db, deps.store.kind, { provider: 'p' }, claim)
      if (!row) throw new Error('Nothing was claimed')
      const end = { state: 'completed', kept: [], providerModel: 'm' } as const
      const outputs = { linkTo: (output: string) => output }
      const first = await endTask(deps, outputs, row, end, true)
      const again = await endTask(deps, outputs, row, end, true)
      expect(again?.event).toMatchObject({ id, finished_at: first?.event.finished_at })
      expect(first?.event.outcome).toBe('completed')
      expect(await usageOf(id)).toHaveLength(1)
      expect((await kinds(id)).filter((kind) => kind === 'completed')).toHaveLength(1)
    })

    test('a task that was called back while a worker had claimed it is nobody’s any more', async () => {
      const id = await order([new Provider('p')])
      const claim = { worker: 'w', now: deps.now(), leaseUntil: deps.now() + 15_000, limit: 10 }
      const [row] = await claimRows(deps.db, deps.store.kind, { provider: 'p' }, claim)
      if (!row) throw new Error('Nothing was claimed')
      const scope = { organizationId: row.organization_id, userId: row.user_id }
      const outputs = { linkTo: (output: string) => output }
      const told: string[] = []
      const cancelled = await cancelTask(deps, outputs, scope, id, (event) => told.push(event.id))
      expect(cancelled).toMatchObject({ state: 'cancelled', costNanos: 0n })
      expect(told).toEqual([id])
      expect(await updateClaimed(deps.db, row, { state: 'processing' })).toBe(false)
      expect(
        await endTask(deps, outputs, row, { state: 'failed', error: 'e', code: 'c' }, true),
      ).toBeUndefined()
      expect(await usageOf(id)).toMatchObject([{ outcome: 'aborted', cost_nanos: 0n }])
    })

    test('two workers that look at once never claim the same task', async () => {
      const provider = new Provider('many')
      for (let number = 0; number < 6; number++) await order([provider])
      const other = await database.another()
      const began = deps.now()
      const claim = (worker: string, now = began) => ({ worker, now, leaseUntil: now + 1000, limit: 4 })
      const [one, two] = await Promise.all([
        claimRows(deps.db, deps.store.kind, { provider: 'many' }, claim('a')),
        claimRows(other.db, other.store.kind, { provider: 'many' }, claim('b')),
      ])
      const ids = [...one, ...two].map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.length).toBeLessThanOrEqual(6)
      for (const { id, organization_id: organizationId } of [...one, ...two]) {
        await cancelTask(deps, { linkTo: () => '' }, { organizationId }, id, () => {})
      }
      const rest = await claimRows(deps.db, deps.store.kind, { provider: 'many' }, claim('c', began + 2000))
      for (const { id, organization_id: organizationId } of rest)
        await cancelTask(deps, { linkTo: () => '' }, { organizationId }, id, () => {})
    })

    test('tasks that ended long enough ago are removed with their timelines; their usage and all others stay', async () => {
      const provider = new Provider('p')
      const old = await order([provider])
      startWorker([provider]).wake()
      ;(await asked(provider, 1)).answer(await pictures(1))
      await ended(old)
      const tasks = { ...deps.config.tasks, retentionDays: 10 }
      const inDays = (days: number) => ({
        ...deps,
        config: { ...deps.config, tasks },
        now: () => Date.now() + days * 86_400_000,
      })
      expect(await pruneTasks(inDays(9))).toBe(0)
      expect(await pruneTasks(inDays(11))).toBeGreaterThan(0)
      expect(await deps.db.selectFrom('tasks').selectAll().where('id', '=', old).execute()).toEqual([])
      expect(await timelineOf(deps, old)).toEqual([])
      expect(await usageOf(old)).toHaveLength(1)
    })
  })
}
