import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { readCounter, type Unit } from '../limits/quota.ts'
import { readCharges } from './counter-books.ts'
import { countersOf, entriesOf, findEvent, findSheet } from './explain-request.store.ts'
import { readSheet } from './hold-sheet.ts'
import type { Beginning } from './lost-event.ts'

/** What one quota has to do with a request. Amounts in the quota's unit, nano-credits for credits; times in ms. */
export interface QuotaShare {
  readonly counter: string
  readonly unit: Unit
  /** When the window of the request began; 0 without a period. */
  readonly window: number
  readonly held: bigint
  /** Undefined while it is under way. */
  readonly charged: bigint | undefined
  /** What the counter says now, of its newest window. */
  readonly now:
    | { readonly window: number; readonly spent: bigint; readonly held: bigint; readonly granted: bigint }
    | undefined
}

export interface RequestRefund {
  readonly at: number
  readonly counter: string
  readonly amount: bigint
  readonly note: string | null
  readonly by: string
}

interface Told extends Beginning {
  readonly id: string
  readonly quotas: readonly QuotaShare[]
  readonly refunds: readonly RequestRefund[]
}

/** A request's story, from its usage row or, while it is under way, from its hold. */
export type RequestStory =
  | (Told & {
      readonly state: 'under way'
      readonly node: string
      /** Whether the node still answers for it; else any node that runs will close it. */
      readonly nodeAlive: boolean
      readonly sent: boolean
      readonly placedAt: number
    })
  | (Told & { readonly state: 'settled' } & Settled)

type Settled = Omit<NonNullable<Awaited<ReturnType<typeof findEvent>>>, 'charges' | keyof Beginning>

/**
 * Everything that the ledger knows of one request.
 *
 * @throws AppError `not_found`, saying what to do
 */
export async function explainRequest(deps: Deps, id: string): Promise<RequestStory> {
  return deps.store.snapshot(async (db) => {
    const [event, sheet, entries] = [
      await findEvent(db, id),
      await findSheet(db, id),
      await entriesOf(db, id),
    ]
    const refunds = entries
      .filter(({ kind }) => kind === 'refund')
      .map(({ at, counter, entry_amount, note, actor_kind, actor_id }) => {
        return {
          at,
          counter,
          amount: entry_amount,
          note,
          by: actor_id ? `${actor_kind} ${actor_id}` : actor_kind,
        }
      })
    if (event) {
      const { charges, ...row } = event
      const shares = readCharges(charges ?? '[]').map(([counter, window, held, charged]) => {
        return { counter, window, held, charged }
      })
      return { state: 'settled', ...row, refunds, quotas: await withCounters(db, shares) }
    }
    const hold = sheet && readSheet(sheet.holds).find((one) => one.id === id)
    if (!sheet || !hold) throw new AppError('not_found', { message: unknown(id) })
    const { node, lease_until, sent, placed_at: placedAt } = sheet
    const shares = hold.parts.map(({ counter, windowStart, amount }) => {
      return { counter, window: windowStart, held: amount, charged: undefined }
    })
    const beginning = hold.context
    const nodeAlive = (lease_until ?? 0) >= deps.now()
    const quotas = await withCounters(db, shares)
    return {
      state: 'under way',
      id,
      ...beginning,
      node,
      nodeAlive,
      sent: sent === 1,
      placedAt,
      refunds,
      quotas,
    }
  })
}

async function withCounters(
  db: Deps['db'],
  shares: readonly Omit<QuotaShare, 'unit' | 'now'>[],
): Promise<QuotaShare[]> {
  const rows = await countersOf(
    db,
    shares.map(({ counter }) => counter),
  )
  return shares.map((share) => {
    const row = rows.find(({ id }) => id === share.counter)
    const now = row && {
      window: row.window_start,
      spent: row.spent_amount,
      held: row.held_amount,
      granted: row.granted_amount,
    }
    return { ...share, unit: readCounter(share.counter).unit, now }
  })
}

function unknown(id: string): string {
  return `The ledger knows no request ${id}. Take the id from the x-request-id header of its answer or from /v1/usage; a request that was refused has no row, and rows older than usage.retentionDays are removed`
}
