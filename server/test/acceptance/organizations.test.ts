import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DATABASES,
  type Installation,
  install,
  type Server,
  startUpstream,
  testConfig,
  type Upstream,
} from '../support/claviger.ts'
import { clearOfMidnight } from '../support/midnight.ts'
import {
  ADMINISTRATOR,
  join,
  makeOrganization,
  OPEN_SIGN_UP,
  PASSWORD,
  type Person,
  signIn,
  signUp,
} from '../support/people.ts'
import { printed, stopAll } from '../support/processes.ts'
import { caller, until } from '../support/wire.ts'

const CHAT = { model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }

afterAll(stopAll)

describe.each(DATABASES)('organisations', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let upstream: Upstream
    let installation: Installation
    let server: Server
    let operator: Person
    let owner: Person
    let member: Person
    let organizationId: string

    beforeAll(async () => {
      upstream = await startUpstream()
      installation = await install({ ...testConfig(upstream.url), ...OPEN_SIGN_UP }, postgres)
      server = await installation.start(ADMINISTRATOR.environment)
      operator = await signIn(server.url, ADMINISTRATOR.email)
      owner = await signUp(server.url, 'Olga')
      member = await signUp(server.url, 'Mia')
      organizationId = await makeOrganization(owner, 'Rocket Works')
      await join(organizationId, owner, member, 'member')
    }, 120_000)
    afterAll(async () => {
      await server?.stop()
      await upstream?.stop()
      await installation?.remove()
    })

    const makeKey = async (person: Person, organization: string, body: object = {}) => {
      const made = await person.ask('POST', '/api/v1/keys', { name: 'Key', ...body }, organization, 201)
      return { hash: made.data.hash as string, ...caller(server.url, made.key as string) }
    }
    const makeProject = async (name: string) =>
      (await owner.ask('POST', '/api/dashboard/projects', { name }, organizationId, 201)).data.id as string

    const AUTH = '/api/auth/organization'
    const invite = async (manager: Person, email: string, role: string) =>
      (await manager.ask('POST', `${AUTH}/invite-member`, { email, role, organizationId })).id as string
    const ticketOf = (id: string) =>
      until('the link of an invitation', () => printed(new RegExp(`/accept-invitation/(${id}\\.[\\w-]+)`)))
    const answerOf = async (person: Person, what: string, invitationId: string) => {
      const response = await person.send('POST', `${AUTH}/${what}-invitation`, { invitationId })
      return { status: response.status, text: await response.text() }
    }

    it('Nobody takes up an invitation by its id alone, and none but owners come by the link of one to an owner’s role', async () => {
      const admin = await signUp(server.url, 'Aldo')
      await join(organizationId, owner, admin, 'admin')
      const invited = `newboss-${Date.now()}@example.com`
      const id = await invite(owner, invited, 'owner')
      const ticket = await ticketOf(id)
      const [, proof = ''] = ticket.split('.')
      const again = { email: invited, role: 'owner', organizationId, resend: true }
      const resent = [
        await admin.send('POST', `${AUTH}/invite-member`, again),
        await admin.send('POST', `${AUTH}/invite-member`, { ...again, role: 'member' }),
      ]
      expect(resent.map(({ status }) => status)).toEqual([403, 403])
      // Another invitation of the same address would show as well that the address is his.
      const aldos = await makeOrganization(admin, 'Aldo’s')
      const own = { email: invited, role: 'member', organizationId: aldos }
      const answered = await admin.ask('POST', `${AUTH}/invite-member`, own)
      const [, ownProof = ''] = (await ticketOf(answered.id)).split('.')
      const seen = [
        ...resent,
        Response.json(answered),
        await admin.send('GET', '/api/dashboard/invitations', undefined, aldos),
        await admin.send('GET', '/api/dashboard/invitations', undefined, organizationId),
        await admin.send('GET', `${AUTH}/list-invitations?organizationId=${organizationId}`),
        await admin.send('GET', `${AUTH}/get-full-organization?organizationId=${organizationId}`),
        await admin.send('GET', `${AUTH}/get-invitation?id=${id}`),
        await admin.send('GET', '/api/dashboard/audit', undefined, organizationId),
      ]
      for (const response of seen) {
        const text = await response.text()
        for (const secret of [proof, ownProof]) expect(text).not.toContain(secret)
      }

      const body = { email: invited, password: PASSWORD, name: 'Boss' }
      await admin.send('POST', '/api/auth/sign-up/email', body)
      const boss = await signIn(server.url, invited)
      const other = await invite(owner, admin.email.replace('@', '+other@'), 'member')
      for (const what of ['accept', 'reject'])
        for (const wrong of [
          id,
          `${id}.`,
          `${id}.${'A'.repeat(43)}`,
          `${id}.${(await ticketOf(other)).split('.')[1]}`,
        ]) {
          const { status, text } = await answerOf(boss, what, wrong)
          expect([what, status, text]).toEqual([
            what,
            403,
            expect.stringContaining('Open the link in the letter'),
          ])
        }
      expect((await answerOf(admin, 'accept', ticket)).status).toBe(404)
      expect((await answerOf(boss, 'accept', ticket)).status).toBe(200)
      expect((await answerOf(boss, 'accept', ticket)).status).toBe(404)
      // His address is verified now, which is as good as the link.
      const third = await makeOrganization(owner, 'Third')
      const asked = { email: invited, role: 'member', organizationId: third }
      const { id: bare } = await owner.ask('POST', `${AUTH}/invite-member`, asked)
      expect((await answerOf(boss, 'accept', bare)).status).toBe(200)
    })

    it('What somebody has invited to ends when he is removed or may not grant it any more', async () => {
      const admin = await signUp(server.url, 'Anna')
      await join(organizationId, owner, admin, 'owner')
      const guests = [await signUp(server.url, 'Gast'), await signUp(server.url, 'Gast')] as const
      const toOwner = await invite(admin, guests[0].email, 'owner')
      const toMember = await invite(admin, guests[1].email, 'member')
      const { members } = await owner.ask(
        'GET',
        `${AUTH}/get-full-organization?organizationId=${organizationId}`,
      )
      const { id: memberId } = members.find(({ userId }: { userId: string }) => userId === admin.id)
      await owner.ask('POST', `${AUTH}/update-member-role`, { memberId, role: 'admin', organizationId })
      expect((await answerOf(guests[0], 'accept', await ticketOf(toOwner))).status).toBe(404)
      const open = await owner.ask('GET', '/api/dashboard/invitations', undefined, organizationId)
      expect(open.data.map(({ id }: { id: string }) => id)).toContain(toMember)
      await owner.ask('POST', `${AUTH}/remove-member`, { memberIdOrEmail: memberId, organizationId })
      expect((await answerOf(guests[1], 'accept', await ticketOf(toMember))).status).toBe(404)
      const { data } = await owner.ask('GET', '/api/dashboard/audit', undefined, organizationId)
      const withdrawn = data.filter(({ action }: { action: string }) => action === 'invitation.update')
      expect(JSON.stringify(withdrawn)).toContain(toOwner)
      expect(JSON.stringify(withdrawn)).toContain(toMember)
    })

    it('A name is a short text without links, and nothing is kept that no page shows', async () => {
      const update = async (body: object) => (await member.send('POST', '/api/auth/update-user', body)).status
      for (const name of [
        null,
        5,
        {},
        ['x'],
        'x'.repeat(201),
        'Win at http://evil.example',
        'www.evil.example',
      ])
        expect([name, await update({ name })]).toEqual([name, 400])
      for (const image of ['javascript:alert(1)', 'x'.repeat(60_000)])
        expect(await update({ image })).toBe(400)
      expect(await update({ name: 'Mia Meyer' })).toBe(200)
      const slug = `named-${Date.now()}`
      const make = async (more: object) =>
        (await member.send('POST', `${AUTH}/create`, { name: 'Named', slug, ...more })).status
      for (const more of [
        { name: 'X http://evil.example' },
        { logo: 'javascript:1' },
        { metadata: { a: 'b' } },
      ])
        expect([more, await make(more)]).toEqual([more, 400])
      expect(await make({})).toBe(200)
      const change = { organizationId, data: { logo: 'javascript:1' } }
      expect((await owner.send('POST', `${AUTH}/update`, change)).status).toBe(400)
    })

    it('A key that a person makes by session belongs to the organisation that he named, and works', async () => {
      const key = await makeKey(member, organizationId, {
        permissions: ['inference', 'keys:read', 'keys:write'],
      })
      const { data } = await key.read<{ data: { workspace_id: string; creator_user_id: string } }>(
        '/api/v1/key',
      )
      expect(data).toMatchObject({ workspace_id: organizationId, creator_user_id: member.id })
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
    })

    it('A person cannot give a key the right to make credits', async () => {
      const body = { name: 'Mint', permissions: ['credits:write'] }
      const answer = await owner.send('POST', '/api/v1/keys', body, organizationId)
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('"grant_exceeds_grantor"'),
      ])
    })

    it('Members see and change their own keys only, by session and by key; owners those of the organisation', async () => {
      const [mine, theirs] = [await makeKey(member, organizationId), await makeKey(owner, organizationId)]
      const manages = { permissions: ['keys:read', 'keys:write'] }
      const doors = [
        { of: 'member', send: (m: string, p: string, b?: unknown) => member.send(m, p, b, organizationId) },
        { of: 'member', send: (await makeKey(member, organizationId, manages)).send },
        { of: 'owner', send: (m: string, p: string, b?: unknown) => owner.send(m, p, b, organizationId) },
        { of: 'owner', send: (await makeKey(owner, organizationId, manages)).send },
      ]
      for (const { of, send } of doors) {
        const { data: listed } = (await (await send('GET', '/api/v1/keys')).json()) as {
          data: { hash: string }[]
        }
        expect(listed.map(({ hash }) => hash)).toContain(of === 'member' ? mine.hash : theirs.hash)
        expect(listed.some((key) => key.hash === theirs.hash)).toBe(of === 'owner')
        const status = of === 'owner' ? 200 : 404
        expect((await send('GET', `/api/v1/keys/${theirs.hash}`)).status).toBe(status)
        expect((await send('PATCH', `/api/v1/keys/${theirs.hash}`, { name: 'New' })).status).toBe(status)
        expect((await send('PATCH', `/api/v1/keys/${mine.hash}`, { name: 'New' })).status).toBe(200)
        const other = await makeKey(owner, organizationId)
        expect((await send('DELETE', `/api/v1/keys/${other.hash}`)).status).toBe(status)
      }
    })

    it('A removed member’s keys are refused from the next request, and his projects are not his when he returns', async () => {
      const leaver = await signUp(server.url, 'Leo')
      await join(organizationId, owner, leaver, 'member')
      const project = await makeProject('Apollo')
      await owner.ask(
        'PUT',
        `/api/dashboard/projects/${project}/members/${leaver.id}`,
        undefined,
        organizationId,
      )
      const key = await makeKey(leaver, organizationId)
      expect((await key.post('/v1/chat/completions', { ...CHAT, project_id: project })).status).toBe(200)
      const remove = { memberIdOrEmail: leaver.email, organizationId }
      await owner.ask('POST', '/api/auth/organization/remove-member', remove)
      const refused = await key.post('/v1/chat/completions', CHAT)
      expect([refused.status, await refused.text()]).toEqual([
        403,
        expect.stringContaining('"owner_removed"'),
      ])
      expect((await leaver.send('GET', '/api/dashboard/keys', undefined, organizationId)).status).toBe(404)
      const members = await owner.ask(
        'GET',
        `/api/dashboard/projects/${project}/members`,
        undefined,
        organizationId,
      )
      expect(members.data.map(({ userId }: { userId: string }) => userId)).toEqual([owner.id])
      await join(organizationId, owner, leaver, 'member')
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
      expect((await key.post('/v1/chat/completions', { ...CHAT, project_id: project })).status).toBe(403)
    })

    it('A key survives its maker: handed on, it works after he left, and says whose it is', async () => {
      const maker = await signUp(server.url, 'Max')
      await join(organizationId, owner, maker, 'member')
      const key = await makeKey(maker, organizationId, { limit: 5 })
      const path = `/api/dashboard/keys/${key.hash}/transfer`
      expect((await maker.send('POST', path, { userId: member.id }, organizationId)).status).toBe(403)
      expect((await owner.send('POST', path, { userId: operator.id }, organizationId)).status).toBe(404)
      const { data } = await owner.ask('POST', path, { userId: member.id }, organizationId)
      expect(data).toMatchObject({
        hash: key.hash,
        limit: '5',
        owner: { id: member.id, email: member.email },
      })
      await owner.ask('POST', '/api/auth/organization/remove-member', {
        memberIdOrEmail: maker.email,
        organizationId,
      })
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
      expect((await member.send('GET', `/api/v1/keys/${key.hash}`, undefined, organizationId)).status).toBe(
        200,
      )
    })

    it('Of a person in two organisations each key has its organisation’s plan, budget and projects', async () => {
      const [first, second] = [organizationId, await makeOrganization(member, 'Second')]
      const put = (id: string, rank: number, amount: string) =>
        operator.ask('PUT', `/api/dashboard/admin/plans/${id}`, {
          name: id,
          rank,
          tools: null,
          models: null,
          quotas: [{ subject: 'organization', unit: 'requests', period: 'day', amount }],
        })
      await put('small', 1, '1')
      await put('large', 2, '1000')
      await operator.ask('PATCH', `/api/dashboard/admin/organizations/${second}`, { plan: 'small' })
      await operator.ask('PATCH', `/api/dashboard/admin/organizations/${first}`, { plan: 'large' })
      const project = await makeProject('Hermes')
      await owner.ask('PUT', `/api/dashboard/projects/${project}/members/${member.id}`, undefined, first)
      const [inFirst, inSecond] = [await makeKey(member, first), await makeKey(member, second)]
      const planOf = async (key: typeof inFirst) =>
        (await key.read<{ data: { plan: string } }>('/api/v1/key')).data.plan
      expect([await planOf(inFirst), await planOf(inSecond)]).toEqual(['large', 'small'])
      const chat = async (key: typeof inFirst, more: object = {}) =>
        (await key.post('/v1/chat/completions', { ...CHAT, ...more })).status
      expect(await chat(inSecond, { project_id: project })).toBe(403)
      expect(await chat(inFirst, { project_id: project })).toBe(200)
      await clearOfMidnight(10_000)
      expect([await chat(inSecond), await chat(inSecond), await chat(inFirst)]).toEqual([200, 429, 200])
      await operator.ask('PATCH', `/api/dashboard/admin/organizations/${first}`, { plan: null })
    })

    it('The list of keys can be searched, narrowed and walked to its end, each key once', async () => {
      const other = await makeOrganization(owner, 'Listed')
      for (let i = 0; i < 53; i++) await makeKey(owner, other, { name: `Walk ${i}` })
      const disabled = await makeKey(owner, other, { name: '100% Ärger_x' })
      await owner.ask('PATCH', `/api/v1/keys/${disabled.hash}`, { disabled: true }, other)
      const list = async (query: string) => owner.ask('GET', `/api/dashboard/keys?${query}`, undefined, other)
      const first = await list('')
      const last = await list(`cursor=${first.next}`)
      const names = [...first.data, ...last.data].map((key: { name: string }) => key.name)
      expect([first.data.length, last.data.length, last.next, new Set(names).size]).toEqual([50, 4, null, 54])
      const found = async (query: string) => (await list(query)).data.map((key: { name: string }) => key.name)
      expect(await found('search=aLK%2052')).toEqual(['Walk 52'])
      expect(await found('search=100%25')).toEqual(['100% Ärger_x'])
      expect(await found(`search=${encodeURIComponent('ÄRGER_X')}`)).toEqual(['100% Ärger_x'])
      expect(await found('search=r_x')).toEqual(['100% Ärger_x'])
      expect(await found('state=disabled')).toEqual(['100% Ärger_x'])
      expect(await found('search=walk&state=disabled')).toEqual([])
      expect(await found(`user=${member.id}`)).toEqual([])
      expect(
        (await owner.send('GET', '/api/dashboard/keys?cursor=eyJhIjoxfQ', undefined, other)).status,
      ).toBe(400)
    })

    it('A suspended organisation is refused by session and by key, and comes back when it is activated', async () => {
      const other = await makeOrganization(owner, 'Frozen')
      const key = await makeKey(owner, other)
      const path = `/api/dashboard/admin/organizations/${other}`
      expect((await operator.ask('PATCH', path, { suspended: true })).data.state).toBe('suspended')
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(403)
      expect((await owner.send('GET', '/api/dashboard/keys', undefined, other)).status).toBe(403)
      expect((await owner.send('POST', '/api/v1/keys', { name: 'Key' }, other)).status).toBe(403)
      await operator.ask('PATCH', path, { suspended: false })
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
    })

    it('The last who administers the server can neither give that up nor be suspended; with another one he can', async () => {
      const path = `/api/dashboard/admin/users/${operator.id}`
      for (const body of [{ operator: false }, { suspended: true }])
        expect((await operator.send('PATCH', path, body)).status).toBe(400)
      const second = await signUp(server.url, 'Second')
      await operator.ask('PATCH', `/api/dashboard/admin/users/${second.id}`, { operator: true })
      expect((await second.ask('PATCH', path, { operator: false })).data.operator).toBe(false)
      expect((await operator.send('GET', '/api/dashboard/admin/users')).status).toBe(403)
      await second.ask('PATCH', path, { operator: true })
      await operator.ask('PATCH', `/api/dashboard/admin/users/${second.id}`, { operator: false })
    })

    it('A user whom the operator signs out everywhere has no session left, and his keys go on', async () => {
      const person = await signUp(server.url, 'Sid')
      const key = await makeKey(person, person.organizationId)
      expect(
        (await operator.ask('DELETE', `/api/dashboard/admin/users/${person.id}/sessions`)).data.ended,
      ).toBeGreaterThan(0)
      expect((await person.send('GET', '/api/dashboard/me')).status).toBe(401)
      expect((await key.post('/v1/chat/completions', CHAT)).status).toBe(200)
    })

    it('An account that the operator makes has its plan and an organisation of its own, and is found by its address', async () => {
      const email = `made-${Date.now()}@example.com`
      const body = { email, name: 'Made', plan: 'large' }
      const { data } = await operator.ask('POST', '/api/dashboard/admin/users', body, undefined, 201)
      expect(data).toMatchObject({ email, plan: 'large', state: 'active', operator: false })
      expect(data.organizations).toMatchObject([{ personal: true, role: 'owner' }])
      const found = await operator.ask('GET', `/api/dashboard/admin/users?search=${email.toUpperCase()}`)
      expect(found.data.map(({ id }: { id: string }) => id)).toEqual([data.id])
      const refused = await operator.send('POST', '/api/dashboard/admin/users', {
        ...body,
        email: `x${email}`,
        plan: 'no',
      })
      expect(refused.status).toBe(404)
      expect((await operator.ask('GET', `/api/dashboard/admin/users?search=x${email}`)).data).toEqual([])
    })
  })
})
