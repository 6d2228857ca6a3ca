/** What tests of the ledger's core share: requests that cost what a test says, and the books, added up anew. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Admission, Charge, Hold, Placed } from '../../src/ledger/entry.ts'
import { readSheet } from '../../src/ledger/hold-sheet.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { heldNanos, writeBeginning } from '../../src/ledger/lost-event.ts'
import type { Demand } from '../../src/limits/demand.ts'
import type { Quota } from '../../src/limits/quota.ts'
import type { Store } from '../../src/storage/store.ts'
import type { UsageEvent } from '../../src/usage/usage-event.ts'
import { usageRow } from './usage-rows.ts'

export type Admitted = Extract<Placed, { admitted: true }>
export type Refused = Extract<Placed, { admitted: false }>

/** A request of `output` tokens of a nano-credit each, and nothing else; `least` of them at the least. */
export function costing(output: number, least = output): Demand {
  const prices = { inputNanos: 0n, outputNanos: 1_000_000n, fixedNanos: 0n }
  return { inputTokens: 0, choices: 1, outputTokens: output, leastOutputTokens: least, ...prices }
}

export function admissionOf(
  quotas: readonly Quota[],
  demand: Demand,
  own: Partial<Admission> = {},
  row: Partial<UsageEvent> = {},
): Admission {
  const id = own.id ?? `req_${randomUUID()}`
  const at = own.at ?? Date.now()
  const { organization_id, user_id, key_id, secret_id, project_id, end_user, endpoint, model, streamed } =
    usageRow(row)
  const subject = { project_id: project_id ?? null, end_user: end_user ?? null }
  const owner = { organization_id, user_id, key_id, secret_id, ...subject }
  const context = writeBeginning({ ...owner, started_at: at, endpoint, model, streamed, price_version: null })
  return { id, quotas, demand, at, sent: true, context, ...own }
}

export function holdOf({ id }: Pick<Admission, 'id'>, { parts, sheet }: Admitted): Hold {
  return {
    id,
    sheet,
    parts: parts.map(({ quota, windowStart, amount }) => {
      return { counter: quota.counter, windowStart, unit: quota.unit, amount }
    }),
  }
}

/** Settles a request as one that came to `cost` nano-credits, which may be more than was held. */
export function settle(
  ledger: Ledger,
  hold: Hold,
  cost: bigint,
  own: Partial<UsageEvent> = {},
): Promise<void> {
  const held = heldNanos(hold)
  const charged = held !== null && held < cost ? held : cost
  const event = usageRow({
    id: hold.id,
    cost_nanos: charged,
    held_nanos: held,
    overrun_nanos: cost > charged ? cost - charged : null,
    ...own,
  })
  return ledger.record(event, hold, { credits: charged, tokens: cost, requests: 1n })
}

export const VOID: Charge = { credits: 0n, tokens: 0n, requests: 0n }

/** Counters that were never used. */
export async function addCounters({ db }: Pick<Store, 'db'>, quotas: readonly Quota[]): Promise<void> {
  const fresh = { window_start: 0, spent_amount: 0n, held_amount: 0n, granted_amount: 0n }
  const ids = [...new Set(quotas.map(({ counter }) => counter))]
  await db
    .insertInto('counters')
    .values(ids.map((id) => ({ id, ...fresh })))
    .execute()
}

export interface Sums {
  readonly spent: bigint
  readonly held: bigint
}

/** The counters, and every row that moved them. */
export type Books = Awaited<ReturnType<typeof readBooks>>

export async function readBooks({ db }: Store, counters: readonly string[]) {
  const ids = [...counters]
  const [rows, sheets, events, entries] = await Promise.all([
    db.selectFrom('counters').selectAll().where('id', 'in', ids).orderBy('id').execute(),
    db.selectFrom('hold_sheets').selectAll().execute(),
    db.selectFrom('usage_events').selectAll().execute(),
    db.selectFrom('ledger_entries').selectAll().where('counter', 'in', ids).execute(),
  ])
  const settled = new Set(events.map(({ id }) => id))
  const holds = sheets
    .flatMap(({ node, sent, holds }) => readSheet(holds).map(({ id, parts }) => ({ id, node, sent, parts })))
    .filter(({ id }) => !settled.has(id))
  return { rows, sheets, holds, events, entries }
}

type Line = readonly [counter: string, window: number, third: string, amount: string]

/** What the rows of one counter's window add up to, whatever the counter says. */
function addUp({ holds, events, entries }: Books, id: string, window: number) {
  const held = holds
    .flatMap(({ parts }) => parts)
    .filter(({ counter, windowStart }) => counter === id && windowStart === window)
    .reduce((sum, { amount }) => sum + amount, 0n)
  const of = (texts: readonly (string | null)[]) =>
    texts
      .flatMap((text) => JSON.parse(text ?? '[]') as Line[])
      .filter(([counter, start]) => counter === id && start === window)
      .reduce((sum, [, , , amount]) => sum + BigInt(amount), 0n)
  let [granted, spent] = [0n, of(events.map(({ charges }) => charges))]
  for (const { counter, kind, window_start, entry_amount } of entries) {
    if (counter !== id) continue
    if (kind === 'grant') granted += entry_amount
    else if (window_start === window) spent += kind === 'refund' ? -entry_amount : entry_amount
  }
  return { spent_amount: spent, held_amount: held, granted_amount: granted }
}

/** Every counter is what its rows add up to: open holds, charges, refunds, openings and grants. */
export function expectBalanced(books: Books): void {
  const expected = books.rows.map((row) => ({ ...row, ...addUp(books, row.id, row.window_start) }))
  expect(books.rows).toEqual(expected)
}

/** @returns what is spent and held, by counter */
export async function expectConserved(store: Store, counters: readonly string[]): Promise<Map<string, Sums>> {
  const books = await readBooks(store, counters)
  expectBalanced(books)
  return new Map(books.rows.map((row) => [row.id, { spent: row.spent_amount, held: row.held_amount }]))
}
