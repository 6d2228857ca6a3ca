import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { larger, smaller } from '../lib/bigints.ts'
import { formatNanos } from '../lib/decimal.ts'
import { orderedId } from '../lib/ids.ts'
import { readCounter } from '../limits/quota.ts'
import type { CounterTable } from '../storage/tables.ts'
import { addEntries, chargesOf, lockCounterRows, refundsOf, writeSpent } from './balances.store.ts'
import { countersOf } from './counters-of-request.ts'
import { overcounted } from './uncounted.ts'

/** What was given back of a request, in nano-credits. */
export interface Refund {
  readonly requestId: string
  readonly amountNanos: bigint
  /** The counters that it was given back to. */
  readonly counters: readonly string[]
}

type Charged = NonNullable<Awaited<ReturnType<typeof chargesOf>>>

interface Returnable {
  readonly row: CounterTable
  readonly left: bigint
}

/**
 * Gives back credits that a request was charged: to its balance and to every budget whose window has not ended since.
 * What it used stays as it is; `limit_remaining` and the balance rise.
 *
 * @param amountNanos at most what was charged and not refunded yet; without it, all of that
 * @throws AppError `not_found`, `invalid_request`
 */
export async function refundRequest(
  deps: Deps,
  actor: AuditActor,
  requestId: string,
  { amountNanos, note }: { readonly amountNanos?: bigint; readonly note?: string } = {},
): Promise<Refund> {
  const text = note === undefined ? null : cleanText(note, 'note', 500)
  return transact(deps, async (deps) => {
    const event = await chargesOf(deps.db, requestId)
    if (!event) throw new AppError('not_found', { message: `There is no request ${requestId}` })
    const { counters, others } = await returnable(deps, requestId, event)
    const most = counters.reduce((most, { left }) => larger(left, most), 0n)
    const amount = amountNanos ?? most
    if (most === 0n)
      throw fault(
        'Nothing is left to refund: no credits were charged, all was refunded, or its windows are over',
      )
    if (amount <= 0n || amount > most)
      throw fault(`The refund must be above 0 and at most ${formatNanos(most)}`)
    for (const { row, left } of counters) {
      await giveBack(deps, actor, row, smaller(left, amount), { requestId, note: text })
    }
    // Those that took it over when they were opened, or when their limit came back, held nothing for it.
    const names = counters.map(({ row }) => row.id)
    for (const row of others) {
      const excess = smaller(await overcounted(deps, row), amount)
      if (excess === 0n) continue
      await giveBack(deps, actor, row, excess, { requestId, note: text })
      names.push(row.id)
    }
    await recordAudit(deps, actor, {
      action: 'credits.refund',
      targetKind: 'request',
      targetId: requestId,
      organizationId: event.organization_id,
      after: { amount, counters: names, note: text },
    })
    return { requestId, amountNanos: amount, counters: names }
  })
}

async function giveBack(
  deps: Deps,
  actor: AuditActor,
  { id, window_start, spent_amount }: CounterTable,
  amount: bigint,
  { requestId, note }: { readonly requestId: string; readonly note: string | null },
): Promise<void> {
  const at = deps.now()
  await writeSpent(deps.db, id, spent_amount - amount)
  await addEntries(deps.db, [
    {
      id: orderedId('ent_', at),
      at,
      kind: 'refund',
      counter: id,
      window_start,
      debit: 'usage',
      credit: id,
      entry_amount: amount,
      request_id: requestId,
      note,
      reference: null,
      actor_kind: actor.kind,
      actor_id: actor.id,
    },
  ])
}

/**
 * The counters of credits that still count what the request was charged, and how much of that was not refunded; and others
 * of its subjects, whose window it lies in.
 */
async function returnable(
  deps: Deps,
  requestId: string,
  event: Charged,
): Promise<{ counters: Returnable[]; others: CounterTable[] }> {
  const charged = (JSON.parse(event.charges ?? '[]') as [string, number, string, string][]).filter(
    ([counter]) => readCounter(counter).unit === 'credits',
  )
  if (charged.length === 0) return { counters: [], others: [] }
  const names = charged.map(([counter]) => counter)
  // All at once: counters are locked in the order of their ids.
  const rows = await lockCounterRows(deps.db, deps.store.kind, [
    ...new Set([...names, ...countersOf(event, 'credits')]),
  ])
  // Read under the locks, so that two refunds of one request see each other.
  const refunds = await refundsOf(deps.db, requestId)
  const counters = rows.flatMap((row) => {
    const [, window, , amount] = charged.find(([counter]) => counter === row.id) ?? []
    if (window !== row.window_start || amount === undefined) return []
    const before = refunds.filter(({ counter }) => counter === row.id)
    const left = before.reduce((left, { entry_amount }) => left - entry_amount, BigInt(amount))
    return left > 0n ? [{ row, left }] : []
  })
  const others = rows.filter(
    ({ id, window_start }) => !names.includes(id) && window_start <= event.started_at,
  )
  return { counters, others }
}

function fault(message: string): AppError {
  return new AppError('invalid_request', { message, param: 'amount' })
}
