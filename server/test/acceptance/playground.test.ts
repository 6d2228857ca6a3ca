import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { openDatabase } from '../support/database.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import { openSession, type SessionCaller } from '../support/operator-session.ts'
import { stopAll } from '../support/processes.ts'
import { eventsOf, type Json, openStage, requestIdOf, type Stage, until } from '../support/wire.ts'

// The playground: the path of a model request, for a person instead of a key.

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const PATH = '/api/dashboard/playground/chat/completions'
const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage
    let userId: string
    let person: SessionCaller
    let people = 0

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url), postgres)
    })
    afterAll(() => stage.close())
    beforeEach(async () => {
      await stage.upstream.script({})
      person = await openSession(stage.installation, emailOf(++people), false)
      const me = await person.send(stage.server.url, 'GET', '/api/dashboard/me')
      userId = ((await me.json()) as { data: { user: { id: string } } }).data.user.id
    })

    const emailOf = (number: number) => `person${number}@example.com`
    const admin = <T>(...args: string[]) => stage.installation.admin<T>('admin', ...args)
    const post = (body: Json) => person.send(stage.server.url, 'POST', PATH, body)
    const errorOf = async (answer: Response) => [
      answer.status,
      ((await answer.json()) as { error: { code: string } }).error.code,
    ]

    /** The row as it is in the database. */
    async function rowOf(answer: Response): Promise<Json> {
      const database = await openDatabase(stage.installation)
      const sql = `SELECT * FROM usage_events WHERE id = '${requestIdOf(answer)}'`
      const row = await until('the row', async () => (await database.query(sql))[0] as Json | undefined)
      await database.close()
      return row
    }

    it('answers a person, whole and streamed, and the row says who', async () => {
      const whole = await post(CHAT)
      expect([whole.status, await whole.json()]).toMatchObject([
        200,
        { choices: [{ message: { content: 'word0 word1 word2 ' } }] },
      ])
      const streamed = await post({ ...CHAT, stream: true })
      expect(await streamed.text()).toContain('[DONE]')
      for (const answer of [whole, streamed]) {
        expect(await rowOf(answer)).toMatchObject({
          key_id: `session:${userId}`,
          secret_id: '',
          user_id: userId,
          endpoint: 'chat.completions',
          outcome: 'completed',
          cost_basis: 'reported',
        })
      }
      const database = await openDatabase(stage.installation)
      expect(await database.query(`SELECT * FROM secret_usage WHERE secret_id = ''`)).toEqual([])
      await database.close()
    })

    it('lists the chat models, and takes no key and no stranger', async () => {
      const path = '/api/dashboard/playground/models'
      const { data } = (await (await person.send(stage.server.url, 'GET', path)).json()) as { data: Json[] }
      expect(data.map(({ id }) => id)).toEqual(['chat', 'chat-native'])
      expect(data[0]).toMatchObject({ prices: { input: '1.00', cached_input: '0.50', output: '2.00' } })
      for (const each of [PATH, path]) {
        const method = each === PATH ? 'POST' : 'GET'
        const body = each === PATH ? CHAT : undefined
        expect((await stage.owner.send(method, each, body)).status, each).toBe(401)
        const headers = { 'sec-fetch-site': 'same-origin' }
        expect((await fetch(stage.server.url + each, { method, headers })).status, each).toBe(401)
      }
      expect(await stage.upstream.records()).toEqual([])
    })

    it('spends the quotas of the person and the organisation, together with their keys', async () => {
      const quota = ['--user', emailOf(people), '--unit', 'requests', '--period', 'day', '--amount', '2']
      await admin('quotas', 'set', ...quota)
      const { key } = await admin<{ key: string }>('keys', 'create', '--user', emailOf(people))
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const byKey = () =>
        fetch(`${stage.server.url}/v1/chat/completions`, {
          method: 'POST',
          headers,
          body: JSON.stringify(CHAT),
        })
      await clearOfMidnight()
      expect((await byKey()).status).toBe(200)
      expect((await post(CHAT)).status).toBe(200)
      expect(await errorOf(await post(CHAT))).toEqual([429, 'rate_limit_exceeded'])
      expect((await byKey()).status).toBe(429)
    })

    it('keeps a budget to the last fraction, and the books are true afterwards', async () => {
      const quota = ['--user', emailOf(people), '--unit', 'credits', '--period', 'none', '--amount', '0.0001']
      await admin('quotas', 'set', ...quota, '--subject', 'user')
      let served = 0
      for (let tries = 0; tries < 20; tries++) {
        const answer = await post({ ...CHAT, max_tokens: 3 })
        if (answer.status !== 200) break
        served++
      }
      expect(await errorOf(await post(CHAT))).toEqual([429, 'insufficient_quota'])
      expect(served).toBeLessThan(20)
      const { faults } = await stage.installation.admin<{ faults?: unknown[] }>('ledger', 'verify')
      expect(faults ?? []).toEqual([])
    })

    it('has the tools and models of the plan', async () => {
      await admin('users', 'set-plan', emailOf(people), '--plan', 'individual-pro')
      await stage.upstream.script({ lenient: true })
      const search = (search_context_size: string) => ({
        ...CHAT,
        web_search_options: { search_context_size },
      })
      const refused = await post(search('high'))
      expect([refused.status, await refused.json()]).toMatchObject([
        403,
        { error: { code: 'tool_not_in_plan', needed_plan: 'individual-max' } },
      ])
      expect((await post(search('low'))).status).toBe(200)
    })

    it('ends the stream of a person who is suspended, and charges what was passed on', async () => {
      await stage.upstream.script({ pieces: 100_000, pieceDelayMs: 20, noUsage: true })
      const answering = post({ ...CHAT, stream: true })
      const begun = async () => (await stage.upstream.records()).length > 0 || undefined
      await until('the stream', begun)
      await admin('users', 'suspend', emailOf(people))
      const answer = await answering
      const last = eventsOf(await answer.text()).at(-1) as { error?: Json }
      expect(last.error).toMatchObject({ code: 'user_suspended' })
      expect(await rowOf(answer)).toMatchObject({ outcome: 'aborted', error_code: 'user_suspended' })
      expect(await errorOf(await post(CHAT))).toEqual([403, 'user_suspended'])
    })
  })
}
