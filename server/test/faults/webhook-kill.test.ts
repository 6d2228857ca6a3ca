import { afterAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, install, testConfig } from '../support/claviger.ts'
import { OPEN_SIGN_UP, signUp } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { startSink } from '../support/sink.ts'
import { until } from '../support/wire.ts'

// What a dead node was sending is sent again when its lease has run out.
vi.setConfig({ testTimeout: 240_000 })

const EVENTS = 12

afterAll(stopAll)

describe.each(DATABASES)('a node that is killed while it delivers, on $name', ({ postgres, absent }) => {
  it.skipIf(absent)('loses no webhook: each comes at least once, every time under the same id', async () => {
    const sink = await startSink()
    const outbound = { allowHttp: true, allowCidrs: ['127.0.0.1/32'], ports: [sink.port] }
    const installation = await install(
      testConfig('http://127.0.0.1:9/v1', { outbound, ...OPEN_SIGN_UP }),
      postgres,
    )
    try {
      const first = await installation.start()
      const owner = await signUp(first.url)
      for (const path of ['/a', '/b']) {
        await owner.ask('POST', '/api/dashboard/webhooks', { url: sink.url(path), events: ['key.created'] })
      }
      let killed = false
      // Some are answered, and some hang until the node is dead.
      sink.answer((response, { json }) => {
        if (killed || Number(json.name) % 2 === 0) response.end()
      })
      for (let name = 0; name < EVENTS; name++) await owner.ask('POST', '/api/v1/keys', { name: `${name}` })
      await sink.wait('one that hangs', ({ json }) => Number(json.name) % 2 === 1)
      await first.stop('SIGKILL')
      const before = sink.received.length
      killed = true
      const second = await installation.start()
      const idsOf = () => {
        const ids = new Map<string, Set<string>>()
        for (const { path, json, headers } of sink.received) {
          const name = `${path} ${json.name}`
          ids.set(name, (ids.get(name) ?? new Set()).add(String(headers['webhook-id'])))
        }
        return ids
      }
      await until('all of them', () => (idsOf().size === 2 * EVENTS ? true : undefined), 60_000)
      const again = () =>
        sink.received.slice(before).some(({ headers }) => earlier.has(headers['webhook-id']))
      const earlier = new Set(sink.received.slice(0, before).map(({ headers }) => headers['webhook-id']))
      await until('what hung, once more', () => (again() ? true : undefined), 60_000)
      expect([...idsOf().values()].map(({ size }) => size)).toEqual(Array(2 * EVENTS).fill(1))
      await second.stop()
    } finally {
      await sink.close()
      await installation.remove()
    }
  })
})
