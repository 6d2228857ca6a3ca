import { type Insertable, type Kysely, type RawBuilder, sql } from 'kysely'
import type { CounterName } from '../limits/quota.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { CounterTable, LedgerEntryTable, Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>

/** Adds the counters that are not there; returns the ids of those that were added. */
export async function addCounterRows(db: Db, rows: readonly CounterTable[]): Promise<string[]> {
  const added = await db
    .insertInto('counters')
    .values([...rows])
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute()
  return added.map(({ id }) => id)
}

export async function addEntries(db: Db, rows: readonly Insertable<LedgerEntryTable>[]): Promise<void> {
  await db
    .insertInto('ledger_entries')
    .values([...rows])
    .execute()
}

/** Counters and what has moved them, both or none. */
export async function openCounterRows(
  db: Db,
  counters: readonly CounterTable[],
  entryOf: (counter: CounterTable) => Insertable<LedgerEntryTable>,
): Promise<void> {
  const open = async (db: Db) => {
    const added = new Set(await addCounterRows(db, counters))
    const entries = counters.filter(({ id, spent_amount }) => added.has(id) && spent_amount > 0n).map(entryOf)
    if (entries.length > 0) await addEntries(db, entries)
  }
  await (db.isTransaction ? open(db) : db.transaction().execute(open))
}

export async function findCounterRows(db: Db, ids: readonly string[]): Promise<CounterTable[]> {
  return db
    .selectFrom('counters')
    .selectAll()
    .where('id', 'in', [...ids])
    .execute()
}

/** Locked in the order of their ids, as the group commit locks them, until the transaction ends. */
export async function lockCounterRows(
  db: Db,
  kind: DatabaseKind,
  ids: readonly string[],
): Promise<CounterTable[]> {
  const query = db
    .selectFrom('counters')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id')
  return (kind === 'postgres' ? query.forUpdate() : query).execute()
}

export async function writeGranted(db: Db, id: string, granted: bigint): Promise<void> {
  await db.updateTable('counters').set({ granted_amount: granted }).where('id', '=', id).execute()
}

export async function writeSpent(db: Db, id: string, spent: bigint): Promise<void> {
  await db.updateTable('counters').set({ spent_amount: spent }).where('id', '=', id).execute()
}

export async function findGrant(db: Db, counter: string, reference: string) {
  return db
    .selectFrom('ledger_entries')
    .selectAll()
    .where('counter', '=', counter)
    .where('reference', '=', reference)
    .executeTakeFirst()
}

/** What was refunded of a request so far. */
export async function refundsOf(db: Db, requestId: string) {
  return db
    .selectFrom('ledger_entries')
    .select(['counter', 'entry_amount'])
    .where('request_id', '=', requestId)
    .where('kind', '=', 'refund')
    .execute()
}

export async function chargesOf(db: Db, requestId: string) {
  return db
    .selectFrom('usage_events')
    .select(['organization_id', 'charges'])
    .where('id', '=', requestId)
    .executeTakeFirst()
}

const SUMS: Readonly<Record<'credits' | 'requests' | 'tokens', RawBuilder<unknown>>> = {
  credits: sql`cost_nanos`,
  requests: sql`requests`,
  tokens: sql`input_tokens + output_tokens`,
}

/** What the sums by day have for a counter's subject since a UTC day, in the counter's unit. */
export async function usedSince(db: Db, name: CounterName, day: number): Promise<bigint> {
  if (name.unit === 'in_flight') return 0n
  const sum = sql<bigint>`CAST(COALESCE(SUM(${SUMS[name.unit]}), 0) AS BIGINT)`
  let query = db.selectFrom('usage_days').select(sum.as('used_amount')).where('day', '>=', day)
  const [organizationId, rest] = splitOnce(name.subjectId)
  switch (name.subjectKind) {
    case 'key':
      query = query.where('key_id', '=', name.subjectId)
      break
    case 'organization':
      query = query.where('organization_id', '=', name.subjectId)
      break
    case 'project':
      query = query
        .where('project_id', '=', name.subjectId)
        // Its rows are found by their organisation.
        .where('organization_id', '=', ({ selectFrom }) =>
          selectFrom('projects').select('organization_id').where('id', '=', name.subjectId),
        )
      break
    case 'user':
      query = query.where('organization_id', '=', organizationId).where('user_id', '=', rest)
      break
    case 'end_user':
      query = query.where('organization_id', '=', organizationId).where('end_user', '=', rest)
  }
  return (await query.executeTakeFirstOrThrow()).used_amount
}

/** Ids of organisations hold no slash; what follows the first one may. */
function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf('/')
  return [text.slice(0, at), text.slice(at + 1)]
}
