import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeDatabase, type TestDatabase } from '../../../test/support/stores.ts'
import { startProxy, type TcpProxy } from '../../../test/support/tcp-proxy.ts'
import { AppError } from '../../errors.ts'
import type { Store } from '../store.ts'

/** How long an answer stands, and how often it is asked for: what DESIGN section 6 promises rests on them. */
const LEASE_MS = 4000
const POLL_MS = 500
/** Beyond this a node must have stopped answering, whatever has failed. */
const BOUND_MS = 5000

describe.skipIf(!process.env.TEST_DATABASE_URL)('the epoch on PostgreSQL', () => {
  let database: TestDatabase
  let near: Store
  let cleanUp: (() => Promise<void>)[] = []
  beforeAll(async () => {
    database = await makeDatabase(true)
    near = await database.open()
  })
  afterEach(async () => {
    for (const each of cleanUp.splice(0).reverse()) await each()
    cleanUp = []
  })
  afterAll(() => database.remove())

  async function another(): Promise<{ node: Store; proxy: TcpProxy }> {
    const proxy = await startProxy(database.url)
    const node = await database.open({ url: proxy.through(database.url), connections: 2 })
    cleanUp.push(() => proxy.close())
    return { node, proxy }
  }

  let changes = 0
  /** Changes something that rights hang on, and says with which epoch. */
  async function change(): Promise<number> {
    const id = `o${changes++}`
    await near.db
      .insertInto('organization')
      .values({
        id,
        name: id,
        slug: id,
        createdAt: '2026-01-01T00:00:00Z',
        personal: false,
        status: 'active',
      })
      .execute()
    return (await near.db.selectFrom('epoch').select('value').executeTakeFirstOrThrow()).value
  }

  const knows = (node: Store): number | 'unavailable' => {
    try {
      return node.epoch.current()
    } catch (error) {
      expect(error).toMatchObject({ code: 'store_unavailable' })
      expect(error).toBeInstanceOf(AppError)
      return 'unavailable'
    }
  }
  /** Milliseconds until the node says so. */
  async function measure(node: Store, holds: (known: number | 'unavailable') => boolean, limitMs: number) {
    const begun = performance.now()
    while (!holds(knows(node))) {
      if (performance.now() - begun > limitMs) throw new Error(`not within ${limitMs} ms: ${knows(node)}`)
      await sleep(2)
    }
    return performance.now() - begun
  }
  const atLeast = (epoch: number) => (known: number | 'unavailable') =>
    known !== 'unavailable' && known >= epoch

  test('another node hears of a change at once, far sooner than it would ask by itself', async () => {
    const { node } = await another()
    const times: number[] = []
    for (let turn = 0; turn < 15; turn++) {
      // At any point between two polls, so that polling alone would take half of its interval at the median.
      await sleep(Math.random() * POLL_MS)
      times.push(await measure(node, atLeast(await change()), 1000))
    }
    times.sort((a, b) => a - b)
    console.log(
      `a change reached another node after ${times[7]?.toFixed(0)} ms at the median, ${times[14]?.toFixed(0)} ms at most`,
    )
    expect(times[7]).toBeLessThan(POLL_MS / 4)
  })

  test('a change of which no notification tells is found by asking', async () => {
    const { node } = await another()
    for (let turn = 0; turn < 3; turn++) {
      await sql`UPDATE epoch SET value = value + 1`.execute(near.db)
      const { value } = await near.db.selectFrom('epoch').select('value').executeTakeFirstOrThrow()
      expect(await measure(node, atLeast(value), 3 * POLL_MS)).toBeLessThan(3 * POLL_MS)
    }
  })

  test('an answer that was long on its way does not move the clock, one that proves another time does', async () => {
    const { node, proxy } = await another()
    proxy.swallow()
    await sleep(POLL_MS + 400)
    proxy.resume()
    for (let turn = 0; turn < 15; turn++) {
      await sleep(20)
      expect(node.clockOffsetMs()).toBe(0)
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 })
    try {
      await expect.poll(() => node.clockOffsetMs(), { timeout: 5000 }).toBeLessThan(-8000)
      expect(node.clockOffsetMs()).toBeGreaterThan(-12_000)
    } finally {
      vi.useRealTimers()
    }
  })

  test('a rolled-back change reaches nobody', async () => {
    const { node } = await another()
    const before = node.epoch.current()
    const failing = near.db.transaction().execute(async (db) => {
      const row = { id: 'never', name: 'n', slug: 'never', createdAt: '2026-01-01T00:00:00Z' }
      await db
        .insertInto('organization')
        .values({ ...row, personal: false, status: 'active' })
        .execute()
      throw new Error('undo')
    })
    await expect(failing).rejects.toThrow('undo')
    await node.epoch.refresh()
    expect(node.epoch.current()).toBe(before)
  })

  test('many refreshes at once are few questions, and each knows what was committed before it was asked', async () => {
    const { node } = await another()
    const expected = await change()
    await Promise.all(Array.from({ length: 500 }, () => node.epoch.refresh()))
    expect(node.epoch.current()).toBeGreaterThanOrEqual(expected)
    for (let turn = 0; turn < 20; turn++) {
      const epoch = await change()
      // One is under way already when the change is made.
      void node.epoch.refresh()
      await node.epoch.refresh()
      expect(node.epoch.current()).toBeGreaterThanOrEqual(epoch)
    }
  })

  describe.each([
    ['cut', (proxy: TcpProxy) => proxy.cut()],
    ['silent', (proxy: TcpProxy) => proxy.swallow()],
  ])('with its connection %s', (_, sever) => {
    test('a node answers within its lease, then 503 before the bound, and never an old epoch after it; when the way is free it recovers by itself', {
      timeout: 60_000,
    }, async () => {
      const { node, proxy } = await another()
      const old = node.epoch.current()
      sever(proxy)
      const severedAt = performance.now()
      const changed = await change()
      const changedAt = performance.now()
      // An interruption shorter than the lease is nobody's business.
      expect(knows(node)).toBe(old)
      await measure(node, (known) => known === 'unavailable', BOUND_MS + 1000)
      const unavailableAfter = performance.now() - severedAt
      expect(performance.now() - changedAt).toBeLessThan(BOUND_MS)
      expect(unavailableAfter).toBeGreaterThan(LEASE_MS - 2 * POLL_MS - 500)
      // It stays so: nothing lets the old epoch through again.
      for (let turn = 0; turn < 20; turn++) {
        await sleep(20)
        expect(knows(node)).toBe('unavailable')
      }
      await proxy.heal()
      const recovered = await measure(node, (known) => known !== 'unavailable', 20_000)
      expect(knows(node)).toBeGreaterThanOrEqual(changed)
      console.log(`503 after ${unavailableAfter.toFixed(0)} ms, recovered after ${recovered.toFixed(0)} ms`)
      // And listens again, not only asks.
      const times: number[] = []
      for (let turn = 0; turn < 7; turn++) {
        await sleep(Math.random() * POLL_MS)
        times.push(await measure(node, atLeast(await change()), 2000))
      }
      expect(times.sort((a, b) => a - b)[3]).toBeLessThan(POLL_MS / 2)
    })
  })

  test('short cuts, one after the other, leave no connection behind', { timeout: 60_000 }, async () => {
    const { node, proxy } = await another()
    const listeners = `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
      AND application_name = 'claviger' AND query LIKE '%FROM epoch%'`
    for (let turn = 0; turn < 4; turn++) {
      proxy.cut()
      await sleep(100)
      await proxy.heal()
      await measure(node, atLeast(await change()), 10_000)
    }
    await expect
      .poll(async () => (await database.raw(listeners)).length, { timeout: 10_000 })
      .toBeLessThanOrEqual(3)
  })

  test('a store can be closed while its database is away', async () => {
    const { node, proxy } = await another()
    proxy.cut()
    await node.close()
    expect(knows(near)).toBeGreaterThan(0)
  })
})
