import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import type { UpstreamScript } from '../support/upstream.ts'
import { eventsOf, type Json, openStage, requestIdOf, type Stage } from '../support/wire.ts'

const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }
const NATIVE = { model: 'chat-native', input: 'Hi' }
const TRANSLATED = { model: 'chat', input: 'Hi' }

const PATHS = { chat: '/v1/chat/completions', native: '/v1/responses', translated: '/v1/responses' }
const BODIES = { chat: CHAT, native: NATIVE, translated: TRANSLATED }
type Way = keyof typeof PATHS
const WAYS: Way[] = ['chat', 'native', 'translated']

const HEAD = '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m"'
const chunk = (text: string) =>
  `data: ${HEAD},"choices":[{"index":0,"delta":{"content":"${text}"},"finish_reason":null}]}\n\n`
const finish = (reason: string, more = '') =>
  `data: ${HEAD},"choices":[{"index":0,"delta":{},"finish_reason":"${reason}"}]${more}}\n\n`
const usage = (text: string) => `data: ${HEAD},"choices":[],"usage":${text}}\n\n`
const DONE = 'data: [DONE]\n\n'
const event = (type: string, more: string) => `event: ${type}\ndata: {"type":"${type}",${more}}\n\n`
const CREATED = event('response.created', '"sequence_number":0,"response":{"id":"r","status":"in_progress"}')
const TEXT = event('response.output_text.delta', '"sequence_number":1,"delta":"eight by"')

function sending(texts: readonly string[], more: UpstreamScript = {}): UpstreamScript {
  return { chunks: texts.map((text) => Buffer.from(text).toString('base64')), ...more }
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage((url) => {
        const base = testConfig(url) as { providers: Json[] }
        const providers = base.providers.map((provider) => ({ ...provider, idleTimeoutMs: 1500 }))
        // Faults of a provider let its routes rest; here they have nowhere else to go, and the tests no time.
        return { ...base, providers, gateway: { failuresBeforeCooldown: 100 } }
      }, postgres)
    }, 60_000)
    afterAll(() => stage.close())
    afterEach(async () => {
      expect(stage.server.child.exitCode).toBeNull()
      expect((await fetch(`${stage.server.url}/healthz`)).status).toBe(200)
    })

    const ask = (way: Way, stream: boolean, more: Json = {}) =>
      stage.owner.post(PATHS[way], { ...BODIES[way], stream, ...more })
    const rowOf = (response: Response) => stage.owner.row(requestIdOf(response))

    describe('an answer that is none', () => {
      const WHOLE: [string, UpstreamScript][] = [
        ['HTML', { raw: '<!doctype html><h1>Welcome</h1>', contentType: 'text/html' }],
        ['HTML that says it is JSON', { raw: '<!doctype html>' }],
        ['JSON that ends too early', { raw: '{"id":"x","choices":[{"index":0,"message":{"role":"assi' }],
        ['JSON that breaks off', { raw: '{"id":"x","choices":[', cutAtEnd: true }],
        ['nothing', { raw: '' }],
        ['an array', { raw: '[{"choices":[]}]' }],
        ['a text', { raw: '"hello"' }],
        ['null', { raw: 'null' }],
        ['an error with the status of success', { raw: '{"error":{"message":"Overloaded","code":529}}' }],
        ['a stream that was not asked for', sending([chunk('x'), finish('stop'), DONE])],
        [
          'silence in the middle',
          sending(['{"id":', '"never"'], { pieceDelayMs: 60_000, contentType: 'application/json' }),
        ],
      ]

      it.each(WHOLE)(
        '%s: the client gets 502 or 504 in our words, and the row says that it failed',
        async (_, script) => {
          await stage.upstream.script(script)
          const isSilent = script.pieceDelayMs !== undefined
          const [status, code] = isSilent ? [504, 'upstream_timeout'] : [502, 'upstream_error']
          const check = async (way: Way): Promise<void> => {
            const response = await ask(way, false)
            const text = await response.text()
            expect([way, response.status, text]).toEqual([way, status, expect.any(String)])
            expect(JSON.parse(text)).toMatchObject({
              error: { code, type: 'upstream_error', message: expect.stringMatching(/^The provider /) },
            })
            expect(text).not.toMatch(/doctype|Overloaded|hello/)
            const row = await rowOf(response)
            expect(row).toMatchObject({ outcome: 'failed', status, error_code: code, output_tokens: 0 })
            expect(row.cost_basis).not.toBe('reported')
          }
          // At once, since the silent one takes its time.
          await Promise.all(WAYS.map(check))
        },
      )

      it.each([
        ['JSON', { raw: '{"id":"x","object":"chat.completion","choices":[],"usage":{"prompt_tokens":1}}' }],
        ['HTML', { raw: '<!doctype html>', contentType: 'text/html' }],
        ['nothing', { raw: '', contentType: '' }],
      ])('%s where a stream was asked for: 502 before the first byte', async (_, script) => {
        for (const way of WAYS) {
          await stage.upstream.script(script)
          const response = await ask(way, true)
          expect([way, response.status]).toEqual([way, 502])
          expect(response.headers.get('content-type')).toMatch(/^application\/json/)
          expect(await response.json()).toMatchObject({ error: { code: 'upstream_error' } })
          expect(await rowOf(response)).toMatchObject({
            outcome: 'failed',
            status: 502,
            streamed: true,
            error_code: 'upstream_error',
          })
        }
      })
    })

    describe('a stream that breaks off', () => {
      /** The last event, by which a client of this way knows that it failed. */
      const failures: Record<Way, Json> = {
        chat: {
          error: {
            code: 'upstream_error',
            type: 'upstream_error',
            message: 'The provider failed to answer',
            param: null,
          },
        },
        native: {
          type: 'error',
          code: 'upstream_error',
          message: 'The provider failed to answer',
          param: null,
        },
        translated: {
          type: 'response.failed',
          response: { status: 'failed', error: { message: 'The provider failed to answer' } },
        },
      }

      it.each(WAYS)('says so as its last event (%s), and is charged for what was passed', async (way) => {
        await stage.upstream.script({ pieces: 100, cutAfter: 20 })
        const response = await ask(way, true)
        expect(response.status).toBe(200)
        const text = await response.text()
        expect(text).toContain('word9')
        expect(text).not.toContain('[DONE]')
        const events = eventsOf(text)
        expect(events.at(-1)).toMatchObject(failures[way])
        if (way !== 'chat')
          expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, i) => i))
        const row = await rowOf(response)
        expect(row).toMatchObject({ outcome: 'failed', cost_basis: 'counted', error_code: 'upstream_error' })
        expect(row.output_tokens).toBeGreaterThan(10)
        expect(row.output_tokens).toBeLessThan(100)
      })

      it('by falling silent does the same when the silence is too long', async () => {
        const silent = (text: string) => sending([text, 'never'], { pieceDelayMs: 60_000 })
        await stage.upstream.script({
          models: {
            'upstream-chat': silent(chunk('eight by')),
            'upstream-native': silent(CREATED + TEXT),
          },
        })
        const check = async (way: Way): Promise<void> => {
          const response = await ask(way, true)
          const events = eventsOf(await response.text())
          expect(JSON.stringify(events.at(-1))).toContain('The provider did not answer in time')
          expect(await rowOf(response)).toMatchObject({
            outcome: 'failed',
            cost_basis: 'counted',
            output_tokens: 2,
            error_code: 'upstream_timeout',
          })
        }
        await Promise.all(WAYS.map(check))
      })

      it('with an event that never ends does not fill the memory', async () => {
        const megabyte = 'x'.repeat(1024 * 1024)
        await stage.upstream.script(
          sending([chunk('a'), 'data: ', ...Array.from({ length: 24 }, () => megabyte)]),
        )
        const response = await ask('chat', true)
        const text = await response.text()
        expect(text.length).toBeLessThan(1024 * 1024)
        expect(eventsOf(text).at(-1)).toMatchObject(failures.chat)
        expect(await rowOf(response)).toMatchObject({ outcome: 'failed', error_code: 'upstream_error' })
      })
    })

    describe('an error inside a stream', () => {
      const ERROR = 'data: {"error":{"message":"Overloaded","type":"server_error","code":"overloaded"}}\n\n'

      it('of chat chunks passes as it came, and the row says that it failed', async () => {
        const events = [chunk('eight by'), ERROR]
        await stage.upstream.script(sending(events))
        const response = await ask('chat', true)
        expect(await response.text()).toBe(events.join(''))
        expect(await rowOf(response)).toMatchObject({
          outcome: 'failed',
          cost_basis: 'counted',
          output_tokens: 2,
        })
      })

      it('of chat chunks becomes a failed response where it is translated', async () => {
        await stage.upstream.script(sending([chunk('eight by'), ERROR]))
        const response = await ask('translated', true)
        const last = eventsOf(await response.text()).at(-1)
        expect(last).toMatchObject({
          type: 'response.failed',
          response: { status: 'failed', error: { message: 'Overloaded' } },
        })
        expect(await rowOf(response)).toMatchObject({ outcome: 'failed', cost_basis: 'counted' })
      })

      it.each([
        [
          'error',
          event('error', '"sequence_number":2,"code":"overloaded","message":"Overloaded","param":null'),
        ],
        [
          'response.failed',
          event(
            'response.failed',
            '"sequence_number":2,"response":{"id":"r","status":"failed","error":{"code":"server_error","message":"Overloaded"}}',
          ),
        ],
      ])('of responses (%s) passes as it came, and the row says that it failed', async (_, failure) => {
        const events = [CREATED, TEXT, failure]
        await stage.upstream.script(sending(events))
        const response = await ask('native', true)
        expect(await response.text()).toBe(events.join(''))
        expect(await rowOf(response)).toMatchObject({
          outcome: 'failed',
          cost_basis: 'counted',
          output_tokens: 2,
        })
      })
    })

    describe('a stream that ends', () => {
      const row = async (way: Way, texts: string[]) => {
        await stage.upstream.script(sending(texts))
        const response = await ask(way, true)
        const text = await response.text()
        return { text, events: eventsOf(text), row: await rowOf(response) }
      }

      it('without [DONE] is complete when it said so itself', async () => {
        const texts = [chunk('a'), finish('stop'), usage('{"prompt_tokens":5,"completion_tokens":1}')]
        const chat = await row('chat', texts)
        expect(chat.text).toBe(texts.slice(0, 2).join(''))
        const figures = { input_tokens: 5, output_tokens: 1, cost_basis: 'reported', outcome: 'completed' }
        expect(chat.row).toMatchObject(figures)
        const translated = await row('translated', texts)
        expect(translated.events.at(-1)).toMatchObject({
          type: 'response.completed',
          response: { status: 'completed', output_text: 'a', usage: { input_tokens: 5, output_tokens: 1 } },
        })
        expect(translated.row).toMatchObject(figures)
      })

      it('without a blank line after its last event loses nothing of it', async () => {
        const texts = [
          chunk('a'),
          finish('stop'),
          usage('{"prompt_tokens":5,"completion_tokens":1}'),
          'data: [DONE]',
        ]
        const { text, row: found } = await row('chat', texts)
        expect(text).toBe([texts[0], texts[1], texts[3]].join(''))
        expect(found).toMatchObject({ input_tokens: 5, cost_basis: 'reported', outcome: 'completed' })
      })

      it.each(WAYS)('without having said that it is complete is not taken for complete (%s)', async (way) => {
        const texts = way === 'native' ? [CREATED, TEXT] : [chunk('eight by')]
        const { events, row: found } = await row(way, texts)
        expect(found.outcome).not.toBe('completed')
        expect(found).toMatchObject({ cost_basis: 'counted', output_tokens: 2 })
        expect(events.map(({ type }) => type)).not.toContain('response.completed')
      })

      it('with the limit of its tokens reached says so where it is a response', async () => {
        const { events, row: found } = await row('translated', [
          chunk('a'),
          finish('length'),
          usage('{"prompt_tokens":5,"completion_tokens":1}'),
          DONE,
        ])
        expect(events.at(-1)).toMatchObject({
          type: 'response.incomplete',
          response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
        })
        expect(found).toMatchObject({ outcome: 'incomplete', cost_basis: 'reported', output_tokens: 1 })
      })

      it.each(['incomplete', 'failed'])(
        'as %s is charged by what the provider reports with it',
        async (status) => {
          const response = `{"id":"r","status":"${status}","usage":{"input_tokens":40,"output_tokens":8}}`
          const texts = [
            CREATED,
            TEXT,
            event(`response.${status}`, `"sequence_number":2,"response":${response}`),
          ]
          const { text, row: found } = await row('native', texts)
          expect(text).toBe(texts.join(''))
          expect(found).toMatchObject({
            outcome: status,
            cost_basis: 'reported',
            input_tokens: 40,
            output_tokens: 8,
          })
        },
      )

      it('with the usage in its finishing chunk, as some providers have it, is charged by that', async () => {
        const texts = [chunk('a'), finish('stop', ',"usage":{"prompt_tokens":6,"completion_tokens":2}'), DONE]
        const { text, row: found } = await row('chat', texts)
        expect(text).toBe(texts.join(''))
        expect(found).toMatchObject({ input_tokens: 6, output_tokens: 2, cost_basis: 'reported' })
      })

      it('with a usage of zero costs nothing: zero is a value', async () => {
        for (const way of ['chat', 'translated'] as const) {
          const { row: found } = await row(way, [
            chunk('a'),
            finish('stop'),
            usage('{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}'),
            DONE,
          ])
          expect(found).toMatchObject({
            input_tokens: 0,
            output_tokens: 0,
            cost_credits: '0',
            cost_basis: 'reported',
          })
        }
      })

      it.each([
        ['none', ''],
        ['negative', usage('{"prompt_tokens":-5,"completion_tokens":3}')],
        ['absurd', usage('{"prompt_tokens":1e18,"completion_tokens":3}')],
        ['fractional', usage('{"prompt_tokens":1.5,"completion_tokens":3}')],
        ['a text', usage('{"prompt_tokens":"5","completion_tokens":3}')],
      ])('with a usage that is %s is counted by the rule of four bytes', async (_, said) => {
        const { row: found } = await row(
          'chat',
          [chunk('eight by'), finish('stop'), said, DONE].filter(Boolean),
        )
        const body = JSON.stringify({ ...CHAT, stream: true })
        expect(found).toMatchObject({
          input_tokens: Math.ceil(body.length / 4),
          output_tokens: 2,
          cost_basis: 'counted',
          outcome: 'completed',
        })
      })
    })

    it('a whole answer without usage is counted by the same rule', async () => {
      for (const way of WAYS) {
        await stage.upstream.script({ text: 'eight by', noUsage: true })
        const response = await ask(way, false)
        expect([way, response.status]).toEqual([way, 200])
        const body = JSON.stringify({ ...BODIES[way], stream: false })
        expect([way, await rowOf(response)]).toEqual([
          way,
          expect.objectContaining({
            input_tokens: Math.ceil(body.length / 4),
            output_tokens: 2,
            cost_basis: 'counted',
            outcome: 'completed',
          }),
        ])
      }
    })
  })
}
