import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { type ClosedPort, holdClosedPort } from '../support/closed-port.ts'
import { stopAll } from '../support/processes.ts'
import type { UpstreamScript } from '../support/upstream.ts'
import { eventsOf, type Json, openStage, requestIdOf, type Stage, until } from '../support/wire.ts'

const COOLDOWN_MS = 3000
const FAILURES = 3
const SECRET = 'sk-upstream-secret'

/** What another route may mend, and what the first route's provider does. */
const MENDABLE: Record<string, UpstreamScript> = {
  401: { status: 401 },
  403: { status: 403 },
  408: { status: 408 },
  429: { status: 429 },
  500: { status: 500 },
  502: { status: 502 },
  503: { status: 503 },
  504: { status: 504 },
  529: { status: 529 },
  cut: { cutAfter: 0 },
  silent: { delayMs: 60_000 },
}
/** What it may not: the caller's own fault, or a model that the provider does not know. */
const FINAL = [400, 404, 413, 422]

/**
 * A model of its own for each case, so that none meets a route that rests after another's failures. Its routes lead to
 * the same process under different names, whose script tells them apart by the provider's name of the model.
 */
function config(upstreamUrl: string, deadUrl: string): object {
  const base = testConfig(upstreamUrl) as { providers: Json[]; models: Json[] }
  const model = (id: string, first = 'upstream', second = 'other') => ({
    ...base.models[0],
    id,
    routes: [
      { provider: first, model: `first-${id}` },
      { provider: second, model: `second-${id}` },
    ],
  })
  const provider = { kind: 'openai', baseUrl: upstreamUrl, apiKey: SECRET }
  const cases = [...Object.keys(MENDABLE), ...FINAL, 'rest', 'both', 'echo', 'wait', 'long']
  return {
    ...base,
    gateway: { cooldownMs: COOLDOWN_MS, failuresBeforeCooldown: FAILURES },
    providers: [
      ...base.providers,
      { id: 'other', ...provider },
      // For the one case that is about it: on a busy machine a good answer may take as long.
      { id: 'hasty', ...provider, headersTimeoutMs: 1500 },
      { id: 'dead', ...provider, baseUrl: deadUrl },
    ],
    models: [
      ...base.models,
      ...cases.map((name) => model(`case-${name}`, name === 'silent' ? 'hasty' : 'upstream')),
      model('case-refused', 'dead'),
      { ...model('case-all-dead', 'dead', 'dead') },
    ],
  }
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage
    let closed: ClosedPort

    beforeAll(async () => {
      closed = await holdClosedPort()
      const dead = `http://127.0.0.1:${closed.port}/v1`
      stage = await openStage((url) => config(url, dead), postgres)
    }, 60_000)
    afterAll(async () => {
      await stage.close()
      closed.release()
    })

    const chat = (model: string, stream = false) =>
      stage.owner.post('/v1/chat/completions', {
        model,
        messages: [{ role: 'user', content: 'Hi' }],
        ...(stream && { stream }),
      })
    const failing = (model: string, script: UpstreamScript) =>
      stage.upstream.script({ models: { [`first-${model}`]: script } })
    const seenModels = async () => (await stage.upstream.records()).map(({ body }) => body.model)

    describe('the next route answers', () => {
      it.each([...Object.keys(MENDABLE), 'refused'])(
        'when the first fails with %s before its first byte, whole and streamed',
        async (failure) => {
          const model = `case-${failure}`
          for (const streamed of [false, true]) {
            await failing(model, MENDABLE[failure] ?? {})
            const response = await chat(model, streamed)
            const text = await response.text()
            expect([response.status, text]).toEqual([200, expect.stringContaining('word1')])
            expect(response.headers.get('x-fallback-count')).toBe('1')
            expect(response.headers.get('x-provider-id')).toBe('other')
            expect(response.headers.get('x-model-used')).toBe(`second-${model}`)
            expect(await seenModels()).toEqual(
              failure === 'refused' ? [`second-${model}`] : [`first-${model}`, `second-${model}`],
            )
            const served = (await stage.upstream.records()).at(-1)
            expect(await stage.owner.row(requestIdOf(response))).toMatchObject({
              attempts: 2,
              provider: 'other',
              status: 200,
              outcome: 'completed',
              error_code: null,
              input_tokens: served?.promptTokens,
              output_tokens: served?.completionTokens,
            })
          }
        },
      )

      it('never when the provider refuses the request itself, or the gateway', async () => {
        for (const status of FINAL) {
          const model = `case-${status}`
          await failing(model, { status })
          const response = await chat(model)
          expect([status, response.ok]).toEqual([status, false])
          expect(response.headers.get('x-fallback-count')).toBeNull()
          expect(await seenModels()).toEqual([`first-${model}`])
          expect(await stage.owner.row(requestIdOf(response))).toMatchObject({
            attempts: 1,
            cost_basis: 'none',
            cost_credits: '0',
          })
        }
      })

      it('never after the first byte: the stream says that it failed', async () => {
        await failing('case-both', { pieces: 8, cutAfter: 3 })
        const response = await chat('case-both', true)
        const events = eventsOf(await response.text())
        expect(events.at(-1)).toMatchObject({ error: { code: 'upstream_error' } })
        expect(await seenModels()).toEqual(['first-case-both'])
      })

      it('no more: when all fail, the last failure is the answer, and the row counts the attempts', async () => {
        await stage.upstream.script({
          models: { 'first-case-both': { status: 500 }, 'second-case-both': { status: 503 } },
        })
        const response = await chat('case-both')
        expect(response.status).toBe(503)
        expect(await response.json()).toMatchObject({ error: { code: 'upstream_unavailable' } })
        expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
        expect(await stage.owner.row(requestIdOf(response))).toMatchObject({
          attempts: 2,
          outcome: 'failed',
          error_code: 'upstream_unavailable',
          cost_basis: 'none',
          cost_credits: '0',
        })
        const dead = await chat('case-all-dead')
        expect(dead.status).toBe(503)
        expect(await dead.json()).toMatchObject({ error: { code: 'upstream_unavailable' } })
      })
    })

    it('a route rests after its failures, is not tried meanwhile, and comes back', async () => {
      const [first, second] = ['first-case-rest', 'second-case-rest']
      await failing('case-rest', { status: 500 })
      let failedFrom = 0
      for (let failure = 0; failure < FAILURES; failure++) {
        failedFrom = Date.now()
        expect((await chat('case-rest')).headers.get('x-fallback-count')).toBe('1')
      }
      expect(await seenModels()).toEqual([first, second, first, second, first, second])
      await stage.upstream.script({})
      const rested = await chat('case-rest')
      // A machine that stood still for longer than the rest has proved nothing here.
      if (Date.now() - failedFrom < COOLDOWN_MS) {
        expect(rested.headers.get('x-fallback-count')).toBeNull()
        expect(await seenModels()).toEqual([second])
      }
      await until('the rested route', async () =>
        (await chat('case-rest')).headers.get('x-model-used') === first ? true : undefined,
      )
      expect(Date.now() - failedFrom).toBeGreaterThanOrEqual(COOLDOWN_MS)
    })

    describe('a provider’s refusal', () => {
      it.each([401, 403, 404])('of the gateway with %s is not the caller’s', async (status) => {
        await stage.upstream.script({
          raw: JSON.stringify({ error: { message: `Incorrect API key provided: ${SECRET}` } }),
          status,
          headers: { 'www-authenticate': 'Bearer realm="upstream"', 'x-should-retry': 'true' },
        })
        const response = await chat('chat')
        expect(response.status).toBe(502)
        expect(response.headers.get('www-authenticate')).toBeNull()
        expect(response.headers.get('x-should-retry')).toBe('false')
        const body = (await response.json()) as { error: Json }
        expect(body.error).toMatchObject({ code: 'upstream_misconfigured', type: 'upstream_error' })
        expect(JSON.stringify(body)).not.toContain('Incorrect')
      })

      it.each([400, 413, 415, 422])(
        'of the request with %s keeps its status, words and field',
        async (status) => {
          const error = {
            message: 'temperature must be below 2',
            param: 'temperature',
            code: 'bad',
            type: 'x',
          }
          await stage.upstream.script({ raw: JSON.stringify({ error }), status })
          const response = await chat('chat')
          expect(response.status).toBe(status)
          expect(((await response.json()) as { error: Json }).error).toEqual({
            message: 'temperature must be below 2',
            param: 'temperature',
            code: 'upstream_rejected',
            type: 'invalid_request_error',
          })
        },
      )

      it('keeps its status when its text is long, as of servers that repeat the request in it', async () => {
        const input = 'x'.repeat(200_000)
        await stage.upstream.script({
          raw: JSON.stringify({ detail: [{ loc: ['body'], msg: 'Field required', input }] }),
          status: 422,
        })
        const response = await chat('case-long')
        expect(response.status).toBe(422)
        expect((await response.text()).length).toBeLessThan(5000)
        expect(await seenModels()).toEqual(['first-case-long'])
      })

      it('is an answer in our words when it is no JSON at all', async () => {
        await stage.upstream.script({ raw: '<h1>Bad Request</h1>', contentType: 'text/html', status: 400 })
        const response = await chat('chat')
        expect(response.status).toBe(400)
        expect(await response.json()).toMatchObject({
          error: { message: 'The provider rejected the request', code: 'upstream_rejected' },
        })
      })

      it('never shows the provider’s credential, which some servers repeat in their errors', async () => {
        const said = `Invalid request. Headers: {"authorization": "Bearer ${SECRET}"}`
        for (const status of [400, 401, 429, 500]) {
          await stage.upstream.script({ raw: JSON.stringify({ error: { message: said } }), status })
          expect([status, await (await chat('case-echo')).text()]).toEqual([
            status,
            expect.not.stringContaining(SECRET),
          ])
        }
        expect(stage.server.output()).not.toContain(SECRET)
      })
    })

    describe('a provider’s Retry-After on 429', () => {
      const wait = async (retryAfter: string): Promise<Response> => {
        await stage.upstream.script({ status: 429, headers: { 'retry-after': retryAfter } })
        return chat('case-wait')
      }

      it('is passed on', async () => {
        const response = await wait('17')
        expect(response.status).toBe(429)
        expect(response.headers.get('retry-after')).toBe('17')
        expect(response.headers.get('x-should-retry')).not.toBe('false')
        expect(await response.json()).toMatchObject({ error: { code: 'upstream_rate_limited' } })
      })

      it('is passed on when it is a date', async () => {
        const response = await wait(new Date(Date.now() + 30_000).toUTCString())
        const seconds = Number(response.headers.get('retry-after'))
        expect(seconds).toBeGreaterThan(20)
        expect(seconds).toBeLessThanOrEqual(30)
      })

      it('of more than a minute comes with the advice not to retry, which a client would sleep through', async () => {
        const response = await wait('90')
        expect(response.headers.get('retry-after')).toBe('90')
        expect(response.headers.get('x-should-retry')).toBe('false')
      })

      it('that makes no sense is left out', async () => {
        expect((await wait('-5')).headers.get('retry-after')).toBeNull()
        expect((await wait('tomorrow')).headers.get('retry-after')).toBeNull()
      })
    })
  })
}
