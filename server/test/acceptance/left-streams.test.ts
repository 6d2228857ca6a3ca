import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { setQuota } from '../support/limits.ts'
import { stopAll } from '../support/processes.ts'
import type { UpstreamScript } from '../support/upstream.ts'
import { type Caller, type Json, OWNER, openStage, requestIdOf, type Stage, until } from '../support/wire.ts'

// What a client that leaves early pays for: what its provider says, for as long as that may take.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const DRAIN_MS = 3000
const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1000, stream: true }
/** A stream that would go on for longer than any test. */
const ENDLESS = { pieces: 100_000, pieceDelayMs: 20, noUsage: true }

const event = (data: object) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...data })}\n\n`
const delta = (content: string, finish: string | null = null) =>
  event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })
const usage = (input: number, output: number) =>
  event({ choices: [], usage: { prompt_tokens: input, completion_tokens: output } })
const sending = (texts: readonly string[], more: UpstreamScript = {}): UpstreamScript => ({
  chunks: texts.map((text) => Buffer.from(text).toString('base64')),
  ...more,
})

function config(url: string): object {
  const base = testConfig(url, { gateway: { drainMs: DRAIN_MS, drainsAtOnce: 1 } }) as {
    providers: Json[]
    models: Json[]
  }
  const narrow = { ...base.providers[0], id: 'narrow', connections: 1 }
  const model = { ...base.models[0], id: 'narrow', routes: [{ provider: 'narrow', model: 'upstream-chat' }] }
  return { ...base, providers: [...base.providers, narrow], models: [...base.models, model] }
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`a client that leaves, on ${name},`, () => {
    let stage: Stage

    beforeAll(async () => {
      stage = await openStage(config, postgres)
    })
    afterAll(() => stage.close())

    /** A stream that is read up to a word. */
    async function readUpTo(word: string, key: Caller, user = 'reader') {
      const leaving = new AbortController()
      const answer = await key.post('/v1/chat/completions', { ...CHAT, user }, {}, leaving.signal)
      const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
      let text = ''
      while (!text.includes(word)) text += Buffer.from((await reader.read()).value ?? []).toString()
      return { id: requestIdOf(answer), leave: () => leaving.abort() }
    }

    const isAborted = async (user: string) =>
      (await stage.upstream.records()).find(({ id }) => id === user)?.aborted
    const leftOf = async (key: Caller) =>
      (await key.read<{ data: { limit_remaining: number } }>('/api/v1/key')).data.limit_remaining

    it('on the last word pays what the provider reports after it, thoughts that nobody saw included', async () => {
      const end = [delta('', 'stop'), usage(7, 900), 'data: [DONE]\n\n']
      await stage.upstream.script(sending([delta('The answer.<END>'), ...end], { pieceDelayMs: 100 }))
      const key = await stage.makeKey({ limit: 1 })
      const { id, leave } = await readUpTo('<END>', key)
      leave()
      expect(await stage.owner.row(id)).toMatchObject({
        outcome: 'aborted',
        cost_basis: 'reported',
        input_tokens: 7,
        output_tokens: 900,
      })
      expect(await leftOf(key)).toBe(1 - 0.001807)
    })

    it('is waited for by its holds for a bounded time, and no more than the bounded number at once', async () => {
      await stage.upstream.script(ENDLESS)
      const key = await stage.makeKey({})
      await setQuota(stage.installation, {
        user: OWNER,
        key: key.hash,
        unit: 'in_flight',
        period: 'none',
        amount: '2',
      })
      const ask = () => key.post('/v1/chat/completions', { ...CHAT, stream: false, user: 'next' })
      const open = new Map<string, Awaited<ReturnType<typeof readUpTo>>>()
      for (const user of ['one', 'other']) open.set(user, await readUpTo('word2', key, user))
      for (const { leave } of open.values()) leave()
      const aborted = async () => (await stage.upstream.records()).filter(({ aborted }) => aborted)
      const [first, ...more] = await until('the first end', async () => {
        const ended = await aborted()
        return ended.length > 0 ? ended : undefined
      })
      expect(more).toEqual([])
      const idOf = (user: string | null | undefined) => open.get(user ?? '')?.id ?? ''
      expect(await stage.owner.row(idOf(first?.id))).toMatchObject({ outcome: 'aborted' })
      const third = await readUpTo('word2', key, 'third')
      expect((await ask()).status).toBe(429)
      third.leave()
      await until('the end of all', async () => ((await aborted()).length === 3 ? true : undefined))
      const row = await stage.owner.row(idOf(first?.id === 'one' ? 'other' : 'one'))
      expect(row).toMatchObject({ outcome: 'aborted', cost_basis: 'counted' })
      expect(row.output_tokens).toBeGreaterThan(0)
      await stage.upstream.script({})
      await until('room', async () => ((await ask()).status === 200 ? true : undefined))
    })

    it('and whose key is revoked then, is cut at once', async () => {
      await stage.upstream.script(ENDLESS)
      const key = await stage.makeKey({})
      const { id, leave } = await readUpTo('word2', key, 'revoked')
      leave()
      await stage.owner.send('DELETE', `/api/v1/keys/${key.hash}`)
      await until('the end', async () => (await isAborted('revoked')) || undefined)
      expect(await stage.owner.row(id)).toMatchObject({ outcome: 'aborted', error_code: 'key_revoked' })
    })

    it('while its request waits for a connection pays nothing, since it was never sent', async () => {
      await stage.upstream.script({})
      const body = { ...CHAT, model: 'narrow', stream: false }
      expect((await stage.owner.post('/v1/chat/completions', body)).status).toBe(200)
      await stage.upstream.script({ delayMs: 4000 })
      const first = stage.owner.post('/v1/chat/completions', { ...body, user: 'first' })
      await until('the first request', async () => (await stage.upstream.records())[0])
      const key = await stage.makeKey({ limit: 1 })
      const leaving = new AbortController()
      const second = key.post('/v1/chat/completions', { ...body, user: 'waits' }, {}, leaving.signal)
      const left = expect(second).rejects.toMatchObject({ name: 'AbortError' })
      await until('the hold', async () => (await leftOf(key)) < 1 || undefined)
      leaving.abort()
      await left
      const row = await until('the row', async () => {
        return (await stage.owner.usage('end_user=waits')).items[0]
      })
      expect(row).toMatchObject({ outcome: 'aborted', cost_basis: 'none', cost_credits: '0' })
      expect((await first).status).toBe(200)
      expect((await stage.upstream.records()).map(({ id }) => id)).toEqual(['first'])
      expect(await leftOf(key)).toBe(1)
    })

    it('or a provider that breaks off, is not believed about text that came after its report', async () => {
      const words = Array.from({ length: 10 }, () => delta('x'.repeat(40)))
      await stage.upstream.script(sending([usage(7, 0), ...words], { cutAtEnd: true }))
      const key = await stage.makeKey({ limit: 1 })
      const answer = await key.post('/v1/chat/completions', CHAT)
      await answer.text().catch(() => '')
      expect(await stage.owner.row(requestIdOf(answer))).toMatchObject({
        outcome: 'failed',
        cost_basis: 'counted',
        input_tokens: 7,
        output_tokens: 100,
      })
    })

    it('or stays, gets no bytes that a provider compressed unasked', async () => {
      await stage.upstream.script(
        sending([delta('x'), 'data: [DONE]\n\n'], { headers: { 'content-encoding': 'gzip' } }),
      )
      const answer = await stage.owner.post('/v1/chat/completions', CHAT)
      expect(answer.status).toBe(502)
      expect(await answer.json()).toMatchObject({ error: { code: 'upstream_error' } })
    })

    it('leaves a ledger in which every counter is the sum of its rows', async () => {
      const told = await stage.installation.admin<{ clean: boolean; holds: number }>('ledger', 'verify')
      expect(told).toMatchObject({ clean: true, holds: 0 })
    })
  })
}
