import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES, type Installation, install, type Server, testConfig } from '../support/claviger.ts'
import { openDatabase } from '../support/database.ts'
import {
  ADMINISTRATOR,
  join,
  makeOrganization,
  OPEN_SIGN_UP,
  type Person,
  signIn,
  signUp,
} from '../support/people.ts'
import { MAIN, runNode, stopAll } from '../support/processes.ts'

afterAll(stopAll)

interface Row {
  readonly seq: number
  readonly action: string
  readonly actor: { readonly id: string; readonly label: string | null }
  readonly target: { readonly id: string; readonly name: string | null }
  readonly organization_id: string | null
}

describe.each(DATABASES)('the audit log', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, { timeout: 120_000 }, () => {
    let installation: Installation
    let server: Server
    let owner: Person
    let member: Person
    let operator: Person
    let organizationId: string
    let key: string

    beforeAll(async () => {
      installation = await install(testConfig('http://127.0.0.1:9/v1', OPEN_SIGN_UP), postgres)
      server = await installation.start(ADMINISTRATOR.environment)
      operator = await signIn(server.url, ADMINISTRATOR.email)
      owner = await signUp(server.url, 'Olive')
      member = await signUp(server.url, 'Max')
      organizationId = await makeOrganization(owner)
      await join(organizationId, owner, member, 'member')
      const made = await owner.ask('POST', '/api/v1/keys', { name: 'Audited' }, organizationId)
      key = made.data.hash
      await owner.ask('PATCH', `/api/v1/keys/${key}`, { name: '=cmd()' }, organizationId)
      await owner.ask('DELETE', `/api/v1/keys/${key}`, undefined, organizationId)
    }, 120_000)
    afterAll(async () => {
      await server?.stop()
      await installation?.remove()
    })

    const list = async (person: Person, query = '', organization = organizationId): Promise<Row[]> =>
      (await person.ask('GET', `/api/dashboard/audit${query}`, undefined, organization)).data
    const claviger = (...args: string[]) => runNode([MAIN, 'audit', ...args], installation.env)

    it('An owner sees who did what in his organisation, newest first, and can narrow it', async () => {
      const rows = await list(owner)
      expect(rows[0]).toMatchObject({
        action: 'key.revoke',
        actor: { kind: 'user', id: owner.id, label: owner.email },
        target: { kind: 'key', id: key, name: '=cmd()' },
      })
      expect(rows.every((row) => row.organization_id === organizationId)).toBe(true)
      const actions = async (query: string) => (await list(owner, query)).map(({ action }) => action)
      expect(await actions(`?target=${key}`)).toEqual(['key.revoke', 'key.update', 'key.create'])
      expect(await actions(`?target=${key}&action=key.update`)).toEqual(['key.update'])
      expect(await actions(`?action=key&actor=${owner.id}`)).toEqual([
        'key.revoke',
        'key.update',
        'key.create',
      ])
      expect(await actions(`?action=key&actor=${member.id}`)).toEqual([])
      expect(await actions('?to=2020-01-01')).toEqual([])
    })

    it('A member gets 403, and the whole server’s log is for those who administer it', async () => {
      expect((await member.send('GET', '/api/dashboard/audit', undefined, organizationId)).status).toBe(403)
      for (const path of ['audit', 'audit.csv', 'audit.jsonl'])
        expect((await owner.send('GET', `/api/dashboard/${path}?all=true`)).status).toBe(404)
      const all = await list(operator, '?all=true', operator.organizationId)
      expect(all.some((row) => row.organization_id === organizationId)).toBe(true)
      expect(all.some((row) => row.organization_id !== organizationId)).toBe(true)
    })

    it('The files hold every row of the organisation, and no cell that a spreadsheet would run', async () => {
      const file = async (path: string) =>
        (await owner.send('GET', `/api/dashboard/${path}`, undefined, organizationId)).text()
      const rows = await list(owner)
      const lines = (await file('audit.jsonl')).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line).seq)).toEqual(rows.map(({ seq }) => seq))
      const csv = (await file('audit.csv')).trimEnd().split('\r\n')
      expect(csv).toHaveLength(rows.length + 1)
      expect(csv.join('\n')).toContain(`'=cmd()`)
    })

    it('One command finds the log whole beside a running server, and names the row at fault when a byte is changed or the tail is cut', async () => {
      const head = (await claviger('head')).stdout.trim()
      expect(head).toMatch(/^\d+:[0-9a-f]{64}$/)
      expect(await claviger('verify', '--head', head)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^The audit log is whole: /),
      })
      const exported = (await claviger('export')).stdout.trimEnd().split('\n')
      const [seq, hash] = head.split(':')
      expect(JSON.parse(exported.at(-1) as string)).toMatchObject({ seq: Number(seq), hash })
      expect(exported).toHaveLength(Number(seq))
      await server.stop()
      const database = await openDatabase(installation)
      try {
        const guards = postgres
          ? ['ALTER TABLE audit_log DISABLE TRIGGER ALL']
          : ['DROP TRIGGER audit_log_no_update', 'DROP TRIGGER audit_log_no_delete']
        for (const guard of guards) await database.query(guard)
        const last = Number(seq)
        await database.query(`DELETE FROM audit_log WHERE seq = ${last}`)
        await database.query(
          `UPDATE audit_head SET seq = ${last - 1}, hash = (SELECT hash FROM audit_log WHERE seq = ${last - 1})`,
        )
        expect((await claviger('verify')).code).toBe(0)
        const cut = await claviger('verify', '--head', head)
        expect(cut).toMatchObject({ code: 1, stdout: expect.stringContaining(`broken at row ${last}`) })
        await database.query(`UPDATE audit_log SET action = 'key.createe' WHERE seq = 3`)
        const changed = await claviger('verify')
        expect(changed).toMatchObject({ code: 1, stdout: expect.stringContaining('broken at row 3') })
      } finally {
        await database.close()
      }
    })
  })
})
