import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { type Sink, startSink } from '../../test/support/sink.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { until } from '../../test/support/wire.ts'
import { type Deps, transact } from '../deps.ts'
import { tellExpiringKeys } from '../keys/key-events.ts'
import { createKey } from '../keys/keys.ts'
import { OutboundClient } from '../outbound/client.ts'
import { claimDeliveries, findDelivery, updateClaimed } from './deliveries.store.ts'
import { listDeliveries, pruneDeliveries, redeliver } from './delivery-log.ts'
import { createEndpoint, type EndpointManager, getEndpoint, listEndpoints } from './endpoints.ts'
import { enqueueEvent } from './event.ts'
import { generateOwnSecret } from './own-secret.ts'
import { waitAfter } from './record-outcome.ts'
import { WebhookSender } from './sender.ts'

const DAY_MS = 86_400_000

describe.each(DATABASES)('webhooks on $name', ({ postgres, absent }) => {
  describe.skipIf(absent)(postgres ? 'with PostgreSQL' : 'embedded', () => {
    let world: UnitDeps
    let sink: Sink
    let client: OutboundClient
    let deps: Deps
    let by: EndpointManager
    let sender: WebhookSender
    /** What the clock is put forward by. */
    let ahead = 0

    beforeAll(async () => {
      world = await openDeps(postgres)
      sink = await startSink()
      const { config, now } = world.own
      const outbound = { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sink.port] }
      deps = { ...world.own, config: { ...config, outbound }, now: () => now() + ahead }
      client = new OutboundClient(deps.config)
    })
    beforeEach(async () => {
      sink.answer((response) => void response.end())
      by = await makeOwner(deps)
      sender = new WebhookSender(deps, client)
      sender.start()
    })
    afterEach(() => sender.stop())
    afterAll(async () => {
      await client?.close()
      await sink?.close()
      await world?.remove()
    })

    const taskEvent = (subjectId: string, url?: string) => ({
      event: 'task.completed' as const,
      organizationId: by.organizationId,
      userId: by.userId,
      subjectId,
      data: { task_id: subjectId },
      ...(url !== undefined && { url }),
    })
    const enqueue = (subjectId: string, url?: string) =>
      transact(deps, (deps) => enqueueEvent(deps, taskEvent(subjectId, url)))
    const rowOf = async (subjectId: string) => {
      const { organizationId } = by
      const [row] = await listDeliveries(deps, { organizationId, subjectId, limit: 1 })
      return row
    }
    const ended = (subjectId: string) =>
      until(`the end of ${subjectId}`, async () => {
        const row = await rowOf(subjectId)
        return row?.ended_at == null ? undefined : row
      })
    const tried = (subjectId: string, attempts: number) =>
      until(`attempt ${attempts} of ${subjectId}`, async () => {
        const row = await rowOf(subjectId)
        return row?.attempts === attempts ? row : undefined
      })
    const endpoint = (path: string) =>
      createEndpoint(deps, by, { url: sink.url(path), events: [], description: null })

    it('an event is told only if what happened was committed', async () => {
      await endpoint('/outbox')
      const failing = transact(deps, async (deps) => {
        await enqueueEvent(deps, taskEvent('gen_undone'))
        throw new Error('undone')
      })
      await expect(failing).rejects.toThrow('undone')
      await expect(enqueueEvent(deps, taskEvent('gen_loose'))).rejects.toThrow('transaction')
      await enqueue('gen_done')
      expect((await ended('gen_done')).state).toBe('delivered')
      expect([await rowOf('gen_undone'), await rowOf('gen_loose')]).toEqual([undefined, undefined])
    })

    it('without a secret nothing goes to the address of a task, unless the operator allows it unsigned', async () => {
      await enqueue('gen_bare', sink.url('/bare'))
      const refused = await ended('gen_bare')
      expect(refused).toMatchObject({ state: 'failed', attempts: 0 })
      expect(refused.last_error).toContain('no webhook secret')
      expect(sink.received.filter(({ path }) => path === '/bare')).toEqual([])

      await generateOwnSecret(deps, by, 24)
      await redeliver(deps, { organizationId: by.organizationId }, OPERATOR, refused.id)
      const signed = await sink.wait('the signed one', ({ path }) => path === '/bare')
      expect(signed.headers).toMatchObject({
        'webhook-id': refused.id,
        'webhook-signature': expect.stringMatching(/^v1,/),
        'x-claviger-signature': expect.stringMatching(/^sha256=[0-9a-f]{64}$/),
      })

      const webhooks = { ...deps.config.webhooks, allowUnsigned: true }
      const lenient = new WebhookSender({ ...deps, config: { ...deps.config, webhooks } }, client)
      await sender.stop()
      by = await makeOwner(deps)
      lenient.start()
      await enqueue('gen_unsigned', sink.url('/unsigned'))
      const { headers } = await sink.wait('the unsigned one', ({ path }) => path === '/unsigned')
      await lenient.stop()
      expect(headers).toHaveProperty('webhook-id')
      expect(headers).not.toHaveProperty('webhook-signature')
      expect(headers).not.toHaveProperty('x-claviger-signature')
    })

    it.each([429, 503])('%d is asked again when Retry-After says, and not before', async (status) => {
      await endpoint(`/later-${status}`)
      sink.answer((response) => void response.writeHead(status, { 'retry-after': '3600' }).end())
      await enqueue(`gen_later_${status}`)
      const row = await tried(`gen_later_${status}`, 1)
      expect(row.next_at - deps.now()).toBeGreaterThan(3_500_000)
      expect(row).toMatchObject({ state: 'pending', last_status: status })
    })

    it('a backlog of a receiver that never answers delays no other', async () => {
      sink.answer((response, { path }) => {
        if (path !== '/stuck') response.end()
      })
      await generateOwnSecret(deps, by, 0)
      await endpoint('/stuck')
      await transact(deps, async (deps) => {
        for (let number = 0; number < 600; number++)
          await enqueueEvent(deps, taskEvent(`gen_stuck_${number}`))
      })
      await sink.wait('the first', ({ path }) => path === '/stuck')
      await endpoint('/free')
      const began = Date.now()
      await enqueue('gen_free')
      await sink.wait('the free one', ({ path, json }) => path === '/free' && json.task_id === 'gen_free')
      // An attempt may take 15 seconds.
      expect(Date.now() - began).toBeLessThan(10_000)
    })

    it('an endpoint that failed for days until a delivery was given up is disabled, and the audit log says so', async () => {
      const { endpoint: made } = await endpoint('/failing')
      sink.answer((response) => void response.writeHead(500).end())
      await enqueue('gen_failing')
      await tried('gen_failing', 1)
      expect(await getEndpoint(deps, by, made.id)).toMatchObject({ state: 'active' })
      ahead += deps.config.webhooks.disableAfterDays * DAY_MS
      await tried('gen_failing', 2)
      expect(await getEndpoint(deps, by, made.id)).toMatchObject({ state: 'active' })
      const nearlyGivenUp = deps.db.updateTable('webhook_deliveries').set({ attempts: 9 })
      await nearlyGivenUp.where('subject_id', '=', 'gen_failing').execute()
      ahead += DAY_MS
      const disabled = await until('it to be disabled', async () => {
        const now = await getEndpoint(deps, by, made.id)
        return now.state === 'disabled' ? now : undefined
      })
      expect(disabled.disabledReason).toContain('Every delivery failed since')
      const [last] = await world.raw(
        `SELECT action, actor_kind FROM audit_log WHERE target_id = '${made.id}' ORDER BY seq DESC LIMIT 1`,
      )
      expect(last).toEqual({ action: 'webhook.disable', actor_kind: 'system' })
    })

    it('a node that lost its claim changes nothing, and what a dead one leaves is sent by another', async () => {
      await sender.stop()
      await generateOwnSecret(deps, by, 0)
      await enqueue('gen_fenced', sink.url('/fenced'))
      const destination = `${by.organizationId} ${by.userId} 127.0.0.1:${sink.port}`
      const claim = (now: number) =>
        claimDeliveries(deps.db, deps.store.kind, { destination, now, leaseUntil: now + 30_000, limit: 9 })
      const [dead] = await claim(deps.now())
      expect(await claim(deps.now())).toEqual([])
      ahead += 31_000
      const [next] = await claim(deps.now())
      expect([next?.id, next?.fence]).toEqual([dead?.id, (dead?.fence ?? 0) + 1])
      expect(await updateClaimed(deps.db, dead as NonNullable<typeof dead>, { state: 'failed' })).toBe(false)
      ahead += 31_000
      const other = new WebhookSender(deps, client)
      other.start()
      expect((await ended('gen_fenced')).id).toBe(dead?.id)
      await other.stop()
    })

    it('an attempt that the end of the process cuts short is not counted, and another node makes it', async () => {
      const { endpoint: made } = await endpoint('/cut')
      const arrived = Promise.withResolvers<void>()
      sink.answer(() => arrived.resolve())
      await enqueue('gen_cut')
      await arrived.promise
      await sender.stop()
      expect(await rowOf('gen_cut')).toMatchObject({ state: 'pending', attempts: 0 })
      sink.answer((response) => void response.end())
      const other = new WebhookSender(deps, client)
      other.start()
      expect(await ended('gen_cut')).toMatchObject({ state: 'delivered', endpoint_id: made.id, attempts: 1 })
      await other.stop()
    })

    it('the owner of a key is told once within a week of its end and once within a day', async () => {
      const manager = await makeOwner(deps)
      by = manager
      await endpoint('/expiring')
      const expiresAt = deps.now() + 5 * DAY_MS
      const { key } = await createKey(deps, manager, { name: 'Ends', expiresAt })
      const told = async () => {
        for (let turn = 0; turn < 3; turn++) await tellExpiringKeys(deps)
        const filter = { organizationId: by.organizationId, event: 'key.expiring', limit: 10 }
        return (await listDeliveries(deps, filter)).map((row) => row.subject_id)
      }
      expect(await told()).toEqual([key.id])
      ahead += 4.5 * DAY_MS
      expect(await told()).toEqual([key.id, key.id])
    })

    it('the log keeps what ended for its time', async () => {
      await endpoint('/kept')
      await enqueue('gen_kept')
      const { id } = await ended('gen_kept')
      await pruneDeliveries(deps, new AbortController().signal)
      expect(await findDelivery(deps.db, undefined, id)).toBeDefined()
      ahead += (deps.config.webhooks.retentionDays + 1) * DAY_MS
      await pruneDeliveries(deps, new AbortController().signal)
      expect(await findDelivery(deps.db, undefined, id)).toBeUndefined()
    })

    it('a stored secret is sealed', async () => {
      const { secret } = await endpoint('/sealed')
      const rows = await world.raw('SELECT * FROM webhook_endpoints')
      expect(JSON.stringify(rows)).not.toContain(secret.slice(6))
      expect(JSON.stringify(await listEndpoints(deps, by))).not.toContain(secret.slice(6))
    })
  })
})

it('a delivery is tried ten times within a day and an hour or two, with jitter', () => {
  const waits = Array.from({ length: 10 }, (_, made) => waitAfter(made + 1, 0))
  expect(waits).toEqual([
    5000,
    295_000,
    1_500_000,
    5_400_000,
    10_800_000,
    18_000_000,
    14_400_000,
    21_600_000,
    14_400_000,
    undefined,
  ])
  expect(waitAfter(3, 0.999)).toBeGreaterThan(1_640_000)
})

vi.setConfig({ testTimeout: 30_000 })
