import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import {
  type Caller,
  caller,
  eventsOf,
  type Json,
  openStage,
  requestIdOf,
  type Stage,
  until,
  untilAwake,
  untilHeard,
} from '../support/wire.ts'

// A stream in flight of a key that loses its rights: cut within the bound of revocation, told to the client inside the
// stream, and charged for what was passed on.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

/** The bound of a revocation (DESIGN section 6) that another process made. */
const BOUND_MS = 5000
/** A stream that would go on for longer than any test. */
const ENDLESS = { pieces: 100_000, pieceDelayMs: 20, noUsage: true }

interface OpenStream {
  readonly id: string
  /** All of it, once it has ended by itself. */
  readonly text: Promise<string>
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url), postgres)
    })
    afterAll(() => stage.close())
    beforeEach(() => stage.upstream.script(ENDLESS))

    /** A stream of which the first words are here. */
    async function begin(key: Caller, path = '/v1/chat/completions'): Promise<OpenStream> {
      const body = path.endsWith('responses')
        ? { model: 'chat', input: 'Hi', stream: true }
        : { model: 'chat', messages: [{ role: 'user', content: 'Hi' }], stream: true }
      const answer = await key.post(path, body)
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
      const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
      const decoder = new TextDecoder()
      let text = ''
      const read = async (): Promise<boolean> => {
        const { done, value } = await reader.read()
        text += decoder.decode(value, { stream: true })
        return !done
      }
      while (!text.includes('word2')) await read()
      const rest = async () => {
        while (await read());
        return text
      }
      return { id: requestIdOf(answer), text: rest() }
    }

    async function cutAfter(
      change: (key: Caller & { hash: string }) => Promise<unknown>,
      body: Json = {},
      path?: string,
    ) {
      const key = await stage.makeKey(body)
      const stream = await begin(key, path)
      const from = performance.now()
      await change(key)
      const text = await stream.text
      const row = await stage.owner.row(stream.id)
      return { last: eventsOf(text).at(-1), text, row, took: performance.now() - from }
    }

    const patch = (body: Json) => (key: { hash: string }) =>
      stage.owner.send('PATCH', `/api/v1/keys/${key.hash}`, body)
    const expireSoon = (key: { hash: string }) =>
      patch({ expires_at: new Date(Date.now() + 1000).toISOString() })(key)
    const revoke = (key: { hash: string }) => stage.owner.send('DELETE', `/api/v1/keys/${key.hash}`)

    it('is cut with an error as its last event, and what was passed on is charged', async () => {
      const { last, text, row, took } = await cutAfter(revoke)
      expect(last).toEqual({
        error: {
          message: 'API key has been revoked',
          type: 'authentication_error',
          code: 'key_revoked',
          param: null,
        },
      })
      expect(text).not.toContain('[DONE]')
      expect(took).toBeLessThan(BOUND_MS)
      expect(row).toMatchObject({ outcome: 'aborted', error_code: 'key_revoked', cost_basis: 'counted' })
      expect(row.output_tokens).toBeGreaterThan(0)
      expect(Number(row.cost_credits)).toBeGreaterThan(0)
      await until(
        'the end of the provider’s answer',
        async () => (await stage.upstream.records()).every(({ aborted }) => aborted) || undefined,
      )
      console.log(
        `a stream of a revoked key on ${name}: ended ${took.toFixed(0)} ms after the revocation was sent`,
      )
    })

    it('under a budget is settled: nothing stays held', async () => {
      const { row } = await cutAfter(revoke, { limit: 5 })
      expect(row.outcome).toBe('aborted')
      const balance = await stage.installation.admin<{ faults?: unknown[] }>('ledger', 'verify')
      expect(balance.faults ?? []).toEqual([])
    })

    it('of /responses ends with response.failed, and so on the surface of OpenRouter', async () => {
      for (const path of ['/v1/responses', '/api/v1/responses']) {
        const { last } = await cutAfter(revoke, {}, path)
        expect(last, path).toMatchObject({
          type: 'response.failed',
          response: { status: 'failed', error: { code: 'key_revoked' } },
        })
      }
      const { last } = await cutAfter(revoke, {}, '/api/v1/chat/completions')
      expect(JSON.stringify(last)).toContain('API key has been revoked')
    })

    it('is cut when the key is disabled, loses its permission, expires, or its owner is suspended', async () => {
      const cases: [(key: Caller & { hash: string }) => Promise<unknown>, string][] = [
        [patch({ disabled: true }), 'key_disabled'],
        [patch({ permissions: ['usage:read'] }), 'insufficient_permission'],
        [expireSoon, 'key_expired'],
      ]
      for (const [change, code] of cases) {
        const { text, took } = await cutAfter(change)
        expect(lastCodeOf(text)).toBe(code)
        expect(took).toBeLessThan(BOUND_MS)
      }
      const { admin } = stage.installation
      const email = 'suspended@example.com'
      await admin('admin', 'users', 'create', '--email', email, '--name', 'Suspended')
      const { key } = await admin<{ key: string }>('admin', 'keys', 'create', '--user', email)
      const stream = await begin(caller(stage.server.url, key))
      // By another process, as an operator does.
      await admin('admin', 'users', 'suspend', email)
      const from = performance.now()
      expect(lastCodeOf(await stream.text)).toBe('user_suspended')
      expect(performance.now() - from).toBeLessThan(BOUND_MS)
    })

    it('of another key goes on, whatever else changes', async () => {
      await stage.upstream.script({ pieces: 60, pieceDelayMs: 20 })
      const other = await stage.makeKey({})
      const stream = await begin(other)
      const lost = await stage.makeKey({})
      await revoke(lost)
      await patch({ name: 'Renamed' })(other as Caller & { hash: string })
      const text = await stream.text
      expect(text).toContain('[DONE]')
      expect((await stage.owner.row(stream.id)).outcome).toBe('completed')
    })

    it('runs to its end where the configuration says so', async () => {
      const finishing = await stage.installation.start({ CLAVIGER_GATEWAY_REVOKED_STREAMS: 'finish' })
      await untilAwake(finishing.url)
      await stage.upstream.script({ pieces: 60, pieceDelayMs: 20 })
      const key = await stage.makeKey({})
      const there = caller(finishing.url, key.key)
      const stream = await begin(there)
      await revoke(key)
      const status = async () => (await there.get('/v1/models')).status
      await untilHeard(postgres, 'the revocation', async () => (await status()) === 401)
      expect(await status()).toBe(401)
      expect(await stream.text).toContain('[DONE]')
      await finishing.stop()
    })
  })
}

function lastCodeOf(text: string): string | undefined {
  return (eventsOf(text).at(-1) as { error?: { code: string } } | undefined)?.error?.code
}
