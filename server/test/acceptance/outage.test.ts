import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { METRICS_TOKEN, shapeOf } from '../support/authentication.ts'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { inventKey } from '../support/key-text.ts'
import { stopAll } from '../support/processes.ts'
import { type CuttableProxy, startProxy } from '../support/raw-http.ts'
import { type Caller, caller, until, untilHeard } from '../support/wire.ts'

// A start of a process takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 })

/** How long a node may answer from what it knows, and some room for a busy machine. */
const LEASE_MS = 4000
const ROOM_MS = 6000
/** A client waits no longer than the bound of revocation, and some room. */
const SILENCE_MOST_MS = 5000 + 2000
const JUNK = 'Bearer junk'
const ROUTES = ['/v1/models', '/v1/usage', '/api/v1/key', '/api/v1/keys']

const [, POSTGRES] = DATABASES

afterAll(stopAll)

/** On SQLite the database is a file of the process's own machine; there is no away. */
describe.skipIf(POSTGRES.absent)('on PostgreSQL', () => {
  let upstream: Upstream
  let installation: Installation
  let proxy: CuttableProxy
  let server: Server
  let good: Caller
  let revoked: Caller
  let unknown: Caller

  beforeAll(async () => {
    upstream = await startUpstream()
    installation = await install(testConfig(upstream.url, { log: { requests: 'none' } }), true)
    const direct = new URL(String(installation.env.DATABASE_URL))
    proxy = await startProxy(Number(direct.port), direct.hostname)
    const proxied = new URL(direct)
    proxied.hostname = '127.0.0.1'
    proxied.port = String(proxy.port)
    await installation.admin('admin', 'users', 'create', '--email', 'owner@example.com', '--name', 'Owner')
    const { key } = await makeKey()
    server = await installation.start({ DATABASE_URL: proxied.href })
    good = caller(server.url, key)
    unknown = caller(server.url, inventKey('cvg'))
  })
  afterAll(async () => {
    await proxy?.mend()
    await server?.stop()
    await proxy?.stop()
    await upstream?.stop()
    await installation?.remove()
  })

  async function makeKey(): Promise<{ key: string; hash: string }> {
    const permissions = ['--permissions', 'inference,usage:read,keys:read,keys:write']
    return installation.admin('admin', 'keys', 'create', ...permissions)
  }

  const status = async (key: Caller, path: string) => (await key.get(path)).status

  /** A key that was good and used here when the database went, and is revoked behind the server's back. */
  async function victim(): Promise<Caller & { hash: string }> {
    const made = await good.post('/api/v1/keys', {
      name: 'Victim',
      permissions: ['inference', 'usage:read', 'keys:read'],
    })
    const { key, data } = (await made.json()) as { key: string; data: { hash: string } }
    const used = { ...caller(server.url, key), hash: data.hash }
    expect(await status(used, '/v1/models')).toBe(200)
    return used
  }

  /** Everything that must hold while the database is away, from the moment the lease is over. */
  async function holdsWhileAway(keys: readonly Caller[], forMs: number): Promise<void> {
    const end = Date.now() + forMs
    while (Date.now() < end) {
      for (const path of ROUTES) {
        const answers = await Promise.all(keys.map((key) => key.get(path)))
        for (const answer of answers) await expectUnavailable(answer, path)
      }
      const chat = await good.post('/v1/chat/completions', { model: 'chat', messages: [] })
      await expectUnavailable(chat, '/v1/chat/completions')
      await expectUnavailable(await good.post('/api/v1/keys', { name: 'Never' }), '/api/v1/keys')
      await expectUnavailable(await fetch(`${server.url}/readyz`), '/readyz')
      await expectOffline()
    }
  }

  /** What needs no database goes on as ever. */
  async function expectOffline(): Promise<void> {
    for (const headers of [{}, { authorization: JUNK }]) {
      expect((await fetch(`${server.url}/v1/models`, { headers })).status).toBe(401)
    }
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    const metrics = { authorization: `Bearer ${METRICS_TOKEN}` }
    expect((await fetch(`${server.url}/metrics`, { headers: metrics })).status).toBe(200)
    expect(server.child.exitCode).toBeNull()
  }

  /** Until the lease is over a good key may pass; a bad one never may, and none may be called bad that is not. */
  async function untilLeaseIsOver(cutAt: number, revokedBefore: Caller): Promise<number> {
    return until(
      'the end of the lease',
      async () => {
        const [forGood, forRevoked] = await Promise.all([
          status(good, '/v1/models'),
          status(revokedBefore, '/v1/models'),
        ])
        expect([200, 503]).toContain(forGood)
        expect([401, 503]).toContain(forRevoked)
        return forGood === 503 ? performance.now() - cutAt : undefined
      },
      LEASE_MS + ROOM_MS,
    )
  }

  async function comesBack(victims: readonly Caller[]): Promise<void> {
    await until('recovery', async () => (await status(good, '/v1/models')) === 200 || undefined, 20_000)
    await until('readiness', async () => (await fetch(`${server.url}/readyz`)).ok || undefined)
    for (const path of ROUTES) {
      expect(await status(good, path), path).toBe(200)
      for (const key of [revoked, unknown, ...victims]) expect(await status(key, path), path).toBe(401)
    }
    expect((await good.post('/v1/chat/completions', { model: 'chat', messages: [] })).status).toBe(200)
  }

  async function prepare(): Promise<Caller & { hash: string }> {
    revoked = await victim()
    await good.send('DELETE', `/api/v1/keys/${(revoked as Caller & { hash: string }).hash}`)
    expect(await status(revoked, '/v1/models')).toBe(401)
    expect(await status(unknown, '/v1/models')).toBe(401)
    return victim()
  }

  it('a database that is stopped makes every key 503 and none 401 or 200 once the lease is over; it recovers by itself', async () => {
    const fresh = caller(server.url, (await makeKey()).key)
    const behind = await prepare()
    proxy.cut()
    const cutAt = performance.now()
    // What is in no cache cannot be judged, within the lease no more than after it.
    for (const key of [fresh, caller(server.url, inventKey('cvg'))]) {
      await expectUnavailable(await key.get('/v1/models'), '/v1/models')
    }
    const revoking = installation.admin('admin', 'keys', 'revoke', behind.hash)
    const lasted = await untilLeaseIsOver(cutAt, revoked)
    await revoking
    await holdsWhileAway([good, revoked, unknown, behind, fresh], 2000)
    await proxy.mend()
    await comesBack([behind])
    expect(await status(fresh, '/v1/models')).toBe(200)
    console.log(`stopped database: good keys passed for ${Math.round(lasted)} ms, then 503`)
  })

  it('a network that swallows packets makes every key 503 too, and no request hangs', async () => {
    const behind = await prepare()
    // In no cache: this one has to ask.
    const fresh = caller(server.url, (await makeKey()).key)
    proxy.stall()
    const cutAt = performance.now()
    const asking = status(fresh, '/v1/models').then((code) => [code, performance.now() - cutAt] as const)
    const revoking = installation.admin('admin', 'keys', 'revoke', behind.hash)
    await untilLeaseIsOver(cutAt, revoked)
    await revoking
    await holdsWhileAway([good, revoked, unknown, behind], 1000)
    const [answered, afterMs] = await asking
    expect(answered).toBe(503)
    expect(afterMs, 'milliseconds until a key that had to be looked up was answered').toBeLessThan(
      SILENCE_MOST_MS,
    )
    await proxy.mend()
    await comesBack([behind])
    expect(await status(fresh, '/v1/models')).toBe(200)
  })

  it('short interruptions, one after the other, never refuse a good key as bad nor let a revoked one in', async () => {
    const behind = await prepare()
    await installation.admin('admin', 'keys', 'revoke', behind.hash)
    await untilHeard(true, 'the revocation', async () => (await status(behind, '/v1/models')) === 401)
    const seen = { good: new Set<number>(), revoked: new Set<number>() }
    for (let round = 0; round < 10; round++) {
      proxy.cut()
      for (let i = 0; i < 10; i++) {
        seen.good.add(await status(good, ROUTES[i % ROUTES.length] as string))
        seen.revoked.add(await status(behind, '/v1/models'))
      }
      await proxy.mend()
    }
    expect([...seen.good].filter((code) => code !== 200 && code !== 503)).toEqual([])
    expect([...seen.revoked].filter((code) => code !== 401 && code !== 503)).toEqual([])
    await comesBack([behind])
  })

  /** 503 to the letter: a client must be told to come again, and never that its key is bad. */
  async function expectUnavailable(answer: Response, path: string): Promise<void> {
    const message = 'The key store cannot be asked at present; retry later'
    const code = 'store_unavailable'
    const bodies = {
      openai: { error: { message, type: 'service_unavailable', code, param: null }, detail: message },
      envelope: { data: null, error: { code: 'SERVICE_UNAVAILABLE', message } },
      router: {
        error: { code: 503, message, metadata: { error_type: 'service_unavailable', error_code: code } },
        requestId: answer.headers.get('x-request-id'),
      },
    }
    expect([answer.status, await answer.json()], path).toEqual([503, bodies[shapeOf(path)]])
    expect(answer.headers.get('retry-after')).toBe('2')
    expect(answer.headers.get('www-authenticate')).toBeNull()
  }
})
