import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { SECRETS } from '../../test/support/stores.ts'
import { makeOwner, OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { createProject } from '../accounts/projects.ts'
import { createUser, setUserSuspended } from '../accounts/users.ts'
import { type Deps, transact } from '../deps.ts'
import { createKey, revokeKey, updateKey } from '../keys/keys.ts'
import { makeSecret } from '../keys/secret.ts'
import { type AuditEntry, recordAudit } from './audit.ts'

/** Beyond what a floating-point number holds exactly. */
const LIMIT = 89_999_999_999_999_998n

const rowsOf = ({ db }: Deps) => db.selectFrom('audit_log').selectAll().orderBy('seq').execute()
type Row = Awaited<ReturnType<typeof rowsOf>>[number]

/** The hash of a row, worked out from what DESIGN says of it: an HMAC over the row and the hash before. */
function hashOf({ hash: _, ...row }: Row, key = SECRETS.auditKey): string {
  const columns =
    'seq at actor_kind actor_id way action target_kind target_id organization_id before after request_id address previous_hash'
  const values = columns.split(' ').map((column) => row[column as keyof typeof row])
  return createHmac('sha256', key).update(JSON.stringify(values)).digest('hex')
}

/** The first row at which the chain is broken, if it is. */
function brokenAt(rows: readonly Row[]): number | undefined {
  return rows.find(
    (row, index) =>
      row.seq !== index + 1 ||
      row.previous_hash !== (rows[index - 1]?.hash ?? '') ||
      row.hash !== hashOf(row),
  )?.seq
}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the audit log on ${name}`, () => {
    let database: UnitDeps
    let deps: Deps
    beforeAll(async () => {
      database = await openDeps(postgres)
      deps = database.own
    })
    afterAll(() => database.remove())

    const entry = (own: Partial<AuditEntry> = {}): AuditEntry => ({
      action: 'thing.change',
      targetKind: 'thing',
      targetId: 't',
      organizationId: null,
      ...own,
    })

    test('an address that is none, as a proxy may pass on from its client, is not kept', async () => {
      for (const [address, kept] of [
        ['2001:db8::1', '2001:db8::1'],
        [makeSecret('cvg'), null],
      ] as const) {
        await transact(deps, (deps) => recordAudit(deps, { ...OPERATOR, address }, entry()))
        const [row] = await deps.db.selectFrom('audit_log').select('address').orderBy('seq', 'desc').execute()
        expect(row?.address).toBe(kept)
      }
    })

    test('every mutation writes exactly one row that says who did what to whom', async () => {
      const mutations: [action: string, mutate: () => Promise<unknown>][] = []
      const owner = await makeOwner(deps)
      let key = ''
      const by = {
        ...owner,
        audit: { kind: 'user', id: owner.userId, way: 'session', address: '::1' } as const,
      }
      mutations.push(
        ['user.create', () => createUser(deps, OPERATOR, { email: 'audited@example.com', name: 'A' })],
        ['user.suspend', () => setUserSuspended(deps, OPERATOR, 'audited@example.com', true)],
        ['user.activate', () => setUserSuspended(deps, OPERATOR, 'audited@example.com', false)],
        ['project.create', () => createProject(deps, OPERATOR, { user: owner.userId, name: 'P' })],
        [
          'key.create',
          async () => {
            key = (await createKey(deps, by, { name: 'K', limitNanos: LIMIT })).key.id
          },
        ],
        ['key.update', () => updateKey(deps, by, key, { name: 'K2', limitNanos: LIMIT + 1n })],
        ['key.update', () => updateKey(deps, by, key, { disabled: true })],
        ['key.revoke', () => revokeKey(deps, by, key)],
      )
      for (const [action, mutate] of mutations) {
        const before = await rowsOf(deps)
        await mutate()
        const added = (await rowsOf(deps)).slice(before.length)
        expect(added.map((row) => row.action)).toEqual([action])
        if (!action.startsWith('key.')) continue
        expect(added[0]).toMatchObject({
          actor_kind: 'user',
          actor_id: owner.userId,
          way: 'session',
          address: '::1',
          target_kind: 'key',
          target_id: key,
          organization_id: owner.organizationId,
        })
      }
      const changed = (await rowsOf(deps)).filter((row) => row.action === 'key.update')
      // An amount stands in the log to its last digit.
      expect(JSON.parse(changed[0]?.before as string)).toMatchObject({ name: 'K', limitNanos: String(LIMIT) })
      expect(JSON.parse(changed[0]?.after as string)).toMatchObject({ limitNanos: String(LIMIT + 1n) })
      expect(brokenAt(await rowsOf(deps))).toBeUndefined()
    })

    test('what changes nothing writes nothing', async () => {
      const { user } = await makeOwner(deps)
      const before = (await rowsOf(deps)).length
      await setUserSuspended(deps, OPERATOR, user.id, false)
      await expect(createUser(deps, OPERATOR, { email: user.email, name: 'Twice' })).rejects.toThrow()
      await expect(
        revokeKey(
          deps,
          { organizationId: 'o', userId: 'u', scope: 'organization' as const, audit: OPERATOR },
          'no such key',
        ),
      ).rejects.toThrow()
      expect((await rowsOf(deps)).length).toBe(before)
    })

    test('mutations of many nodes at once stand in one chain without a gap', {
      timeout: 60_000,
    }, async () => {
      const nodes = await Promise.all([database.another(), database.another(), deps])
      const owner = await makeOwner(deps)
      const before = (await rowsOf(deps)).length
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          createKey(nodes[index % nodes.length] as Deps, owner, { name: `K${index}` }),
        ),
      )
      const rows = await rowsOf(deps)
      expect(rows.length).toBe(before + 30)
      expect(brokenAt(rows)).toBeUndefined()
      const head = await deps.db.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow()
      expect(head).toEqual({ id: 1, seq: rows.length, hash: rows.at(-1)?.hash })
    })

    test('any change, gap or exchange of rows breaks the chain, and so does another key', async () => {
      await transact(deps, async (deps) => {
        for (let row = 0; row < 3; row++) await recordAudit(deps, OPERATOR, entry({ after: { row } }))
      })
      const rows = await rowsOf(deps)
      expect(brokenAt(rows)).toBeUndefined()
      for (const column of Object.keys(rows[1] as Row) as (keyof Row)[]) {
        const changed = { ...rows[1], [column]: 'something else' } as unknown as Row
        expect(brokenAt(rows.with(1, changed)), column).toBe(column === 'seq' ? 'something else' : 2)
      }
      expect(brokenAt(rows.toSpliced(1, 1))).toBe(3)
      const [first, second, ...rest] = rows as [Row, Row, ...Row[]]
      expect(brokenAt([second, first, ...rest])).toBe(2)
      const forged = { ...second, target_id: 'forged' }
      expect(
        brokenAt([first, { ...forged, hash: hashOf(forged, Buffer.from('not the key')) }, ...rest]),
      ).toBe(2)
      expect(brokenAt([first, { ...forged, hash: hashOf(forged) }, ...rest])).toBe(3)
    })

    test('a mutation whose row cannot be written does not happen', async () => {
      const owner = await makeOwner(deps)
      const { key } = await createKey(deps, owner, { name: 'K' })
      const stop = postgres
        ? [
            `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space for audit'; END $$`,
            'CREATE TRIGGER refuse BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse()',
          ]
        : [
            `CREATE TRIGGER refuse BEFORE INSERT ON audit_log BEGIN SELECT RAISE(ABORT, 'no space for audit'); END`,
          ]
      const state = async () => ({
        rows: (await rowsOf(deps)).length,
        head: await deps.db.selectFrom('audit_head').selectAll().execute(),
        keys: await deps.db.selectFrom('keys').selectAll().execute(),
        secrets: await deps.db.selectFrom('key_secrets').selectAll().execute(),
        users: (await deps.db.selectFrom('user').select('id').execute()).length,
        epoch: await deps.db.selectFrom('epoch').selectAll().execute(),
      })
      const before = await state()
      for (const sql of stop) await database.raw(sql)
      await expect(createKey(deps, owner, { name: 'K2' })).rejects.toThrow(/no space for audit/)
      await expect(revokeKey(deps, owner, key.id)).rejects.toThrow(/no space for audit/)
      await expect(updateKey(deps, owner, key.id, { name: 'K3' })).rejects.toThrow(/no space for audit/)
      await expect(createUser(deps, OPERATOR, { email: 'new@example.com', name: 'N' })).rejects.toThrow(
        /audit/,
      )
      await expect(setUserSuspended(deps, OPERATOR, owner.userId, true)).rejects.toThrow(/no space for audit/)
      expect(await state()).toEqual(before)
      await database.raw(`DROP TRIGGER refuse ${postgres ? 'ON audit_log' : ''}`)
      await revokeKey(deps, owner, key.id)
      expect(brokenAt(await rowsOf(deps))).toBeUndefined()
    })

    test('a row cannot be written outside of the transaction of its mutation', async () => {
      const before = (await rowsOf(deps)).length
      await expect(recordAudit(deps, OPERATOR, entry())).rejects.toThrow(/transaction/)
      expect((await rowsOf(deps)).length).toBe(before)
    })

    test('two rows of one transaction are two links, and none when it is rolled back', async () => {
      const before = await rowsOf(deps)
      const failing = transact(deps, async (deps) => {
        await recordAudit(deps, OPERATOR, entry())
        await recordAudit(deps, OPERATOR, entry())
        throw new Error('undo')
      })
      await expect(failing).rejects.toThrow('undo')
      expect(await rowsOf(deps)).toEqual(before)
      await transact(deps, async (deps) => {
        await recordAudit(deps, OPERATOR, entry())
        await recordAudit(deps, OPERATOR, entry())
      })
      const after = await rowsOf(deps)
      expect(after.length).toBe(before.length + 2)
      expect(brokenAt(after)).toBeUndefined()
    })
  })
}
