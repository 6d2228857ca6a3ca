import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { type Sink, startSink } from '../../test/support/sink.ts'
import { makeOwner, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { until } from '../../test/support/wire.ts'
import { type Deps, transact } from '../deps.ts'
import { OutboundClient } from '../outbound/client.ts'
import { claimDeliveries, dueDestinations, insertDeliveries } from './deliveries.store.ts'
import { createEndpoint, type EndpointManager } from './endpoints.ts'
import { deliveryOf, enqueueEvent } from './event.ts'
import { WebhookSender } from './sender.ts'

vi.setConfig({ testTimeout: 40_000 })

const PLACES = 8

describe.each(DATABASES)('the places of a sender on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let world: UnitDeps
    let sink: Sink
    let client: OutboundClient
    let deps: Deps
    let by: EndpointManager

    beforeAll(async () => {
      world = await openDeps(postgres)
      sink = await startSink()
      const { config } = world.own
      const outbound = { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sink.port] }
      const webhooks = { ...config.webhooks, concurrency: PLACES }
      deps = { ...world.own, config: { ...config, outbound, webhooks } }
      client = new OutboundClient(deps.config)
    })
    beforeEach(async () => {
      by = await makeOwner(deps)
    })
    afterEach(async () => {
      await deps.db.deleteFrom('webhook_deliveries').execute()
    })
    afterAll(async () => {
      await client?.close()
      await sink?.close()
      await world?.remove()
    })

    const endpoint = (path: string) =>
      createEndpoint(deps, by, { url: sink.url(path), events: [], description: null })
    const eventOf = (subjectId: string) => ({
      event: 'task.completed' as const,
      organizationId: by.organizationId,
      userId: by.userId,
      subjectId,
      data: { task_id: subjectId },
    })
    const enqueue = (subjects: readonly string[]) =>
      transact(deps, async (deps) => {
        for (const subject of subjects) await enqueueEvent(deps, eventOf(subject))
      })
    const ofMany = () => sink.received.filter(({ path }) => path.startsWith('/many'))
    async function whileSending(work: () => Promise<void>): Promise<void> {
      const sender = new WebhookSender(deps, client)
      sender.start()
      try {
        await work()
      } finally {
        await sender.stop()
      }
    }

    it('an organisation with many receivers that never answer leaves places to all others', async () => {
      sink.answer((response, { path }) => {
        if (!path.startsWith('/stuck')) response.end()
      })
      for (let number = 0; number < PLACES; number++) await endpoint(`/stuck/${number}`)
      await enqueue(['gen_1', 'gen_2', 'gen_3'])
      await whileSending(async () => {
        const stuck = () => sink.received.filter(({ path }) => path.startsWith('/stuck'))
        await until('its share', () => (stuck().length === PLACES / 4 ? true : undefined))
        by = await makeOwner(deps)
        await endpoint('/other')
        const began = Date.now()
        await enqueue(['gen_other'])
        await sink.wait('the other one’s', ({ path }) => path === '/other')
        // An attempt may take 15 seconds.
        expect(Date.now() - began).toBeLessThan(8000)
        expect(stuck()).toHaveLength(PLACES / 4)
      })
    })

    it('a receiver that answers well, but late, gets one delivery at a time', async () => {
      let open = 0
      const openAt: number[] = []
      sink.answer((response) => {
        openAt.push(++open)
        setTimeout(() => {
          open--
          response.end()
        }, 2500)
      })
      await endpoint('/late')
      await enqueue(['gen_1', 'gen_2', 'gen_3', 'gen_4'])
      await whileSending(async () => {
        await until('as many as ended', () => (openAt.length >= 4 ? true : undefined))
      })
      // A quarter of eight; both were late, and the others came alone.
      expect(openAt).toEqual([1, 2, 1, 1])
    })

    it('behind a backlog that is too long for one look every delivery is made', async () => {
      sink.answer((response, { path }) => {
        if (path !== '/silent') response.end()
      })
      await endpoint('/silent')
      await enqueue(Array.from({ length: 520 }, (_, number) => `gen_silent_${number}`))
      by = await makeOwner(deps)
      for (let number = 0; number < 20; number++) await endpoint(`/many/${number}`)
      await enqueue(['gen_1', 'gen_2', 'gen_3'])
      await whileSending(async () => {
        const came = () => new Set(ofMany().map(({ path, json }) => `${path} ${json.task_id}`)).size
        await until('all of them', () => (came() === 60 ? true : undefined), 30_000)
      })
      expect(ofMany()).toHaveLength(60)
    })

    it('a claim takes no more than its limit, whatever plan the database makes', async () => {
      const rows = Array.from({ length: 40 }, (_, number) => ({
        ...deliveryOf(deps, eventOf(`gen_claim_${number}`), 'https://claimed.example.com/', null),
        next_at: 1,
      }))
      await insertDeliveries(deps.db, rows)
      const [{ destination }] = rows as [(typeof rows)[0]]
      const claim = { destination, now: deps.now(), leaseUntil: deps.now() + 60_000, limit: 3 }
      await transact(deps, async ({ db }) => {
        // Without these PostgreSQL runs a subselect anew for every row that it is compared with.
        const others = ['hashjoin', 'mergejoin', 'hashagg', 'sort', 'material', 'memoize']
        if (postgres) for (const plan of others) await sql.raw(`SET LOCAL enable_${plan} = off`).execute(db)
        if (postgres) await sql`ANALYZE webhook_deliveries`.execute(db)
        expect(await claimDeliveries(db, deps.store.kind, claim)).toHaveLength(3)
      })
    })

    it('no destination is left out of a list that is too long for one look', async () => {
      const make = (url: string, at: number) => ({
        ...deliveryOf(deps, eventOf('gen_walk'), url, null),
        next_at: at,
      })
      const hosts = Array.from({ length: 25 }, (_, number) => `https://h${number}.example.com/`)
      const stuck = Array.from({ length: 500 }, () => make('https://stuck.example.com/', 1))
      await insertDeliveries(deps.db, [...stuck, ...hosts.map((url) => make(url, 2))])
      await insertDeliveries(deps.db, [make('https://later.example.com/', deps.now() + 3_600_000)])
      const found = new Set<string>()
      let after = ''
      for (let walk = 0; walk < 3; walk++) {
        const list = await dueDestinations(deps.db, deps.now(), after, 10)
        expect([list.whole, list.destinations.length <= 11]).toEqual([false, true])
        for (const destination of list.destinations) found.add(destination)
        after = list.after
      }
      expect(after).toBe('')
      const named = ['https://stuck.example.com/', ...hosts].map((url) => make(url, 0).destination)
      const own = [...found].filter((destination) => destination.startsWith(by.organizationId))
      expect(own.sort()).toEqual(named.sort())
    })
  })
})
