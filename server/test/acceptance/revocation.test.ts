import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { bodyOf, challengeOf, type PublishedError, shapeOf, TABLE } from '../support/authentication.ts'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import { RawConnection } from '../support/raw-http.ts'
import { type Caller, caller, HEARD_MOST_MS, until, untilHeard } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** One route of each surface and kind; that all routes authenticate alike is the table's test. */
const SURFACES = [
  '/v1/models',
  '/v1/usage',
  '/v1/usage/summary',
  '/api/v1/key',
  '/api/v1/keys',
  '/api/v1/models',
]
const EVERYTHING = ['inference', 'usage:read', 'keys:read', 'keys:write']
const REVOCATIONS = 100
/** Far longer than a body takes that is sent at once. */
const SLOW_MS = 200

afterAll(stopAll)

describe.each(DATABASES)('what takes a right away', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let manager: Caller

    beforeAll(async () => {
      upstream = await startUpstream()
      installation = await install(testConfig(upstream.url, { log: { requests: 'none' } }), postgres)
      manager = await createUser('owner@example.com')
      server = await installation.start()
      manager = caller(server.url, manager.key)
    })
    afterAll(async () => {
      await server?.stop()
      await upstream?.stop()
      await installation?.remove()
    })

    async function createUser(email: string): Promise<Caller> {
      await installation.admin('admin', 'users', 'create', '--email', email, '--name', email)
      const args = ['--user', email, '--permissions', EVERYTHING.join()]
      const { key } = await installation.admin<{ key: string }>('admin', 'keys', 'create', ...args)
      return caller(server?.url ?? '', key)
    }

    /** A key that has been used on every surface, so that it stands in every cache there is. */
    async function usedKey(body: object = {}): Promise<Caller & { hash: string }> {
      const made = await manager.post('/api/v1/keys', { name: 'Test', permissions: EVERYTHING, ...body })
      const { key, data } = (await made.json()) as { key: string; data: { hash: string } }
      const used = { ...caller(server.url, key), hash: data.hash }
      await expectAccepted(used)
      return used
    }

    it('a key that another key revokes is refused from the next request, on every surface', async () => {
      const key = await usedKey()
      const revoked = await manager.send('DELETE', `/api/v1/keys/${key.hash}`)
      expect(await revoked.json()).toEqual({ data: { success: true }, deleted: true })
      await expectRefused(key, 'key_revoked')
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(401)
    })

    it('a key that revokes itself is refused from the next request', async () => {
      const key = await usedKey()
      expect((await key.send('DELETE', `/api/v1/keys/${key.hash}`)).status).toBe(200)
      await expectRefused(key, 'key_revoked')
    })

    it('a key that is revoked while the body of its request is on its way does nothing any more', async () => {
      const bodies = [
        ['/v1/chat/completions', CHAT],
        ['/api/v1/keys', { name: 'Made by a revoked key' }],
      ] as const
      for (const [path, json] of bodies) {
        const key = await usedKey()
        const body = JSON.stringify(json)
        const begin = (connection: RawConnection) =>
          connection.send(
            `POST ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nContent-Type: application/json\r\n` +
              `Authorization: Bearer ${key.key}\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, -5)}`,
          )
        const [slow, whole] = [new RawConnection(server.url), new RawConnection(server.url)]
        begin(slow)
        begin(whole)
        await setTimeout(SLOW_MS)
        const served = await whole.request(body.slice(-5))
        expect(served.status, path).toBeLessThan(300)
        await manager.send('DELETE', `/api/v1/keys/${key.hash}`)
        const refused = await slow.request(body.slice(-5))
        expect(refused.status, path).toBe(401)
        for (const connection of [slow, whole]) connection.close()
      }
    })

    it('a key that the operator revokes from another process is refused as soon as the server has heard of it', async () => {
      const key = await usedKey()
      await installation.admin('admin', 'keys', 'revoke', key.hash)
      await untilHeard(postgres, 'the revocation', async () => (await key.get('/v1/models')).status === 401)
      await expectRefused(key, 'key_revoked')
    })

    it('a revoked key cannot be brought back, and is gone from lists and look-ups', async () => {
      const key = await usedKey()
      await manager.send('DELETE', `/api/v1/keys/${key.hash}`)
      for (const [method, body] of [['GET'], ['PATCH', { disabled: false }], ['DELETE']] as const) {
        expect((await manager.send(method, `/api/v1/keys/${key.hash}`, body)).status, method).toBe(404)
      }
      const { data } = await manager.read<{ data: { hash: string }[] }>('/api/v1/keys?include_disabled=true')
      expect(data.map(({ hash }) => hash)).not.toContain(key.hash)
      await expectRefused(key, 'key_revoked')
    })

    it('a disabled key is refused from the next request, and accepted from the next one after it is enabled', async () => {
      const key = await usedKey()
      for (let round = 0; round < 3; round++) {
        await patch(key, { disabled: true })
        await expectRefused(key, 'key_disabled')
        await patch(key, { disabled: false })
        await expectAccepted(key)
      }
    })

    it('a key is refused from the moment it expires', async () => {
      const key = await usedKey()
      const end = Date.now() + 2000
      await patch(key, { expires_at: new Date(end).toISOString() })
      const answers: { sentAt: number; cameAt: number; status: number }[] = []
      await until('the end of the key', async () => {
        const sentAt = Date.now()
        const { status } = await key.get('/api/v1/key')
        answers.push({ sentAt, cameAt: Date.now(), status })
        return status === 401 || undefined
      })
      // The database's clock decides on PostgreSQL; here it is the same machine's.
      const slack = 250
      // Of a request that was under way at the end either may be true, however long the machine took over it.
      expect(answers.filter(({ cameAt, status }) => cameAt < end - slack && status !== 200)).toEqual([])
      expect(answers.filter(({ sentAt, status }) => sentAt > end + slack && status !== 401)).toEqual([])
      await expectRefused(key, 'key_expired')
    })

    it('the keys of a suspended user get 403 from the next request, on every surface, until he is active again', async () => {
      const key = await createUser('temporary@example.com')
      await expectAccepted(key)
      await installation.admin('admin', 'users', 'suspend', 'temporary@example.com')
      await untilHeard(postgres, 'the suspension', async () => (await key.get('/v1/models')).status === 403)
      await expectRefused(key, 'user_suspended')
      expect((await key.post('/v1/responses', { model: 'chat', input: 'hi' })).status).toBe(403)
      await installation.admin('admin', 'users', 'activate', 'temporary@example.com')
      await untilHeard(postgres, 'the activation', async () => (await key.get('/v1/models')).ok)
      await expectAccepted(key)
      await expectAccepted(manager)
    })

    it('a permission that is taken away is missing from the next request, and one that is given is there', async () => {
      const key = await usedKey()
      const routes = [
        ['inference', '/v1/models'],
        ['usage:read', '/v1/usage'],
        ['keys:read', '/api/v1/keys'],
      ] as const
      for (const [permission, path] of routes) {
        await patch(key, { permissions: EVERYTHING.filter((held) => held !== permission) })
        const answer = await key.get(path)
        expect(answer.status, path).toBe(403)
        expect(await answer.text()).toContain(`This API key lacks the permission ${permission}`)
        await patch(key, { permissions: EVERYTHING })
        expect((await key.get(path)).status, path).toBe(200)
      }
    })

    it('a model that is taken away is refused from the next request, and gone from the list', async () => {
      const key = await usedKey()
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
      await patch(key, { allowed_models: ['embed'] })
      const answer = await key.post('/v1/chat/completions', CHAT)
      expect(answer.status).toBe(403)
      expect(((await answer.json()) as { error: object }).error).toMatchObject({
        code: 'model_forbidden',
        param: 'model',
      })
      const { data } = await key.read<{ data: { id: string }[] }>('/v1/models')
      expect(data.map(({ id }) => id)).toEqual(['embed'])
      await patch(key, { allowed_models: null })
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
    })

    it('an address that is no longer allowed is refused from the next request', async () => {
      const key = await usedKey({ allowed_cidrs: ['127.0.0.0/8'] })
      await patch(key, { allowed_cidrs: ['203.0.113.0/24'] })
      await expectRefused(key, 'address_not_allowed')
      await patch(key, { allowed_cidrs: ['127.0.0.1'] })
      await expectAccepted(key)
    })

    it('a key that may not be managed from elsewhere is not: another user’s key can neither read, change nor revoke it', async () => {
      const key = await usedKey()
      const stranger = await createUser('stranger@example.com')
      for (const [method, body] of [['GET'], ['PATCH', { disabled: true }], ['DELETE']] as const) {
        const answer = await stranger.send(method, `/api/v1/keys/${key.hash}`, body)
        const none = await stranger.send(method, `/api/v1/keys/${'0'.repeat(32)}`, body)
        expect([answer.status, withoutId(await answer.text())]).toEqual([
          none.status,
          withoutId(await none.text()),
        ])
        expect(answer.status).toBe(404)
      }
      await expectAccepted(key)
    })

    it('rotation by the recipe of EU GPT, issue, deploy, revoke, loses no request at 200 a second', async () => {
      const old = await usedKey({ name: 'Old' })
      let deployed: Caller = old
      const load = new SteadyLoad(200, () => deployed)
      await load.reach(300)
      const fresh = await usedKey({ name: 'New' })
      deployed = fresh
      // The last request with the old key, and everything it left to be written.
      await load.reach(load.done + 100)
      const lastOldAt = load.lastStartOf(old)
      const usedAt = async (key: { hash: string }) => {
        const { data } = await manager.read<{ data: { last_used: string } }>(`/api/v1/keys/${key.hash}`)
        return Date.parse(data.last_used)
      }
      const still = await until('the last use of the old key', async () => {
        const at = await usedAt(old)
        return at >= lastOldAt ? at : undefined
      })
      await load.reach(load.done + 200)
      const freshFrom = await usedAt(fresh)
      await until('a later use of the new key', async () => (await usedAt(fresh)) > freshFrom || undefined)
      expect(await usedAt(old), 'the old key is used no more').toBe(still)
      expect((await manager.send('DELETE', `/api/v1/keys/${old.hash}`)).status).toBe(200)
      await expectRefused(old, 'key_revoked')
      await load.reach(load.done + 200)
      const { failures, perSecond } = await load.stop()
      expect(failures).toEqual([])
      console.log(`rotation on ${name}: ${load.done} requests at ${perSecond}/s, none failed`)
    })

    if (postgres) describe('a second node', secondNode)

    function secondNode(): void {
      let other: Server

      beforeAll(async () => {
        other = await installation.start()
      })
      afterAll(async () => {
        await other?.stop()
      })

      it(`refuses a key that the first node revokes within ${HEARD_MOST_MS} ms, and for good`, async () => {
        const delays: number[] = []
        const keys = await Promise.all(Array.from({ length: REVOCATIONS }, () => usedKey()))
        for (const key of keys) {
          const there = caller(other.url, key.key)
          expect((await there.get('/api/v1/key')).status).toBe(200)
          await manager.send('DELETE', `/api/v1/keys/${key.hash}`)
          const from = performance.now()
          await refusedAt(there)
          delays.push(performance.now() - from)
          expect((await there.get('/v1/models')).status).toBe(401)
          expect((await key.get('/v1/models')).status, 'on the node itself').toBe(401)
        }
        delays.sort((a, b) => a - b)
        const at = (share: number) => delays[Math.ceil(delays.length * share) - 1]?.toFixed(1)
        console.log(
          `revocation on one node, refusal on the other, ${delays.length} times: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`,
        )
        expect(delays.at(-1)).toBeLessThanOrEqual(HEARD_MOST_MS)
      })

      it('follows disabling, enabling and permissions too', async () => {
        const key = await usedKey()
        const there = caller(other.url, key.key)
        const reaches = (status: number, path = '/v1/models') =>
          untilHeard(
            postgres,
            `${status} on the other node`,
            async () => (await there.get(path)).status === status,
          )
        await reaches(200)
        await patch(key, { disabled: true })
        await reaches(401)
        await patch(key, { disabled: false })
        await reaches(200)
        await patch(key, { permissions: ['usage:read'] })
        await reaches(403)
        await reaches(200, '/v1/usage')
      })

      it('knows a key that the first node has just made', async () => {
        for (let round = 0; round < 20; round++) {
          const made = await manager.post('/api/v1/keys', { name: 'Fresh' })
          const { key } = (await made.json()) as { key: string }
          expect((await caller(other.url, key).get('/v1/models')).status).toBe(200)
        }
      })
    }

    const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'hi' }] }

    async function patch(key: { hash: string }, body: object): Promise<void> {
      const answer = await manager.send('PATCH', `/api/v1/keys/${key.hash}`, body)
      if (!answer.ok) throw new Error(await answer.text())
    }
  })
})

async function expectAccepted(key: Caller): Promise<void> {
  for (const path of SURFACES) expect((await key.get(path)).status, path).toBe(200)
}

/** Refused at the first attempt on every surface, to the letter. */
async function expectRefused(key: Caller, code: string): Promise<void> {
  const error = TABLE.errors[code] as PublishedError
  for (const path of SURFACES) {
    const answer = await key.get(path)
    const requestId = answer.headers.get('x-request-id') ?? ''
    expect([answer.status, await answer.text()], path).toEqual([
      error.status,
      bodyOf(code, shapeOf(path), requestId, error.message),
    ])
    expect(answer.headers.get('www-authenticate')).toBe(challengeOf(code, '') ?? null)
  }
}

async function refusedAt(key: Caller): Promise<void> {
  const end = performance.now() + 2 * HEARD_MOST_MS
  while ((await key.get('/api/v1/key')).status !== 401) {
    if (performance.now() > end) throw new Error('The other node never refused the key')
  }
}

function withoutId(text: string): string {
  return text.replace(/req_[0-9a-z]+/, '')
}

/** Requests at a steady rate, with whatever key is deployed when each begins. */
class SteadyLoad {
  readonly #running = new Set<Promise<void>>()
  readonly #starts = new Map<string, number>()
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #failures: string[] = []
  #sent = 0
  done = 0

  constructor(perSecond: number, deployed: () => Caller) {
    this.#timer = setInterval(() => {
      const due = ((performance.now() - this.#startedAt) * perSecond) / 1000
      // A machine that is too busy sends less: what counts is that none fails.
      for (let burst = 0; this.#sent < due && burst < 5 && this.#running.size < 50; burst++) {
        const request = this.#send(deployed()).finally(() => this.#running.delete(request))
        this.#running.add(request)
      }
    }, 5)
  }

  lastStartOf({ key }: Caller): number {
    return this.#starts.get(key) ?? 0
  }

  async reach(count: number): Promise<void> {
    await until(`${count} requests`, () => this.done >= count || undefined, 30_000)
  }

  async stop(): Promise<{ failures: string[]; perSecond: number }> {
    clearInterval(this.#timer)
    await Promise.all(this.#running)
    const perSecond = Math.round((this.done * 1000) / (performance.now() - this.#startedAt))
    return { failures: this.#failures, perSecond }
  }

  async #send(key: Caller): Promise<void> {
    const number = this.#sent++
    this.#starts.set(key.key, Date.now())
    try {
      const answer =
        number % 2 === 0
          ? await key.get('/v1/models')
          : await key.post('/v1/embeddings', { model: 'embed', input: `${number}` })
      const text = await answer.text()
      if (answer.status !== 200) this.#failures.push(`${answer.status} ${text}`)
    } catch (error) {
      this.#failures.push(String(error))
    }
    this.done++
  }
}
