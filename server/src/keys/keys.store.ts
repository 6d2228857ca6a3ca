import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { KeyTable, Tables } from '../storage/tables.ts'

export { keepMeta as storeFingerprint, readMeta as fingerprintOf } from '../storage/meta.ts'

type Db = Kysely<Tables>
export type KeyRow = Selectable<KeyTable>

export async function insertKey(db: Db, row: Insertable<KeyTable>): Promise<void> {
  await db.insertInto('keys').values(row).execute()
}

export async function insertSecret(
  db: Db,
  secret: { id: string; keyId: string; digest: string; pepperVersion: number; createdAt: number },
): Promise<void> {
  await db
    .insertInto('key_secrets')
    .values({
      id: secret.id,
      key_id: secret.keyId,
      digest: secret.digest,
      pepper_version: secret.pepperVersion,
      created_at: secret.createdAt,
      expires_at: null,
    })
    .execute()
}

export async function findKeyRow(db: Db, id: string): Promise<KeyRow | undefined> {
  if (isNoText(id)) return undefined
  return db.selectFrom('keys').selectAll().where('id', '=', id).executeTakeFirst()
}

/**
 * The row, locked until the transaction ends, so that what is written back rests on what is there. SQLite has one
 * writer and needs no lock.
 */
export async function lockKeyRow(db: Db, kind: DatabaseKind, id: string): Promise<KeyRow | undefined> {
  if (isNoText(id)) return undefined
  const query = db.selectFrom('keys').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

/** PostgreSQL refuses a text with NUL, which no key can have as its id. */
function isNoText(id: string): boolean {
  return id.includes('\0')
}

export async function updateKeyRow(db: Db, id: string, change: Updateable<KeyTable>): Promise<void> {
  await db.updateTable('keys').set(change).where('id', '=', id).execute()
}

export async function countKeys(db: Db): Promise<number> {
  const row = await db
    .selectFrom('keys')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** How many secrets that may still be presented carry each version of the pepper, the newest version first. */
export async function countSecretsByPepper(
  db: Db,
  now: number,
): Promise<{ version: number; count: number }[]> {
  const rows = await db
    .selectFrom('key_secrets as s')
    .innerJoin('keys as k', 'k.id', 's.key_id')
    .select(['s.pepper_version as version', (e) => e.fn.countAll<number>().as('count')])
    .where('k.state', '!=', 'revoked')
    .where((e) => e.or([e('k.expires_at', 'is', null), e('k.expires_at', '>', now)]))
    .where((e) => e.or([e('s.expires_at', 'is', null), e('s.expires_at', '>', now)]))
    .groupBy('s.pepper_version')
    .orderBy('s.pepper_version', 'desc')
    .execute()
  return rows.map(({ version, count }) => ({ version, count: Number(count) }))
}

/** All that decides about a secret, in one statement with the epoch it was read at. */
export async function findSecretRow(db: Db, digests: readonly string[]) {
  return secretRows(db)
    .where('s.digest', 'in', [...digests])
    .executeTakeFirst()
}

/** The same of a secret that was presented before. */
export async function findSecretRowById(db: Db, id: string) {
  return secretRows(db).where('s.id', '=', id).executeTakeFirst()
}

function secretRows(db: Db) {
  return db
    .selectFrom('key_secrets as s')
    .innerJoin('keys as k', 'k.id', 's.key_id')
    .innerJoin('user as u', 'u.id', 'k.user_id')
    .innerJoin('organization as o', 'o.id', 'k.organization_id')
    .leftJoin('member as m', (join) =>
      join.onRef('m.organizationId', '=', 'k.organization_id').onRef('m.userId', '=', 'k.user_id'),
    )
    .selectAll('k')
    .select([
      's.id as secret_id',
      's.expires_at as secret_expires_at',
      'u.banned as user_banned',
      'u.plan as user_plan',
      'o.status as organization_status',
      'o.plan as organization_plan',
      'm.role as member_role',
      sql<number>`(SELECT value FROM epoch WHERE id = 1)`.as('epoch'),
    ])
}

export type SecretRow = NonNullable<Awaited<ReturnType<typeof findSecretRow>>>

/** What changed after an epoch, oldest first. */
export async function changesAfter(db: Db, epoch: number) {
  return db
    .selectFrom('change_log')
    .select(['epoch', 'kind', 'id'])
    .where('epoch', '>', epoch)
    .orderBy('epoch')
    .limit(5000)
    .execute()
}

export async function pruneChanges(db: Db, before: number): Promise<void> {
  await db.deleteFrom('change_log').where('at', '<', before).execute()
}

/**
 * Active keys that end in the span, whose organisation has an endpoint for events, and of which nobody was told yet.
 *
 * @param mark what the mark of having told ends with
 */
export async function expiringKeyRows(
  db: Db,
  span: { readonly after: number; readonly until: number },
  mark: string,
  limit: number,
): Promise<KeyRow[]> {
  return db
    .selectFrom('keys as k')
    .selectAll('k')
    .where('k.state', '=', sql.lit('active' as const))
    .where('k.expires_at', '>', span.after)
    .where('k.expires_at', '<=', span.until)
    .where((e) =>
      e.exists(
        e
          .selectFrom('webhook_endpoints as w')
          .select('w.id')
          .whereRef('w.organization_id', '=', 'k.organization_id')
          .where('w.state', '=', 'active')
          .where('w.url', 'is not', null),
      ),
    )
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('webhook_marks as m')
            .select('m.id')
            .where('m.id', '=', sql<string>`'expiring ' || k.id || ' ' || k.expires_at || ${mark}`),
        ),
      ),
    )
    .orderBy('k.expires_at')
    .limit(limit)
    .execute()
}
