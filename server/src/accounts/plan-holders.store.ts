import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function countHolders(db: Db, plan: string) {
  const count = (table: 'user' | 'organization') =>
    db
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('plan', '=', plan)
      .executeTakeFirstOrThrow()
  return {
    users: Number((await count('user')).count),
    organizations: Number((await count('organization')).count),
  }
}

export async function findOrganization(db: Db, id: string) {
  return db.selectFrom('organization').select(['id', 'name', 'plan']).where('id', '=', id).executeTakeFirst()
}

export async function writeUserPlan(db: Db, id: string, plan: string | null, now: string): Promise<void> {
  await db.updateTable('user').set({ plan, updatedAt: now }).where('id', '=', id).execute()
}

export async function writeOrganizationPlan(db: Db, id: string, plan: string | null): Promise<void> {
  await db.updateTable('organization').set({ plan }).where('id', '=', id).execute()
}
