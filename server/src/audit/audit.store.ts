import type { Insertable, Kysely } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { AuditTable, Tables } from '../storage/tables.ts'

/** The head of the chain, locked until the transaction ends (SQLite has one writer and needs no lock). */
export async function lockAuditHead(
  db: Kysely<Tables>,
  kind: DatabaseKind,
): Promise<{ seq: number; hash: string }> {
  const query = db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow()
}

export async function appendAudit(db: Kysely<Tables>, row: Insertable<AuditTable>): Promise<void> {
  await db.insertInto('audit_log').values(row).execute()
  await db.updateTable('audit_head').set({ seq: row.seq, hash: row.hash }).where('id', '=', 1).execute()
}
