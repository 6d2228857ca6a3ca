import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/support/claviger.ts'
import { OPERATOR, openDeps, type UnitDeps } from '../../test/support/unit-deps.ts'
import { transact } from '../deps.ts'
import { recordAudit } from './audit.ts'
import { auditHead } from './export-audit.ts'
import { verifyAudit } from './verify-audit.ts'

for (const { name, postgres, absent } of DATABASES) {
  describe.skipIf(absent)(`the check of the audit log on ${name}`, () => {
    let database: UnitDeps
    beforeEach(async () => {
      database = await openDeps(postgres)
      await write(12)
    })
    afterEach(() => database.remove())

    const write = async (count: number) => {
      for (let n = 0; n < count; n++) {
        await transact(database.own, (deps) =>
          recordAudit(deps, OPERATOR, {
            action: 'thing.change',
            targetKind: 'thing',
            targetId: `t${n}`,
            organizationId: null,
            after: { n },
          }),
        )
      }
    }
    /** As one who can write to the database and has switched its own guards off. */
    const tamper = async (...statements: string[]) => {
      const guards = postgres
        ? ['ALTER TABLE audit_log DISABLE TRIGGER ALL']
        : ['no_update', 'no_delete', 'no_replace'].map((guard) => `DROP TRIGGER audit_log_${guard}`)
      for (const statement of [...guards, ...statements]) await database.raw(statement)
    }
    const cutAfter = (seq: number) => [
      `DELETE FROM audit_log WHERE seq > ${seq}`,
      `UPDATE audit_head SET seq = ${seq}, hash = (SELECT hash FROM audit_log WHERE seq = ${seq})`,
    ]

    test('passes a log that nobody touched, empty or not, and names its head', async () => {
      const head = await auditHead(database.own)
      expect(await verifyAudit(database.own, [head])).toEqual({ rows: 12, head, fault: null })
    })

    test.each([
      ['a changed byte', 4, 'changed', [`UPDATE audit_log SET after = '{"n":9}' WHERE seq = 4`]],
      ['a changed time', 1, 'changed', ['UPDATE audit_log SET at = at + 1 WHERE seq = 1']],
      ['a missing row', 7, 'missing', ['DELETE FROM audit_log WHERE seq = 7']],
      ['a missing first row', 1, 'missing', ['DELETE FROM audit_log WHERE seq = 1']],
      [
        'two exchanged rows',
        5,
        'changed',
        [
          'UPDATE audit_log SET seq = 0 WHERE seq = 5',
          'UPDATE audit_log SET seq = 5 WHERE seq = 6',
          'UPDATE audit_log SET seq = 6 WHERE seq = 0',
        ],
      ],
      ['a cut tail', 10, 'missing', ['DELETE FROM audit_log WHERE seq > 9']],
      ['a head that was set back', 10, 'added', ['UPDATE audit_head SET seq = 9']],
      ['a head of another hash', 12, 'head', [`UPDATE audit_head SET hash = 'x'`]],
    ] as const)('finds %s at its row', async (_, seq, fault, statements) => {
      await tamper(...statements)
      expect((await verifyAudit(database.own)).fault).toMatchObject({ seq, fault })
    })

    test('finds a tail that was cut off together with its head only by an exported head, also when others were written since', async () => {
      const head = await auditHead(database.own)
      await tamper(...cutAfter(9))
      expect((await verifyAudit(database.own)).fault).toBeNull()
      expect((await verifyAudit(database.own, [head])).fault).toMatchObject({ seq: 10, fault: 'missing' })
      await write(5)
      expect((await verifyAudit(database.own)).fault).toBeNull()
      expect((await verifyAudit(database.own, [head])).fault).toMatchObject({
        seq: 12,
        fault: 'exported head',
      })
    })

    test('refuses a log that was signed with another key', async () => {
      const secrets = {
        ...database.own.secrets,
        auditKey: Buffer.from('another-audit-key-0123456789-abcdef'),
      }
      expect((await verifyAudit({ ...database.own, secrets })).fault).toMatchObject({
        seq: 1,
        fault: 'changed',
      })
    })

    test('sees one moment while writers go on', async () => {
      const writing = write(40)
      const reports = [await verifyAudit(database.own), await verifyAudit(database.own)]
      await writing
      for (const { fault, rows } of reports) {
        expect(fault).toBeNull()
        expect(rows).toBeGreaterThanOrEqual(12)
      }
    })
  })
}
