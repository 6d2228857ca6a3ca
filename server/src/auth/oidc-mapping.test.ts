import type { JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { writePlanOf } from '../accounts/plan-holders.ts'
import { createProject, listProjects } from '../accounts/projects.ts'
import { requireUser } from '../accounts/users.ts'
import type { Deps } from '../deps.ts'
import { applyMapping } from './oidc-mapping.ts'

describe.each(DATABASES)('groups and roles of a provider', ({ name, postgres, absent }) => {
  describe.skipIf(absent)(`on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    let userId: string
    let personal: string
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
      ;({ userId, organizationId: personal } = await makeOwner(deps))
      for (const id of ['lab', 'other']) {
        const row = {
          id,
          name: id,
          slug: id,
          logo: null,
          metadata: null,
          plan: null,
          status: 'active',
        } as const
        const createdAt = new Date().toISOString()
        await deps.db
          .insertInto('organization')
          .values({ ...row, createdAt, personal: false })
          .execute()
      }
    })
    afterAll(() => database?.remove())

    const inLab = (
      claim: string,
      value: string,
      role: 'member' | 'admin' | 'owner',
      organization = 'lab',
    ) => ({
      claim,
      value,
      role,
      organization,
    })
    const plan = (value: string, id: string) => ({ claim: 'realm_access.roles', value, plan: id })
    const apply = async (claims: JWTPayload, accessClaims: JWTPayload = {}) => {
      const provider = {
        id: 'kc',
        name: 'Keycloak',
        issuer: 'https://id.example',
        clientId: 'c',
        clientSecret: 's',
        scopes: ['openid'],
        trustEmail: false,
        organizations: [
          inLab('groups', '/lab', 'member'),
          inLab('groups', '/lab/leads', 'admin'),
          inLab('https://id.example/role', 'head', 'owner'),
          inLab('groups', '/lab', 'owner', personal),
          inLab('groups', '/lab', 'owner', 'not-there'),
        ],
        plans: [plan('max', 'individual-max'), plan('pro', 'individual-pro'), plan('gone', 'not-there')],
      }
      await applyMapping(deps, userId, { provider, subject: 's', sid: undefined, claims, accessClaims })
    }
    const roles = async () => {
      const rows = await deps.db.selectFrom('member').selectAll().where('userId', '=', userId).execute()
      return Object.fromEntries(rows.map(({ organizationId, role }) => [organizationId, role]))
    }
    const planNow = async () => (await requireUser(deps, userId)).plan
    const audited = async (target: string) => {
      const rows = await deps.db.selectFrom('audit_log').selectAll().orderBy('seq').execute()
      return rows
        .filter(({ action }) => action.startsWith(target))
        .map(({ action, after }) => [action, after])
    }

    it('give the greatest role they mean, and take it when they no longer mean it', async () => {
      await apply({ groups: ['/lab'] })
      expect(await roles()).toEqual({ [personal]: 'owner', lab: 'member' })
      await apply({ groups: ['/lab/leads', '/lab'] })
      expect((await roles()).lab).toBe('admin')
      await apply({ groups: ['/lab'], 'https://id.example/role': 'head' })
      expect((await roles()).lab).toBe('owner')
      await apply({ groups: ['/lab'] })
      await apply({ groups: ['/labyrinth'], constructor: 'head' })
      expect(await roles()).toEqual({ [personal]: 'owner' })
      const changes = (await audited('member.')).map(([action]) => action)
      expect(changes).toEqual(['member.create', ...Array(3).fill('member.update'), 'member.delete'])
      expect((await audited('member.'))[0]?.[1]).toContain('"provider":"kc"')
    })

    it('take the projects of an organisation with the membership, and do not give them back with it', async () => {
      const projects = async () =>
        (await listProjects(deps, userId)).map(({ organizationId }) => organizationId)
      await apply({ groups: ['/lab'] })
      await createProject(deps, OPERATOR, { user: userId, name: 'Telescope', organizationId: 'lab' })
      expect(await projects()).toEqual(['lab'])
      await apply({})
      await apply({ groups: ['/lab'] })
      expect(await projects()).toEqual([])
      await apply({})
    })

    it('touch no organisation that the configuration does not name', async () => {
      const row = {
        id: 'm',
        organizationId: 'other',
        userId,
        role: 'admin',
        createdAt: new Date().toISOString(),
      }
      await deps.db.insertInto('member').values(row).execute()
      await apply({})
      expect((await roles()).other).toBe('admin')
    })

    it('give the first plan that applies, from the access token if need be, and take none that was given here', async () => {
      await apply({ realm_access: { roles: ['pro', 'max'] } })
      expect(await planNow()).toBe('individual-max')
      await apply({}, { realm_access: { roles: ['pro'] } })
      expect(await planNow()).toBe('individual-pro')
      await apply({ realm_access: { roles: [] } }, { realm_access: { roles: ['pro'] } })
      expect(await planNow()).toBeNull()
      await writePlanOf(deps, OPERATOR, { user: userId }, 'enterprise')
      await apply({ realm_access: { roles: ['gone'] } })
      await apply({})
      expect(await planNow()).toBe('enterprise')
    })
  })
})
