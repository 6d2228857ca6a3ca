import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import { PERIODS } from '../lib/window.ts'
import type { CounterName } from '../limits/quota.ts'
import type { DatabaseKind } from '../storage/store.ts'
import type { Tables } from '../storage/tables.ts'

type Db = Kysely<Tables>
type Counted = 'credits' | 'requests' | 'tokens'

const DAY_SUMS: Readonly<Record<Counted, RawBuilder<unknown>>> = {
  credits: sql`cost_nanos`,
  requests: sql`requests`,
  tokens: sql`input_tokens + output_tokens`,
}

const ROW_SUMS: Readonly<Record<Counted, RawBuilder<unknown>>> = { ...DAY_SUMS, requests: sql`1` }

function sumOf(values: RawBuilder<unknown>): RawBuilder<bigint> {
  return sql<bigint>`CAST(COALESCE(SUM(${values}), 0) AS BIGINT)`
}

/** What the sums by day have for a counter's subject since a UTC day, in the counter's unit. */
export async function usedSince(db: Db, name: CounterName, day: number): Promise<bigint> {
  const { unit, subjectKind } = name
  if (unit === 'in_flight') return 0n
  // A person's sums are a thousandth of those of his keys.
  const ofPeople = subjectKind === 'user' || subjectKind === 'organization'
  const { rows } = await sql<{ used_amount: bigint }>`SELECT ${sumOf(DAY_SUMS[unit])} AS used_amount
    FROM ${sql.table(ofPeople ? 'usage_user_days' : 'usage_days')} WHERE day >= ${day} AND ${ofSubject(name)}`.execute(
    db,
  )
  return rows[0]?.used_amount ?? 0n
}

/**
 * What the usage rows that are kept have for a counter's subject since a time, of requests that held nothing on the
 * counter itself; in its unit.
 */
export async function usedWithout(
  db: Db,
  kind: DatabaseKind,
  counter: string,
  name: CounterName & { readonly unit: Counted },
  since: number,
): Promise<bigint> {
  const find = sql.raw(kind === 'postgres' ? 'strpos' : 'instr')
  const row = await db
    .selectFrom('usage_events')
    .select(sumOf(ROW_SUMS[name.unit]).as('used_amount'))
    .where('started_at', '>=', since)
    .where(ofSubject(name))
    .where(sql<SqlBool>`${find}(COALESCE(charges, ''), ${JSON.stringify(counter)}) = 0`)
    .executeTakeFirstOrThrow()
  return row.used_amount
}

/** What entries of one kind have moved on a counter in a window: what it was raised by, less what it was lowered by. */
export async function movedBy(
  db: Db,
  entryKind: 'opening' | 'refund',
  counter: string,
  windowStart: number,
): Promise<bigint> {
  const signed = sql`CASE WHEN debit = counter THEN entry_amount ELSE -entry_amount END`
  const row = await db
    .selectFrom('ledger_entries')
    .select(sumOf(signed).as('moved_amount'))
    .where('counter', '=', counter)
    .where('kind', '=', entryKind)
    .where('window_start', '=', windowStart)
    .executeTakeFirstOrThrow()
  return row.moved_amount
}

/**
 * What was given back of the requests of a subject that began since a time, on whatever counters: of each request once. Of
 * one whose usage row was removed only counters of the subject itself know; nano-credits.
 */
export async function refundedSince(db: Db, name: CounterName, since: number): Promise<bigint> {
  const own = PERIODS.map((period) => `${name.subjectKind}:${name.subjectId}:credits:${period}`)
  const kept = sql<SqlBool>`EXISTS (SELECT 1 FROM usage_events
    WHERE usage_events.id = ledger_entries.request_id AND started_at >= ${since} AND ${ofSubject(name)})`
  const rows = await db
    .selectFrom('ledger_entries')
    .select(['request_id', 'counter', sumOf(sql`entry_amount`).as('refunded_amount')])
    .where('kind', '=', 'refund')
    .where((e) => e.or([kept, e.and([e('counter', 'in', own), e('window_start', '>=', since)])]))
    .groupBy(['request_id', 'counter'])
    .execute()
  const byRequest = new Map<string | null, bigint>()
  for (const { request_id, refunded_amount } of rows) {
    const other = byRequest.get(request_id) ?? 0n
    if (refunded_amount > other) byRequest.set(request_id, refunded_amount)
  }
  return [...byRequest.values()].reduce((sum, amount) => sum + amount, 0n)
}

/** Of usage rows and of sums by day, whose columns have the same names. */
function ofSubject({ subjectKind, subjectId }: CounterName): RawBuilder<SqlBool> {
  const [organizationId, rest] = splitOnce(subjectId)
  switch (subjectKind) {
    case 'key':
      return sql`key_id = ${subjectId}`
    case 'organization':
      return sql`organization_id = ${subjectId}`
    case 'project':
      // Its rows are found by their organisation.
      return sql`project_id = ${subjectId} AND organization_id =
        (SELECT projects.organization_id FROM projects WHERE projects.id = ${subjectId})`
    case 'user':
      return sql`organization_id = ${organizationId} AND user_id = ${rest}`
    case 'end_user':
      return sql`organization_id = ${organizationId} AND end_user = ${rest}`
  }
}

/** Ids of organisations hold no slash; what follows the first one may. */
function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf('/')
  return [text.slice(0, at), text.slice(at + 1)]
}
