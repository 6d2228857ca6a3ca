import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/support/claviger.ts'
import { makeDatabase, type TestDatabase } from '../../../test/support/stores.ts'
import type { Store } from '../store.ts'

const T = '2026-01-01T00:00:00.000Z'
const user = (id: string) =>
  `INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt") VALUES ('${id}', 'U', '${id}@example.com', FALSE, '${T}', '${T}')`
const organization = (id: string) =>
  `INSERT INTO organization (id, name, slug, "createdAt", personal) VALUES ('${id}', 'O', '${id}', '${T}', FALSE)`
const key = (id: string) =>
  `INSERT INTO keys (id, organization_id, user_id, name, label, environment, permissions, state, created_at) VALUES ('${id}', 'o', 'u', 'K', 'L', 'e', '[]', 'active', 1)`
const secret = (id: string, keyId: string) =>
  `INSERT INTO key_secrets (id, key_id, digest, pepper_version, created_at) VALUES ('${id}', '${keyId}', '${id}', 1, 1)`
const project = (id: string) =>
  `INSERT INTO projects (id, organization_id, name, created_at) VALUES ('${id}', 'o', 'P', 1)`

/** Every way in which a right can come or go, and which change it must be known by. */
const CHANGES: readonly (readonly [sql: string, ...logged: string[]])[] = [
  [user('u2'), 'user:u2'],
  [`UPDATE "user" SET banned = TRUE WHERE id = 'u2'`, 'user:u2'],
  [`DELETE FROM "user" WHERE id = 'u2'`, 'user:u2'],
  [organization('o2'), 'organization:o2'],
  [`UPDATE organization SET status = 'suspended' WHERE id = 'o2'`, 'organization:o2'],
  [`DELETE FROM organization WHERE id = 'o2'`, 'organization:o2'],
  [
    `INSERT INTO member (id, "organizationId", "userId", role, "createdAt") VALUES ('m', 'o', 'u', 'member', '${T}')`,
    'user:u',
  ],
  [`UPDATE member SET role = 'admin' WHERE id = 'm'`, 'user:u'],
  [`UPDATE member SET "userId" = 'other' WHERE id = 'm'`, 'user:other', 'user:u'],
  [`DELETE FROM member WHERE id = 'm'`, 'user:other'],
  [project('p2'), 'project:p2'],
  [`UPDATE projects SET archived_at = 5 WHERE id = 'p2'`, 'project:p2'],
  [`DELETE FROM projects WHERE id = 'p2'`, 'project:p2'],
  [`INSERT INTO project_members (project_id, user_id, created_at) VALUES ('p', 'u', 1)`, 'user:u'],
  [`UPDATE project_members SET created_at = 2 WHERE user_id = 'u'`, 'user:u'],
  [`UPDATE project_members SET user_id = 'other' WHERE user_id = 'u'`, 'user:other', 'user:u'],
  [`DELETE FROM project_members WHERE user_id = 'other'`, 'user:other'],
  [key('k2'), 'key:k2'],
  [`UPDATE keys SET state = 'revoked' WHERE id = 'k2'`, 'key:k2'],
  [`DELETE FROM keys WHERE id = 'k2'`, 'key:k2'],
  [secret('s', 'k'), 'key:k'],
  [`UPDATE key_secrets SET expires_at = 3 WHERE id = 's'`, 'key:k'],
  [`UPDATE key_secrets SET key_id = 'k3' WHERE id = 's'`, 'key:k', 'key:k3'],
  [`DELETE FROM key_secrets WHERE id = 's'`, 'key:k3'],
]

class Undo extends Error {}

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`triggers on ${name}`, () => {
    let database: TestDatabase
    let store: Store

    const run = (text: string, undo = false) =>
      store.db.transaction().execute(async (db) => {
        await sql.raw(text).execute(db)
        if (undo) throw new Undo()
      })
    const epoch = async (): Promise<number> =>
      (await store.db.selectFrom('epoch').select('value').executeTakeFirstOrThrow()).value
    const logged = async (after: number): Promise<string[]> => {
      const rows = await store.db
        .selectFrom('change_log')
        .selectAll()
        .where('epoch', '>', after)
        .orderBy('epoch')
        .execute()
      expect(rows.map((row) => row.epoch)).toEqual(rows.map((_, index) => after + 1 + index))
      for (const { at } of rows) expect(Math.abs(at - Date.now())).toBeLessThan(60_000)
      return rows.map((row) => `${row.kind}:${row.id}`)
    }

    beforeAll(async () => {
      database = await makeDatabase(postgres)
      store = await database.open()
      for (const text of [user('u'), user('other'), organization('o'), project('p'), key('k'), key('k3')])
        await run(text)
    })
    afterAll(() => database.remove())

    test.each(CHANGES)('raises the epoch, in the same transaction, at %s', async (text, ...changes) => {
      const before = await epoch()
      await expect(run(text, true)).rejects.toBeInstanceOf(Undo)
      expect(await epoch()).toBe(before)
      expect(await logged(before)).toEqual([])
      await run(text)
      expect((await logged(before)).sort()).toEqual(changes)
      expect(await epoch()).toBe(before + changes.length)
    })

    test('names every member whom the removal of an organisation takes with it', async () => {
      await run(organization('o9'))
      await run(
        `INSERT INTO member (id, "organizationId", "userId", role, "createdAt") VALUES ('m9', 'o9', 'u', 'member', '${T}')`,
      )
      const before = await epoch()
      await run(`DELETE FROM organization WHERE id = 'o9'`)
      expect((await logged(before)).sort()).toEqual(['organization:o9', 'user:u'])
    })

    test('one epoch for each of many rows that one statement changes', async () => {
      const before = await epoch()
      await run(`UPDATE keys SET name = 'renamed' WHERE id IN ('k', 'k3')`)
      expect((await logged(before)).sort()).toEqual(['key:k', 'key:k3'])
    })

    test('changes of many connections at once are numbered without a gap and without a double', async () => {
      const before = await epoch()
      await Promise.all(
        Array.from({ length: 24 }, (_, index) => run(`UPDATE keys SET name = 'n${index}' WHERE id = 'k'`)),
      )
      expect(await logged(before)).toEqual(Array.from({ length: 24 }, () => 'key:k'))
    })

    const audit = (seq: number) =>
      `INSERT INTO audit_log (seq, at, actor_kind, way, action, target_kind, target_id, previous_hash, hash) VALUES (${seq}, 1, 'operator', 'cli', 'a', 't', 'i', '', 'h')`

    test('audit_log takes rows and gives none back', async () => {
      await run(audit(1))
      const refused = [
        `UPDATE audit_log SET action = 'b'`,
        `UPDATE audit_log SET action = action WHERE seq = 1`,
        'DELETE FROM audit_log WHERE seq = 1',
        'DELETE FROM audit_log',
        ...(postgres
          ? ['TRUNCATE audit_log', 'TRUNCATE audit_log CASCADE']
          : [audit(1).replace('INSERT', 'INSERT OR REPLACE')]),
      ]
      for (const text of refused) await expect(run(text), text).rejects.toThrow(/append-only/)
      for (const text of refused) await expect(database.raw(text), text).rejects.toThrow(/append-only/)
      const rows = await store.db.selectFrom('audit_log').select(['seq', 'action']).execute()
      expect(rows).toEqual([{ seq: 1, action: 'a' }])
    })
  })
}
