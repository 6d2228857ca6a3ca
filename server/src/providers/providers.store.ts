import { type Insertable, type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { ModelTable, ProviderCredentialTable, ProviderTable, Tables } from '../storage/tables.ts'

export { keepMeta as storeFingerprint, readMeta as fingerprintOf } from '../storage/meta.ts'

type Db = Kysely<Tables>

/** All entries of the database, and the epoch that they are at least as new as. */
export async function readEntries(db: Db) {
  // First, so that a change between the statements is seen as one that is still to come.
  const { value: epoch } = await db.selectFrom('epoch').select('value').executeTakeFirstOrThrow()
  const providers = await db.selectFrom('providers').selectAll().orderBy('created_at').orderBy('id').execute()
  const credentials = await db
    .selectFrom('provider_credentials')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const models = await db.selectFrom('models').selectAll().orderBy('created_at').orderBy('id').execute()
  return { epoch: Number(epoch), providers, credentials, models }
}

export type StoredEntries = Awaited<ReturnType<typeof readEntries>>

/** What the log of changes says of the time after an epoch: how many there were, and how many of the catalogue. */
export async function catalogueChangesAfter(db: Db, epoch: number) {
  const row = await db
    .selectFrom('change_log')
    .select([
      (e) => e.fn.max<number | null>('epoch').as('newest'),
      (e) => e.fn.countAll<number>().as('count'),
      sql<number>`count(*) FILTER (WHERE kind = 'catalogue')`.as('ours'),
    ])
    .where('epoch', '>', epoch)
    .executeTakeFirstOrThrow()
  return { newest: Number(row.newest ?? epoch), count: Number(row.count), ours: Number(row.ours) }
}

/** Locked until the transaction ends, so that a provider cannot go while a model is routed to it. */
export async function lockProviderRow(db: Db, kind: DatabaseKind, id: string) {
  const query = db.selectFrom('providers').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** The ids among `ids` that the database has; they stay until the transaction ends. */
export async function holdProviders(db: Db, kind: DatabaseKind, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const query = db
    .selectFrom('providers')
    .select('id')
    .where('id', 'in', [...ids])
  const rows = await (kind === 'postgres' ? query.forShare() : query).execute()
  return rows.map(({ id }) => id)
}

export async function writeProviderRow(db: Db, row: Insertable<ProviderTable>): Promise<void> {
  await db
    .insertInto('providers')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ definition: row.definition, updated_at: row.created_at }),
    )
    .execute()
}

export async function deleteProviderRow(db: Db, id: string): Promise<void> {
  // Said here, so that it does not hang on whether a connection enforces foreign keys.
  await db.deleteFrom('provider_credentials').where('provider_id', '=', id).execute()
  await db.deleteFrom('providers').where('id', '=', id).execute()
}

export async function credentialRows(db: Db, providerId: string) {
  return db
    .selectFrom('provider_credentials')
    .select(['id', 'name'])
    .where('provider_id', '=', providerId)
    .orderBy('id')
    .execute()
}

export async function insertCredentialRow(db: Db, row: Insertable<ProviderCredentialTable>): Promise<void> {
  await db.insertInto('provider_credentials').values(row).execute()
}

export async function deleteCredentialRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('provider_credentials').where('id', '=', id).execute()
}

export async function modelDefinitions(db: Db) {
  return db.selectFrom('models').select(['id', 'definition']).orderBy('id').execute()
}

export async function lockModelRow(db: Db, kind: DatabaseKind, id: string) {
  const query = db.selectFrom('models').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

export async function writeModelRow(db: Db, row: Insertable<ModelTable>): Promise<void> {
  await db
    .insertInto('models')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ definition: row.definition, updated_at: row.created_at }),
    )
    .execute()
}

export async function deleteModelRow(db: Db, id: string): Promise<void> {
  await db.deleteFrom('models').where('id', '=', id).execute()
}

/** The sealed texts of every credential. */
export async function sealedTexts(db: Db): Promise<string[]> {
  const credentials = await db.selectFrom('provider_credentials').select('sealed').execute()
  const secrets = await db.selectFrom('webhook_endpoints').select(['sealed', 'former_sealed']).execute()
  return [
    ...credentials.map(({ sealed }) => sealed),
    ...secrets.flatMap((row) => [row.sealed, row.former_sealed]),
  ].filter((sealed) => sealed !== null)
}
