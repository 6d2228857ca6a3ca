import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, testConfig } from '../support/claviger.ts'
import { expectLedgerClean } from '../support/ledger-check.ts'
import { join, makeOrganization, OPEN_SIGN_UP, type Person, signUp } from '../support/people.ts'
import { stopAll } from '../support/processes.ts'
import { caller, openStage, requestIdOf, type Stage, until } from '../support/wire.ts'

afterAll(stopAll)

const HOSTILE = '=HYPERLINK("http://evil.example")'

describe.each(DATABASES)('the usage explorer', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, { timeout: 120_000 }, () => {
    let stage: Stage
    let owner: Person
    let member: Person
    let stranger: Person
    let organizationId: string
    const requests: Record<'owner' | 'member', string[]> = { owner: [], member: [] }

    beforeAll(async () => {
      stage = await openStage((url) => testConfig(url, OPEN_SIGN_UP), postgres)
      const { url } = stage.server
      owner = await signUp(url, 'Olive')
      member = await signUp(url, 'Max')
      stranger = await signUp(url, 'Sam')
      organizationId = await makeOrganization(owner)
      await join(organizationId, owner, member, 'member')
      for (const [who, person] of Object.entries({ owner, member }) as ['owner' | 'member', Person][]) {
        const { key } = await person.ask('POST', '/api/v1/keys', { name: `Key of ${who}` }, organizationId)
        for (const user of [HOSTILE, 'customer-2']) {
          const body = { model: 'chat', user, messages: [{ role: 'user', content: 'Hi' }] }
          const answer = await caller(url, key).post('/v1/chat/completions', body)
          expect(answer.status, await answer.text()).toBe(200)
          requests[who].push(requestIdOf(answer))
        }
      }
      await until('the usage', async () => ((await rows(owner)).length === 4 ? true : undefined))
    }, 120_000)
    afterAll(() => stage?.close())

    const rows = async (person: Person, query = '') =>
      (await person.ask('GET', `/api/dashboard/usage${query}`, undefined, organizationId)).data as {
        id: string
        cost: string
        key: { name: string; hash: string }
        user: { email: string }
        end_user: string
      }[]
    const ids = async (person: Person, query = '') => (await rows(person, query)).map(({ id }) => id).sort()

    it('An owner sees the organisation’s requests with their names, newest first; a member his own only', async () => {
      const all = await rows(owner)
      expect(all.map(({ id }) => id)).toEqual([...requests.owner, ...requests.member].reverse())
      expect(all[0]).toMatchObject({ key: { name: 'Key of member' }, user: { email: member.email } })
      expect(await ids(member)).toEqual([...requests.member].sort())
      expect(await ids(owner, `?user=${member.id}`)).toEqual([...requests.member].sort())
    })

    it('A member who names another, and a stranger who names the organisation, get 404 and no row', async () => {
      for (const [person, path] of [
        [member, `/api/dashboard/usage?user=${owner.id}`],
        [member, `/api/dashboard/overview?user=${owner.id}`],
        [member, `/api/dashboard/usage.csv?user=${owner.id}`],
        [stranger, '/api/dashboard/usage'],
        [stranger, '/api/dashboard/usage.csv'],
        [stranger, '/api/dashboard/overview'],
        [stranger, '/api/dashboard/usage/summary'],
        [stranger, '/api/dashboard/balance'],
        [stranger, '/api/dashboard/balance/entries'],
      ] as const) {
        const answer = await person.send('GET', path, undefined, organizationId)
        expect([path, answer.status]).toEqual([path, 404])
      }
      expect((await stranger.ask('GET', '/api/dashboard/usage')).data).toEqual([])
    })

    it('Filters by key, model, end user, outcome, time and request narrow the list', async () => {
      const [newest] = await rows(owner)
      expect(await ids(owner, `?key=${newest?.key.hash}`)).toEqual([...requests.member].sort())
      expect(await ids(owner, '?end_user=customer-2')).toEqual([requests.owner[1], requests.member[1]].sort())
      expect(await ids(owner, '?model=chat&outcome=completed&status=200')).toHaveLength(4)
      expect(await ids(owner, '?outcome=failed')).toEqual([])
      expect(await ids(owner, '?model=embed')).toEqual([])
      expect(await ids(owner, '?to=2020-01-01')).toEqual([])
      expect(await ids(owner, `?request=${requests.owner[0]}`)).toEqual([requests.owner[0]])
      expect(await ids(member, `?request=${requests.owner[0]}`)).toEqual([])
    })

    it('The overview’s sums are those of the list, by day and by every group', async () => {
      for (const group of ['model', 'key', 'project', 'end_user', 'user']) {
        const query = `/api/dashboard/overview?group=${group}`
        const { data } = await owner.ask('GET', query, undefined, organizationId)
        expect(data.totals).toMatchObject({ requests: 4, failed: 0 })
        expect(data.days).toHaveLength(30)
        expect(data.days.at(-1).requests + data.days.at(-2).requests).toBe(4)
        expect(data.groups.reduce((sum: number, one: { requests: number }) => sum + one.requests, 0)).toBe(4)
        expect(data.latency.requests).toBe(4)
        expect(data.latency.p50_ms).toBeLessThanOrEqual(data.latency.p95_ms)
      }
      const { data } = await member.ask(
        'GET',
        '/api/dashboard/usage/summary?group=key',
        undefined,
        organizationId,
      )
      expect(data.totals.requests).toBe(2)
      expect(data.groups).toMatchObject([{ name: 'Key of member', requests: 2 }])
      await expectLedgerClean(stage.installation)
    })

    it('The file holds a line for each request, and no cell that a spreadsheet would run', async () => {
      const answer = await owner.send('GET', '/api/dashboard/usage.csv', undefined, organizationId)
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename="usage.csv"')
      const text = await answer.text()
      const [header, ...lines] = text.trimEnd().split('\r\n')
      expect(header?.replace('\uFEFF', '')).toMatch(/^id,created_at,/)
      expect(lines.map((line) => line.split(',')[0])).toEqual(
        [...requests.owner, ...requests.member].reverse(),
      )
      expect(text).toContain(`"'=HYPERLINK(""http://evil.example"")"`)
      expect(text).not.toMatch(/(^|,)"?[=+@]/m)
    })

    it('The balance says which plan and quotas apply and what is left of them', async () => {
      const { data } = await member.ask('GET', '/api/dashboard/balance', undefined, organizationId)
      expect(data).toMatchObject({ of: 'none', balance: null })
      const all = await rows(owner)
      const used = all.reduce((sum, { cost }) => sum + Math.round(Number(cost) * 1e9), 0)
      expect(Math.round(Number(data.used) * 1e9)).toBe(used)
      for (const { amount, spent, held, left } of data.quotas)
        expect(Number(left)).toBe(Number(amount) - Number(spent) - Number(held))
    })
  })
})
