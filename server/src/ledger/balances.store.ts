import type { Insertable, Kysely } from 'kysely'
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

/** Moves a counter to a window, or on within it. */
export async function writeWindow(
  db: Db,
  { id, window_start, spent_amount, held_amount }: CounterTable,
): Promise<void> {
  await db
    .updateTable('counters')
    .set({ window_start, spent_amount, held_amount })
    .where('id', '=', id)
    .execute()
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
    .select(['organization_id', 'user_id', 'key_id', 'project_id', 'end_user', 'started_at', 'charges'])
    .where('id', '=', requestId)
    .executeTakeFirst()
}
