import type { Kysely, Selectable } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { QuotaTable, Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

const FIELDS = ['subject_kind', 'subject_id', 'unit', 'period', 'quota_amount'] as const

export interface Bearers {
  readonly organizationId: string
  readonly userId: string
  readonly keyId: string
  readonly projectIds: readonly string[]
}

/**
 * The organisation's quotas that can bind a key's requests. Of those of single end users, who may be many, there is one
 * at the most: it says that there are any.
 */
export async function findQuotaRows(db: Db, { organizationId, userId, keyId, projectIds }: Bearers) {
  return db
    .selectFrom('quotas')
    .select(FIELDS)
    .where('organization_id', '=', organizationId)
    .where(({ and, or, eb }) =>
      or([
        eb('subject_kind', '=', 'organization'),
        and([eb('subject_kind', '=', 'user'), eb('subject_id', '=', userId)]),
        and([eb('subject_kind', '=', 'key'), eb('subject_id', '=', keyId)]),
        and([eb('subject_kind', '=', 'end_user'), eb('subject_id', '=', '*')]),
        ...(projectIds.length > 0
          ? [and([eb('subject_kind', '=', 'project'), eb('subject_id', 'in', [...projectIds])])]
          : []),
      ]),
    )
    .unionAll(({ selectFrom }) =>
      selectFrom(
        selectFrom('quotas')
          .select(FIELDS)
          .where('organization_id', '=', organizationId)
          .where('subject_kind', '=', 'end_user')
          .where('subject_id', '!=', '*')
          .limit(1)
          .as('single'),
      ).select(FIELDS),
    )
    .execute()
}

export async function findEndUserRows(db: Db, organizationId: string, endUser: string) {
  return db
    .selectFrom('quotas')
    .select(FIELDS)
    .where('organization_id', '=', organizationId)
    .where('subject_kind', '=', 'end_user')
    .where('subject_id', '=', endUser)
    .execute()
}

export type QuotaRow = Awaited<ReturnType<typeof findQuotaRows>>[number]

export interface QuotaName {
  readonly organizationId: string
  readonly subject: QuotaTable['subject_kind']
  readonly subjectId: string
  readonly unit: QuotaTable['unit']
  readonly period: QuotaTable['period']
}

/** Locked until the transaction ends. */
export async function lockQuotaRow(db: Db, kind: DatabaseKind, name: QuotaName) {
  const query = db
    .selectFrom('quotas')
    .selectAll()
    .where('organization_id', '=', name.organizationId)
    .where('subject_kind', '=', name.subject)
    .where('subject_id', '=', name.subjectId)
    .where('unit', '=', name.unit)
    .where('period', '=', name.period)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

export async function lockQuotaById(db: Db, kind: DatabaseKind, id: string) {
  const query = db.selectFrom('quotas').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** Sets the amount of a quota that there is, or makes it; returns its id. */
export async function upsertQuota(db: Db, row: Selectable<QuotaTable>): Promise<string> {
  const { id } = await db
    .insertInto('quotas')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['organization_id', 'subject_kind', 'subject_id', 'unit', 'period'])
        .doUpdateSet({ quota_amount: row.quota_amount, updated_at: row.created_at }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function deleteQuotaRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('quotas').where('id', '=', id).execute()
}

export async function listQuotaRows(db: Db, organizationId: string) {
  return db
    .selectFrom('quotas')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(10_000)
    .execute()
}

/** Whether the organisation has such a key, project or member. */
export async function hasSubject(
  db: Db,
  organizationId: string,
  kind: 'key' | 'project' | 'user',
  id: string,
): Promise<boolean> {
  if (kind === 'user') {
    const member = db.selectFrom('member').select('id').where('organizationId', '=', organizationId)
    return (await member.where('userId', '=', id).executeTakeFirst()) !== undefined
  }
  const table = kind === 'key' ? 'keys' : 'projects'
  const rows = db.selectFrom(table).select('id').where('organization_id', '=', organizationId)
  return (await rows.where('id', '=', id).executeTakeFirst()) !== undefined
}
