import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import type { UpstreamScript } from '../support/upstream.ts'
import { eventsOf, type Json, openStage, requestIdOf, type Stage, until } from '../support/wire.ts'

const SLOW_READER_MS = 3000
const MEGABYTE = 1024 * 1024
/** More than the buffers of two loopback connections and of both processes hold together. */
const BUFFERS_MOST = 48 * MEGABYTE

const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }], stream: true }
const WITH_USAGE = { ...CHAT, stream_options: { include_usage: true } }
const NATIVE = { model: 'chat-native', input: 'Hi', stream: true }
const TRANSLATED = { model: 'chat', input: 'Hi', stream: true }

const HEAD = '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m"'
const USAGE = '{"prompt_tokens":21,"completion_tokens":9,"total_tokens":30}'

function delta(text: string): string {
  return `${HEAD},"choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}},"finish_reason":null}]}`
}

const FINISH = `${HEAD},"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`
const USAGE_CHUNK = `${HEAD},"choices":[],"usage":${USAGE}}`

/** A script that sends these texts, each in a write of its own. */
function sending(texts: readonly (string | Buffer)[], more: UpstreamScript = {}): UpstreamScript {
  return { chunks: texts.map((text) => Buffer.from(text).toString('base64')), ...more }
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage

    beforeAll(async () => {
      // Without a drain, so that every end of a client can be seen at the provider at once.
      const gateway = { slowReaderMs: SLOW_READER_MS, drainMs: 0 }
      stage = await openStage((url) => testConfig(url, { gateway }), postgres)
    }, 60_000)
    afterAll(() => stage.close())

    const post = (path: string, body: unknown, signal?: AbortSignal) =>
      stage.owner.post(path, body, {}, signal)
    const chat = (body: unknown = CHAT) => post('/v1/chat/completions', body)
    const rowOf = (response: Response) => stage.owner.row(requestIdOf(response))
    const onlyRecord = async () => {
      const [record] = await stage.upstream.records()
      if (!record) throw new Error('The provider has seen no request')
      return record
    }

    describe('what passes', () => {
      const UNUSUAL = [
        ': a comment before everything\n\n',
        'retry: 3000\n\n',
        `event: chunk\nid: 7\ndata: ${delta('one')}\n\n`,
        `data:${delta('no space')}\n\n`,
        `data: ${HEAD},\ndata: "choices":[{"index":0,"delta":{"content":"two lines"},"finish_reason":null}]}\n\n`,
        `data: ${delta('CRLF')}\r\n\r\n`,
        `: ping\r\n\r\n`,
        'data: not JSON at all\n\n',
        'unknown: field\n\n',
        `data: ${delta('Zażółć 日本語 🗝️')}\n\n`,
        `data: { "spaced" : true , "big" : 9007199254740993, "choices":[] }\n\n`,
        `data: ${FINISH}\n\n`,
        ': between\n\n',
        `data: ${USAGE_CHUNK}\n\n`,
        'data: [DONE]\n\n',
      ]

      it('is the provider’s stream byte for byte, comments, fields and line ends included', async () => {
        await stage.upstream.script(sending(UNUSUAL))
        const response = await chat(WITH_USAGE)
        expect(await response.text()).toBe(UNUSUAL.join(''))
        expect(await rowOf(response)).toMatchObject({
          input_tokens: 21,
          output_tokens: 9,
          cost_basis: 'reported',
          outcome: 'completed',
          streamed: true,
        })
      })

      it('lacks the usage chunk that the client did not ask for, and nothing else', async () => {
        await stage.upstream.script(sending(UNUSUAL))
        const response = await chat()
        expect(await response.text()).toBe(UNUSUAL.filter((event) => !event.includes(USAGE)).join(''))
        expect(await rowOf(response)).toMatchObject({ input_tokens: 21, output_tokens: 9 })
      })

      it.each([1, 2, 3, 7, 64])('is the same when it comes in pieces of %i bytes', async (size) => {
        const bytes = Buffer.from(UNUSUAL.slice(size === 1 ? 8 : 0).join(''))
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        )
        // A pause, so that the pieces are not put together on the way.
        await stage.upstream.script(sending(pieces, { pieceDelayMs: 1 }))
        const response = await chat(WITH_USAGE)
        expect(await response.text()).toBe(bytes.toString())
        expect(await rowOf(response)).toMatchObject({
          input_tokens: 21,
          output_tokens: 9,
          cost_basis: 'reported',
        })
      })

      it('has every event of a provider’s responses as it wrote it', async () => {
        const created = `event: response.created\r\ndata: {"type":"response.created","sequence_number":0, "response":{"id":"r"}}\r\n\r\n`
        const text = `data: {"type":"response.output_text.delta","sequence_number":1,"delta":"日本"}\n\n`
        const invented = `event: response.invented\ndata: {"type":"response.invented","big":9007199254740993}\n\n`
        const completed = `event: response.completed\ndata: {"type":"response.completed","response":{"id":"r","usage":{"input_tokens":4,"output_tokens":5}}}\n\n`
        const events = [created, text, invented, completed]
        await stage.upstream.script(sending(events))
        const response = await post('/v1/responses', NATIVE)
        expect(await response.text()).toBe(events.join(''))
        expect(await rowOf(response)).toMatchObject({
          input_tokens: 4,
          output_tokens: 5,
          outcome: 'completed',
        })
      })

      it('may have an event of three megabytes', async () => {
        const text = '🗝️'.repeat(3 * 149_797)
        const events = [delta(text), FINISH, USAGE_CHUNK, '[DONE]'].map((data) => `data: ${data}\n\n`)
        await stage.upstream.script(sending(events))
        const response = await chat(WITH_USAGE)
        const passed = await response.text()
        expect(Buffer.byteLength(passed)).toBeGreaterThan(3 * MEGABYTE)
        expect(passed === events.join('')).toBe(true)
        expect(await rowOf(response)).toMatchObject({ input_tokens: 21, output_tokens: 9 })
      })

      it('passes at once, while the provider still writes', async () => {
        await stage.upstream.script({ pieces: 200, pieceDelayMs: 20 })
        const leave = new AbortController()
        const response = await post('/v1/chat/completions', CHAT, leave.signal)
        const reader = (response.body as ReadableStream<Uint8Array>).getReader()
        let text = ''
        while (!text.includes('word1')) text += Buffer.from((await reader.read()).value ?? []).toString()
        expect((await onlyRecord()).finished).toBe(false)
        leave.abort()
      })

      it('ends each of several choices, and has the usage of all', async () => {
        const choice = (index: number, finish: string | null) =>
          `data: ${HEAD},"choices":[{"index":${index},"delta":{"content":"x"},"finish_reason":${JSON.stringify(finish)}}]}\n\n`
        const events = [
          choice(0, null),
          choice(1, null),
          choice(1, 'stop'),
          choice(0, null),
          choice(0, 'stop'),
          `data: ${USAGE_CHUNK}\n\n`,
          'data: [DONE]\n\n',
        ]
        await stage.upstream.script(sending(events))
        const response = await chat({ ...CHAT, n: 2 })
        expect(await response.text()).toBe(events.filter((event) => !event.includes(USAGE)).join(''))
        expect(await rowOf(response)).toMatchObject({ output_tokens: 9, outcome: 'completed' })
      })
    })

    describe('the last bytes of an answer', () => {
      const streams: [string, string, Json, string][] = [
        ['a chat', '/v1/chat/completions', CHAT, '"finish_reason":"stop"'],
        ['a chat with usage', '/v1/chat/completions', WITH_USAGE, '"finish_reason":"stop"'],
        ['a response', '/v1/responses', NATIVE, 'response.completed'],
        ['a translated response', '/v1/responses', TRANSLATED, 'response.completed'],
        ['a whole chat', '/v1/chat/completions', { ...CHAT, stream: false }, '"choices"'],
      ]

      it.each(streams)(
        'of %s are sent when its usage is on record, with the provider’s figures',
        async (...stream) => {
          const [, path, body, ending] = stream
          for (let round = 0; round < 8; round++) {
            await stage.upstream.script({ promptTokens: 100 + round, completionTokens: 50 + round })
            const response = await post(path, body)
            const reader = (response.body as ReadableStream<Uint8Array>).getReader()
            let text = ''
            while (!text.includes(ending)) text += Buffer.from((await reader.read()).value ?? []).toString()
            const { items } = await stage.owner.usage('per_page=100')
            await reader.cancel()
            const record = await onlyRecord()
            expect(items.find(({ id }) => id === requestIdOf(response))).toMatchObject({
              input_tokens: record.promptTokens,
              output_tokens: record.completionTokens,
              cached_tokens: 2,
              reasoning_tokens: 1,
              cost_basis: 'reported',
              outcome: 'completed',
            })
          }
        },
      )
    })

    describe('a client that leaves', () => {
      const leaveAfter = async (path: string, body: unknown, script: UpstreamScript, mark: string) => {
        await stage.upstream.script(script)
        const leave = new AbortController()
        const response = await post(path, body, leave.signal)
        const reader = (response.body as ReadableStream<Uint8Array>).getReader()
        let text = ''
        while (!text.includes(mark)) text += Buffer.from((await reader.read()).value ?? []).toString()
        leave.abort()
        return response
      }
      const abortSeen = () =>
        until('the provider’s closed connection', async () =>
          (await onlyRecord()).aborted ? true : undefined,
        )

      it.each([
        ['a chat', '/v1/chat/completions', CHAT],
        ['a response', '/v1/responses', NATIVE],
        ['a translated response', '/v1/responses', TRANSLATED],
      ])(
        'in the middle of %s stops the provider, and is charged for what was passed',
        async (_, path, body) => {
          const script = { pieces: 1000, pieceDelayMs: 10 }
          const response = await leaveAfter(path, body, script, 'word5')
          await abortSeen()
          const row = await rowOf(response)
          expect(row).toMatchObject({ outcome: 'aborted', cost_basis: 'counted', error_code: null })
          // Six words of six bytes at a token for four bytes, up to what came until the provider was stopped.
          expect(row.output_tokens).toBeGreaterThanOrEqual(9)
          expect(row.output_tokens).toBeLessThan(1000)
          expect(row.input_tokens).toBe(Math.ceil(JSON.stringify(body).length / 4))
          expect(Number(row.cost_credits)).toBeGreaterThan(0)
        },
      )

      it('before the provider has answered stops it, and has its row', async () => {
        for (const stream of [true, false]) {
          await stage.upstream.script({ delayMs: 60_000 })
          const leave = new AbortController()
          const user = `early-${stream}`
          const answer = post('/v1/chat/completions', { ...CHAT, stream, user }, leave.signal)
          const left = expect(answer).rejects.toMatchObject({ name: 'AbortError' })
          await until('the provider’s request', async () => (await stage.upstream.records())[0])
          leave.abort()
          await left
          await abortSeen()
          const [row] = await until('the row', async () => {
            const { items } = await stage.owner.usage(`end_user=${user}`)
            return items.length > 0 ? items : undefined
          })
          expect(row).toMatchObject({
            outcome: 'aborted',
            status: 499,
            cost_basis: 'counted',
            output_tokens: 0,
          })
        }
      })

      it('in the middle of a whole answer stops the provider, and has its row', async () => {
        const half = '{"id":"x","object":"chat.completion","choices":['
        await stage.upstream.script(
          sending([half, 'never'], { contentType: 'application/json', pieceDelayMs: 60_000 }),
        )
        const leave = new AbortController()
        const answer = post('/v1/chat/completions', { ...CHAT, stream: false, user: 'half' }, leave.signal)
        const left = expect(answer).rejects.toMatchObject({ name: 'AbortError' })
        await until('half of the answer', async () => {
          const [record] = await stage.upstream.records()
          return record && record.sentBytes > 0 ? true : undefined
        })
        leave.abort()
        await left
        await abortSeen()
        const [row] = await until('the row', async () => {
          const { items } = await stage.owner.usage('end_user=half')
          return items.length > 0 ? items : undefined
        })
        expect(row).toMatchObject({ outcome: 'aborted', status: 499, cost_basis: 'counted' })
      })

      it('leaves no part of the answer to the next, whose connection is another', async () => {
        await leaveAfter('/v1/chat/completions', CHAT, { pieces: 1000, pieceDelayMs: 10 }, 'word2')
        await abortSeen()
        const { connection } = await onlyRecord()
        await stage.upstream.script({})
        const answers = await Promise.all(Array.from({ length: 5 }, async () => (await chat()).text()))
        expect(new Set(answers).size).toBe(1)
        expect(eventsOf(answers[0] ?? '')).toHaveLength(5)
        const connections = (await stage.upstream.records()).map((record) => record.connection)
        expect(connections).not.toContain(connection)
      })

      it('is the exception: a connection whose answer ended well is used again', async () => {
        await stage.upstream.script({})
        for (let round = 0; round < 5; round++) await (await chat()).text()
        const connections = (await stage.upstream.records()).map(({ connection }) => connection)
        expect(new Set(connections).size).toBeLessThan(5)
      })
    })

    describe('a client that reads slowly', () => {
      const open = async (body: unknown): Promise<IncomingMessage> => {
        const sent = request(`${stage.server.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stage.owner.key}`, 'content-type': 'application/json' },
        })
        sent.end(JSON.stringify(body))
        const [response] = (await once(sent, 'response')) as [IncomingMessage]
        return response
      }
      const memory = async (): Promise<number> => {
        const headers = { authorization: 'Bearer metrics-token-for-tests' }
        const text = await (await fetch(`${stage.server.url}/metrics`, { headers })).text()
        const value = /^claviger_process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]
        if (value === undefined) throw new Error('There is no figure of the memory')
        return Number(value)
      }
      const HUGE = { pieces: 2560, pieceBytes: 65_536 }

      it('slows the provider down, takes no memory, and is cut when it reads nothing for too long', async () => {
        await stage.upstream.script(HUGE)
        const before = await memory()
        const response = await open({ ...CHAT, user: 'stuck' })
        response.on('error', () => undefined)
        let most = 0
        await until('the cut', async () => {
          most = Math.max(most, await memory())
          return (await onlyRecord()).aborted ? true : undefined
        })
        expect((await onlyRecord()).sentBytes).toBeLessThan(BUFFERS_MOST)
        expect(most - before).toBeLessThan(2 * BUFFERS_MOST)
        const [row] = await until('the row', async () => {
          const { items } = await stage.owner.usage('end_user=stuck')
          return items.length > 0 ? items : undefined
        })
        expect(row).toMatchObject({ outcome: 'aborted', cost_basis: 'counted' })
        response.destroy()
      })

      it('gets every byte as long as it reads at all', async () => {
        const script = { pieces: 640, pieceBytes: 65_536 }
        await stage.upstream.script(script)
        const response = await open({ ...CHAT, user: 'slow' })
        let words = 0
        let sinceRest = 0
        let tail = ''
        for await (const chunk of response as AsyncIterable<Buffer>) {
          const text = tail + chunk.toString('latin1')
          words += text.match(/"word\d+ /g)?.length ?? 0
          // What could be the beginning of a word is looked at again with the next chunk.
          tail = /"(w(o(r(d(\d+)?)?)?)?)?$/.exec(text)?.[0] ?? ''
          sinceRest += chunk.length
          if (sinceRest < MEGABYTE) continue
          sinceRest = 0
          // The rest is the reader's slowness itself, not a wait for something.
          await new Promise((resolve) => setTimeout(resolve, 25))
        }
        expect(words).toBe(script.pieces)
        expect((await onlyRecord()).sentBytes).toBeGreaterThan(640 * 65_536)
        const row = await stage.owner.row(String(response.headers['x-request-id']))
        expect(row).toMatchObject({ outcome: 'completed', cost_basis: 'reported', output_tokens: 640 })
        expect(stage.server.output()).not.toContain('MaxListenersExceededWarning')
      })
    })
  })
}
