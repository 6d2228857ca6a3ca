import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { type Database, openDatabase } from '../support/database.ts'
import {
  ADMINISTRATOR,
  join,
  makeOrganization,
  OPEN_SIGN_UP,
  type Person,
  signIn,
  signUp,
} from '../support/people.ts'
import { stopAll } from '../support/processes.ts'

const AUTH = '/api/auth/organization'
const AT_ONCE = 6

afterAll(stopAll)

describe.each(DATABASES)('rights in an organisation', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, { timeout: 60_000 }, () => {
    let installation: Installation
    let server: Server
    let database: Database
    let owner: Person
    let second: Person

    beforeAll(async () => {
      installation = await install({ ...testConfig('http://127.0.0.1:9/v1'), ...OPEN_SIGN_UP }, postgres)
      server = await installation.start(ADMINISTRATOR.environment)
      database = await openDatabase(installation)
      owner = await signUp(server.url, 'Olga')
      second = await signUp(server.url, 'Oskar')
    }, 60_000)
    afterAll(async () => {
      await database?.close()
      await server?.stop()
      await installation?.remove()
    })

    const withSecond = async (role: 'owner' | 'admin') => {
      const id = await makeOrganization(owner)
      await join(id, owner, second, role)
      return id
    }
    const rolesIn = (id: string) =>
      database.query(`SELECT id, role, "userId" FROM member WHERE "organizationId" = '${id}' ORDER BY role`)
    const membershipOf = async (id: string, person: Person) =>
      String((await rolesIn(id)).find(({ userId }) => userId === person.id)?.id)
    const ownersOf = async (id: string) => (await rolesIn(id)).filter(({ role }) => role === 'owner').length

    it('Owners who leave, or give their role up, or remove each other at once leave one behind', async () => {
      const ways = [
        async (id: string) =>
          [owner, second].map((who) => who.send('POST', `${AUTH}/leave`, { organizationId: id })),
        async (id: string) => {
          const [own, others] = [await membershipOf(id, owner), await membershipOf(id, second)]
          const to = { role: 'member', organizationId: id }
          return [
            owner.send('POST', `${AUTH}/update-member-role`, { ...to, memberId: own }),
            second.send('POST', `${AUTH}/update-member-role`, { ...to, memberId: others }),
          ]
        },
        async (id: string) => {
          const [own, others] = [await membershipOf(id, owner), await membershipOf(id, second)]
          return [
            owner.send('POST', `${AUTH}/remove-member`, { memberIdOrEmail: others, organizationId: id }),
            second.send('POST', `${AUTH}/remove-member`, { memberIdOrEmail: own, organizationId: id }),
          ]
        },
      ]
      for (const begin of [...ways, ...ways]) {
        const id = await withSecond('owner')
        const statuses = (await Promise.all(await begin(id))).map(({ status }) => status)
        expect(await ownersOf(id)).toBe(1)
        expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      }
    })

    it('Whoever loses his role keeps nothing that he was about to do with it', async () => {
      for (let round = 0; round < 3; round++) {
        const id = await withSecond('admin')
        const guest = (at: number) => `guest-${round}-${at}@example.com`
        const invite = (at: number) =>
          second.send('POST', `${AUTH}/invite-member`, {
            email: guest(at),
            role: 'admin',
            organizationId: id,
          })
        const invitations = Array.from({ length: AT_ONCE }, (_, at) => invite(at))
        const removal = { memberIdOrEmail: second.email, organizationId: id }
        await owner.ask('POST', `${AUTH}/remove-member`, removal)
        await Promise.all(invitations)
        const open = `SELECT id FROM invitation WHERE "organizationId" = '${id}' AND status = 'pending'`
        expect(await database.query(open)).toEqual([])
      }
    })

    it('Nobody changes a suspended organisation by session, though he may leave it', async () => {
      const id = await withSecond('owner')
      const operator = await signIn(server.url, ADMINISTRATOR.email)
      await operator.ask('PATCH', `/api/dashboard/admin/organizations/${id}`, { suspended: true })
      const memberId = await membershipOf(id, second)
      const refused: [string, object][] = [
        ['invite-member', { email: 'guest@example.com', role: 'member' }],
        ['update-member-role', { memberId, role: 'member' }],
        ['remove-member', { memberIdOrEmail: memberId }],
        ['update', { data: { name: 'New' } }],
        ['delete', {}],
      ]
      for (const [what, body] of refused) {
        const answer = await owner.send('POST', `${AUTH}/${what}`, { ...body, organizationId: id })
        expect([what, answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
          what,
          403,
          'organization_suspended',
        ])
      }
      await second.ask('POST', `${AUTH}/leave`, { organizationId: id })
      expect(await ownersOf(id)).toBe(1)
    })
  })
})
