import type { Kysely } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/**
 * Lets memberships and invitations of organisations change one after the other, until the transaction ends. Rows that
 * only refer to them do not wait. SQLite has one writer and needs no lock.
 */
export async function lockOrganizations(db: Db, kind: DatabaseKind, ids: readonly string[]): Promise<void> {
  if (kind === 'sqlite' || ids.length === 0) return
  await db
    .selectFrom('organization')
    .select('id')
    .where('id', 'in', [...ids])
    // In one order, so that two who need the same ones wait and do not block each other.
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** The state of an organisation, and the role that a person has in it; undefined when it is gone. */
export async function findStandingIn(db: Db, organizationId: string, userId: string) {
  return db
    .selectFrom('organization as o')
    .leftJoin('member as m', (join) =>
      join.onRef('m.organizationId', '=', 'o.id').on('m.userId', '=', userId),
    )
    .select(['o.status', 'm.role'])
    .where('o.id', '=', organizationId)
    .executeTakeFirst()
}

/** Whether an organisation is there and nobody owns it. */
export async function isWithoutOwner(db: Db, organizationId: string): Promise<boolean> {
  const row = await db
    .selectFrom('organization as o')
    .leftJoin('member as m', (join) => join.onRef('m.organizationId', '=', 'o.id').on('m.role', '=', 'owner'))
    .select('m.id')
    .where('o.id', '=', organizationId)
    .executeTakeFirst()
  return row !== undefined && row.id === null
}
