import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { stopAll } from '../support/processes.ts'
import type { UpstreamRecord } from '../support/upstream.ts'
import {
  type Caller,
  caller,
  type Json,
  makeProject,
  makeUser,
  OWNER,
  openStage,
  requestIdOf,
  type Stage,
  type UsageRow,
} from '../support/wire.ts'

const STRANGER = 'stranger@example.com'
const MESSAGES = [{ role: 'user', content: 'Hi' }]

interface Sum {
  total_units: number
  total_cost: string
  total_cost_credits: string
  request_count: number
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  [group: string]: string | number | null
}

/** What the test's prices make of what the provider served: nano-credits, rounded up once per request. */
function nanosOf({ path, promptTokens, completionTokens }: UpstreamRecord): bigint {
  const input = BigInt(promptTokens)
  if (path === '/embeddings') return (input * 100_000_000n + 999_999n) / 1_000_000n
  const exact = (input - 2n) * 1_000_000_000n + 2n * 500_000_000n + BigInt(completionTokens) * 2_000_000_000n
  return (exact + 999_999n) / 1_000_000n
}

function credits(nanos: bigint): string {
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '')
  return `${nanos / 1_000_000_000n}${fraction && `.${fraction}`}`
}

afterAll(stopAll)

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`on ${name}`, () => {
    let stage: Stage

    let stranger: Caller
    let own: string
    let second: string
    let foreign: string

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url), postgres)
      const { installation, server } = stage
      stranger = caller(server.url, (await makeUser(installation, STRANGER)).key)
      own = await makeProject(installation, OWNER)
      second = await makeProject(installation, OWNER)
      foreign = await makeProject(installation, STRANGER)
    }, 90_000)
    afterAll(() => stage.close())

    const chat = (by: Caller, more: Json = {}, headers: Record<string, string> = {}) =>
      by.post('/v1/chat/completions', { model: 'chat', messages: MESSAGES, ...more }, headers)

    describe('project_id', () => {
      it('of a foreign project and of none get the same 403, on every endpoint and in both shapes', async () => {
        await stage.upstream.script({})
        const requests: [string, Json][] = ['/v1', '/api/v1'].flatMap((base) => [
          [`${base}/chat/completions`, { model: 'chat', messages: MESSAGES }],
          [`${base}/responses`, { model: 'chat', input: 'Hi' }],
          [`${base}/embeddings`, { model: 'embed', input: 'Hi' }],
        ])
        for (const [path, body] of requests) {
          const answers: [number, Json][] = []
          for (const project_id of [foreign, crypto.randomUUID(), 'no-uuid', 7]) {
            const response = await stage.owner.post(path, { ...body, project_id })
            const { requestId: _, ...answer } = (await response.json()) as Json
            answers.push([response.status, answer])
          }
          expect(answers[0]?.[0]).toBe(403)
          expect(answers).toEqual(answers.map(() => answers[0]))
          const text = JSON.stringify(answers[0])
          expect(text).toContain('Project membership required')
          if (path.startsWith('/v1')) {
            expect(answers[0]?.[1]).toMatchObject({
              detail: 'Project membership required',
              error: { code: 'project_forbidden', type: 'permission_error' },
            })
          }
        }
        expect(await stage.upstream.records()).toEqual([])
        const response = await chat(stage.owner, { project_id: own })
        expect((await stage.owner.row(requestIdOf(response))).project_id).toBe(own)
      })

      it('is the key’s own unless another is named, which a bound key may not', async () => {
        const bound = await stage.makeKey({ project_id: own })
        const response = await chat(bound)
        expect((await stage.owner.row(requestIdOf(response))).project_id).toBe(own)
        expect((await chat(bound, { project_id: own })).status).toBe(200)
        const refused = await chat(bound, { project_id: second })
        expect(refused.status).toBe(403)
        expect(await refused.json()).toMatchObject({ detail: 'Project membership required' })
      })
    })

    describe('an end user', () => {
      it('is named by header, safety_identifier or user, the first of these, and each is kept apart', async () => {
        await stage.upstream.script({})
        const company = await stage.makeKey({ permissions: ['inference', 'usage:read'] })
        const namings: [string, Json, Record<string, string>][] = [
          ['by-user', { user: 'by-user' }, {}],
          ['by-safety', { safety_identifier: 'by-safety' }, {}],
          ['by-header', {}, { 'x-end-user': 'by-header' }],
          ['safety', { safety_identifier: 'safety', user: 'not-me' }, {}],
          ['header', { safety_identifier: 'not-me', user: 'nor-me' }, { 'x-end-user': 'header' }],
        ]
        for (const [expected, body, headers] of namings) {
          const response = await chat(company, body, headers)
          expect((await company.row(requestIdOf(response))).end_user).toBe(expected)
        }
        for (const model of ['chat', 'chat-native']) {
          const response = await company.post('/v1/responses', {
            model,
            input: 'Hi',
            user: `responder-${model}`,
          })
          expect((await company.row(requestIdOf(response))).end_user).toBe(`responder-${model}`)
        }
        const embedding = await company.post('/v1/embeddings', {
          model: 'embed',
          input: 'Hi',
          user: 'embedder',
        })
        expect((await company.row(requestIdOf(embedding))).end_user).toBe('embedder')
        const nobody = await chat(company)
        expect((await company.row(requestIdOf(nobody))).end_user).toBeNull()

        const { data } = await company.read<{ data: Sum[] }>(
          `/v1/usage/summary?group_by=end_user&key=${company.hash}`,
        )
        expect(data.map(({ end_user, request_count }) => [end_user, request_count])).toEqual(
          expect.arrayContaining([
            ['by-user', 1],
            ['by-safety', 1],
            ['by-header', 1],
            ['safety', 1],
            ['header', 1],
            ['responder-chat', 1],
            ['responder-chat-native', 1],
            ['embedder', 1],
            [null, 1],
          ]),
        )
        expect(data).toHaveLength(9)
        const { items } = await company.usage(`key=${company.hash}&end_user=by-safety`)
        expect(items.map(({ end_user }) => end_user)).toEqual(['by-safety'])
      })

      it('of a body reaches the provider, and of the header does not', async () => {
        await stage.upstream.script({})
        await chat(stage.owner, { user: 'u', safety_identifier: 's' }, { 'x-end-user': 'h' })
        const [record] = await stage.upstream.records()
        expect(record?.body).toMatchObject({ user: 'u', safety_identifier: 's' })
        expect(JSON.stringify(record?.headers)).not.toContain('x-end-user')
      })
    })

    describe('usage', () => {
      let busy: Caller
      let otherKey: string
      let served: UpstreamRecord[]
      let rows: UsageRow[]

      /** Some of everything, one after the other, so that the provider's record has the rows' order. */
      beforeAll(async () => {
        busy = stranger
        const made = await busy.post('/api/v1/keys', { name: 'Second', permissions: ['inference'] })
        const { key, data } = (await made.json()) as { key: string; data: { hash: string } }
        otherKey = data.hash
        const other = caller(stage.server.url, key)
        await stage.upstream.script({})
        for (let round = 0; round < 4; round++) {
          const user = `user-${round % 2}`
          await (await chat(busy, { user })).text()
          await (await chat(other, { user, stream: true })).text()
          await (await busy.post('/v1/responses', { model: 'chat-native', input: 'Hi', user })).text()
          await (await busy.post('/v1/responses', { model: 'chat', input: 'Hi', stream: true, user })).text()
          await (await other.post('/v1/embeddings', { model: 'embed', input: 'Hi', user })).text()
          await (await chat(busy, { user, project_id: foreign })).text()
        }
        served = await stage.upstream.records()
        rows = (await busy.usage('per_page=100')).items
      }, 60_000)

      const sumOf = (data: Sum[]) => ({
        requests: data.reduce((sum, { request_count }) => sum + request_count, 0),
        input: data.reduce((sum, { input_tokens }) => sum + input_tokens, 0),
        output: data.reduce((sum, { output_tokens }) => sum + output_tokens, 0),
      })

      it('has a row for every request, newest first, with the provider’s own figures and their price', async () => {
        expect(rows).toHaveLength(24)
        expect(served).toHaveLength(24)
        const oldestFirst = [...rows].reverse()
        for (const [index, record] of served.entries()) {
          const embedding = record.path === '/embeddings'
          const nanos = nanosOf(record)
          expect(oldestFirst[index]).toMatchObject({
            input_tokens: record.promptTokens,
            output_tokens: embedding ? 0 : record.completionTokens,
            cached_tokens: embedding ? 0 : 2,
            reasoning_tokens: embedding ? 0 : 1,
            units: record.promptTokens + (embedding ? 0 : record.completionTokens),
            cost_credits: credits(nanos),
            cost_basis: 'reported',
            outcome: 'completed',
            end_user: record.id,
            status: 200,
            attempts: 1,
          })
        }
        const times = rows.map(({ created_at }) => created_at)
        expect(times).toEqual([...times].sort().reverse())
        expect(new Set(rows.map(({ id }) => id)).size).toBe(24)
      })

      it('is read page by page, no row twice and none missing', async () => {
        const pages = []
        for (const page of [1, 2, 3, 4]) pages.push(await busy.usage(`page=${page}&per_page=10`))
        expect(pages.map(({ items }) => items.length)).toEqual([10, 10, 4, 0])
        expect(pages.flatMap(({ items }) => items)).toEqual(rows)
        expect(pages.map(({ pagination }) => pagination)).toEqual(
          [1, 2, 3, 4].map((page) => ({ page, per_page: 10, total: 24, total_pages: 3 })),
        )
        expect((await busy.usage()).pagination).toMatchObject({ page: 1, per_page: 20 })
        for (const query of ['page=0', 'per_page=0', 'per_page=101', 'page=x', 'page=1.5']) {
          const response = await busy.get(`/v1/usage?${query}`)
          expect([query, response.status]).toEqual([query, 400])
          expect(await response.json()).toMatchObject({ data: null, error: { code: expect.any(String) } })
        }
      })

      it('is filtered by model, key, end user, project and time, one by one and together', async () => {
        const { key: firstKey } = rows.find(({ key }) => key !== otherKey) as UsageRow
        const middle = rows[11]?.created_at ?? ''
        const filters: [string, (row: UsageRow) => boolean][] = [
          ['model=chat-native', ({ model }) => model === 'chat-native'],
          ['model=nothing', () => false],
          [`key=${otherKey}`, ({ key }) => key === otherKey],
          [`key=${firstKey}`, ({ key }) => key === firstKey],
          ['end_user=user-1', ({ end_user }) => end_user === 'user-1'],
          [`project_id=${foreign}`, ({ project_id }) => project_id === foreign],
          [`from=${middle}`, ({ created_at }) => created_at >= middle],
          [`to=${middle}`, ({ created_at }) => created_at < middle],
          [`from=${middle}&to=${middle}`, () => false],
          [
            `model=chat&key=${firstKey}&end_user=user-0&from=${middle}`,
            (row) =>
              row.model === 'chat' &&
              row.key === firstKey &&
              row.end_user === 'user-0' &&
              row.created_at >= middle,
          ],
        ]
        for (const [query, matches] of filters) {
          const expected = rows.filter(matches)
          const { items, pagination } = await busy.usage(`per_page=100&${query}`)
          expect([query, items]).toEqual([query, expected])
          expect([query, pagination.total]).toEqual([query, expected.length])
          const { data } = await busy.read<{ data: Sum[] }>(`/v1/usage/summary?${query}`)
          expect([query, sumOf(data).requests]).toEqual([query, expected.length])
        }
        for (const query of ['from=yesterday', 'to=2026-02-30', 'from=2026-01-01T00:00:00']) {
          const response = await busy.get(`/v1/usage?${query}`)
          expect([query, response.status]).toEqual([query, 400])
        }
      })

      it('is summed to the figures of the provider’s record, to the last nano-credit', async () => {
        const { data } = await busy.read<{ data: Sum[] }>('/v1/usage/summary')
        const modelOf = ({ path, body }: UpstreamRecord) =>
          path === '/embeddings' ? 'embed' : body.model === 'upstream-native' ? 'chat-native' : 'chat'
        for (const model of ['chat', 'chat-native', 'embed']) {
          const own = served.filter((record) => modelOf(record) === model)
          const count = (figure: (record: UpstreamRecord) => number) =>
            own.reduce((sum, record) => sum + figure(record), 0)
          const input = count(({ promptTokens }) => promptTokens)
          const output = model === 'embed' ? 0 : count(({ completionTokens }) => completionTokens)
          const nanos = own.reduce((sum, record) => sum + nanosOf(record), 0n)
          expect(data.find((sum) => sum.model === model)).toEqual({
            model,
            request_count: own.length,
            input_tokens: input,
            output_tokens: output,
            cached_tokens: model === 'embed' ? 0 : 2 * own.length,
            reasoning_tokens: model === 'embed' ? 0 : own.length,
            total_units: input + output,
            total_cost: expect.stringMatching(/^\$\d+\.\d{4,}$/),
            total_cost_credits: credits(nanos),
          })
        }
        expect(data).toHaveLength(3)
      })

      it('has the same totals however it is grouped', async () => {
        const groups = ['model', 'end_user', 'key', 'project', 'day']
        const totals: [ReturnType<typeof sumOf>, bigint][] = []
        for (const group of groups) {
          const { data } = await busy.read<{ data: Sum[] }>(`/v1/usage/summary?group_by=${group}`)
          for (const sum of data) expect(Object.keys(sum)).toContain(group)
          totals.push([
            sumOf(data),
            data.reduce((sum, { total_cost_credits }) => sum + nanos(total_cost_credits), 0n),
          ])
        }
        expect(totals).toEqual(groups.map(() => totals[0]))
        expect(totals[0]?.[0]).toMatchObject({ requests: 24 })
        expect((await busy.get('/v1/usage/summary?group_by=colour')).status).toBe(400)
      })

      it('is nobody else’s to see', async () => {
        const { owner } = stage
        expect((await owner.usage(`key=${otherKey}`)).items).toEqual([])
        expect((await owner.read<{ data: Sum[] }>(`/v1/usage/summary?key=${otherKey}`)).data).toEqual([])
        const theirs = new Set(rows.map(({ id }) => id))
        const { items } = await owner.usage('per_page=100')
        expect(items.filter(({ id }) => theirs.has(id))).toEqual([])
      })

      it('says in the literal words of EggAPI that no key was sent', async () => {
        const response = await fetch(`${stage.server.url}/v1/usage`)
        expect(response.status).toBe(401)
        expect(await response.json()).toEqual({
          data: null,
          error: { code: 'UNAUTHORIZED', message: 'Missing Authorization header' },
        })
      })
    })
  })
}

function nanos(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))
}
