import type { Kysely } from 'kysely'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

export async function findKeyNames(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('keys')
    .select(['id', 'name', 'label'])
    .where('id', 'in', [...ids])
    .execute()
}

export async function findUserNames(db: Db, ids: readonly string[]) {
  return db
    .selectFrom('user')
    .select(['id', 'name', 'email as label'])
    .where('id', 'in', [...ids])
    .execute()
}

export async function findProjectNames(db: Db, ids: readonly string[]) {
  const rows = await db
    .selectFrom('projects')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute()
  return rows.map((row) => ({ ...row, label: null }))
}
