import { type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'
import type { WebhookAttemptTable, WebhookDeliveryTable } from '../storage/webhook-tables.ts'

type Db = Kysely<Tables>
export type DeliveryRow = Selectable<WebhookDeliveryTable>
export type AttemptRow = Selectable<WebhookAttemptTable>
export type NewDelivery = Omit<
  Insertable<WebhookDeliveryTable>,
  'attempts' | 'fence' | 'ended_at' | 'last_status' | 'last_error'
>

export async function subscribedEndpoints(db: Db, organizationId: string) {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .select(['id', 'url', 'events'])
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'active')
    .where('url', 'is not', null)
    .execute()
  return rows.map((row) => ({ ...row, url: row.url as string }))
}

export async function insertDeliveries(db: Db, rows: readonly NewDelivery[]): Promise<void> {
  const values = rows.map((row) => ({
    ...row,
    attempts: 0,
    fence: 0,
    ended_at: null,
    last_status: null,
    last_error: null,
  }))
  await db.insertInto('webhook_deliveries').values(values).execute()
}

/** A literal, since SQLite takes an index over a part of the rows only where the text of the query names the part. */
const PENDING = sql.lit('pending' as const)

/** Where more than so many are due, the destinations are found one by one, and in one walk at most so many of them. */
const FEW = 500
const WALK = 1000

export interface DueList {
  readonly destinations: readonly string[]
  /** Whether every destination that something is due for is in it. */
  readonly whole: boolean
  /** Behind which destination the next walk begins. */
  readonly after: string
}

/**
 * The destinations that something is due for, the longest due first. Where there are too many for one look, these are
 * those of the longest due, and those behind `after`: who goes on from there comes by all of them.
 */
export async function dueDestinations(db: Db, now: number, after: string, walk = WALK): Promise<DueList> {
  const rows = await db
    .selectFrom('webhook_deliveries')
    .select('destination')
    .where('state', '=', PENDING)
    .where('next_at', '<=', now)
    .orderBy('next_at')
    .limit(FEW)
    .execute()
  const oldest = new Set(rows.map(({ destination }) => destination))
  if (rows.length < FEW) return { destinations: [...oldest], whole: true, after: '' }
  const waiting = await waitingDestinations(db, after, walk)
  const due = waiting.filter(({ nextAt }) => nextAt <= now).sort((a, b) => a.nextAt - b.nextAt)
  const last = waiting.length < walk ? undefined : waiting.at(-1)
  return {
    destinations: [...new Set([...oldest, ...due.map(({ destination }) => destination)])],
    whole: false,
    after: last?.destination ?? '',
  }
}

/**
 * Destinations that something waits for, in their order, and when the next of each is due: one look into the index for
 * each, however many wait for one that is down.
 */
async function waitingDestinations(
  db: Db,
  after: string,
  limit: number,
): Promise<{ readonly destination: string; readonly nextAt: number }[]> {
  const rows = await db
    .withRecursive('waiting(destination)', (db) =>
      db
        .selectFrom('webhook_deliveries')
        .select((e) => e.fn.min<string | null>('destination').as('destination'))
        .where('state', '=', PENDING)
        .where('destination', '>', after)
        .unionAll(
          db
            .selectFrom('waiting')
            .where('waiting.destination', 'is not', null)
            .select((e) =>
              e
                .selectFrom('webhook_deliveries as d')
                .select((e) => e.fn.min<string | null>('d.destination').as('next'))
                .where('d.state', '=', PENDING)
                .whereRef('d.destination', '>', 'waiting.destination')
                .as('destination'),
            ),
        ),
    )
    .selectFrom('waiting')
    .where('waiting.destination', 'is not', null)
    .select(['waiting.destination'])
    .select((e) =>
      e
        .selectFrom('webhook_deliveries as d')
        .select((e) => e.fn.min<number>('d.next_at').as('next'))
        .where('d.state', '=', PENDING)
        .whereRef('d.destination', '=', 'waiting.destination')
        .as('next_at'),
    )
    // Neither database goes on with the recursion behind it.
    .limit(limit)
    .execute()
  return rows.map(({ destination, next_at }) => ({
    destination: destination as string,
    nextAt: Number(next_at),
  }))
}

/** Takes those of a destination that are due, the longest due first, until `leaseUntil`. */
export async function claimDeliveries(
  db: Db,
  kind: DatabaseKind,
  claim: { destination: string; now: number; leaseUntil: number; limit: number },
): Promise<DeliveryRow[]> {
  const due = db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('state', '=', PENDING)
    .where('destination', '=', claim.destination)
    .where('next_at', '<=', claim.now)
    .orderBy('next_at')
    .orderBy('id')
    .limit(claim.limit)
  // An array is made once; a subselect in the place of it may run again for each row, and take more than the limit.
  const ids = kind === 'postgres' ? sql`= ANY(ARRAY(${due.forUpdate().skipLocked()}))` : sql`IN (${due})`
  return db
    .updateTable('webhook_deliveries')
    .set((e) => ({ next_at: claim.leaseUntil, fence: e('fence', '+', 1) }))
    .where(sql<boolean>`id ${ids}`)
    .returningAll()
    .execute()
}

/** Changes a delivery unless somebody else has claimed it since. @returns whether it did */
export async function updateClaimed(
  db: Db,
  { id, fence }: Pick<DeliveryRow, 'id' | 'fence'>,
  change: Updateable<WebhookDeliveryTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('webhook_deliveries')
    .set(change)
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'pending')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function insertAttempt(db: Db, row: AttemptRow): Promise<void> {
  await db.insertInto('webhook_attempts').values(row).execute()
}

export async function findDelivery(db: Db, kind: DatabaseKind | undefined, id: string) {
  const query = db.selectFrom('webhook_deliveries').selectAll().where('id', '=', id)
  return (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
}

export async function attemptsOf(db: Db, deliveryId: string): Promise<AttemptRow[]> {
  return db
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', '=', deliveryId)
    .orderBy('attempt', 'desc')
    .limit(50)
    .execute()
}

/** Makes one due again. */
export async function reviveDelivery(db: Db, id: string, now: number): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ state: 'pending', next_at: now, ended_at: null })
    .where('id', '=', id)
    .execute()
}

export interface DeliveryFilter {
  readonly organizationId: string
  /** Only what goes to addresses that tasks of this user named. */
  readonly ownerId?: string
  readonly endpointId?: string
  readonly state?: DeliveryRow['state']
  readonly event?: string
  readonly subjectId?: string
  readonly after?: readonly [number, string]
  readonly limit: number
}

export async function listDeliveryRows(db: Db, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  const { organizationId, ownerId, endpointId, state, event, subjectId, after } = filter
  // An expression can use no index: of a subject or an endpoint there are few, whatever their organisation has.
  const leads = subjectId === undefined && endpointId === undefined
  const organization = leads ? sql<string>`organization_id` : sql<string>`organization_id || ''`
  let query = db.selectFrom('webhook_deliveries').selectAll().where(organization, '=', organizationId)
  if (ownerId !== undefined) query = query.where('user_id', '=', ownerId).where('endpoint_id', 'is', null)
  if (endpointId !== undefined) query = query.where('endpoint_id', '=', endpointId)
  if (state !== undefined) query = query.where('state', '=', state)
  if (event !== undefined) query = query.where('event', '=', event)
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId)
  if (after) query = query.where((e) => e(e.refTuple('created_at', 'id'), '<', e.tuple(after[0], after[1])))
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute()
}

/** Removes what ended before. @returns how many, at most `limit` */
export async function removeEnded(db: Db, before: number, limit: number): Promise<number> {
  const old = await db
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('ended_at', 'is not', null)
    .where('ended_at', '<', before)
    .orderBy('ended_at')
    .limit(limit)
    .execute()
  if (old.length === 0) return 0
  const ids = old.map(({ id }) => id)
  await db.deleteFrom('webhook_attempts').where('delivery_id', 'in', ids).execute()
  // One that was asked for again meanwhile stays.
  await db.deleteFrom('webhook_deliveries').where('id', 'in', ids).where('ended_at', 'is not', null).execute()
  return old.length
}
