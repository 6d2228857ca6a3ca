import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { type NamedThing, namesOf } from '../usage/names.ts'
import { findEntries } from './balance-entries.store.ts'
import { balanceCounter } from './balances.ts'

/** What moved a balance besides requests. */
export interface BalanceEntry {
  readonly id: string
  readonly at: number
  readonly kind: 'grant' | 'refund' | 'opening' | 'closing'
  /** Nano-credits that it adds to what remains; below zero where it takes away. */
  readonly amount: bigint
  readonly requestId: string | null
  readonly note: string | null
  readonly reference: string | null
  readonly actorKind: string
  readonly actorId: string | null
  readonly actor: NamedThing | undefined
}

/**
 * A page of the entries of the balance that pays for a user's requests in an organisation, newest first; none where no
 * balance is configured.
 *
 * @throws AppError `invalid_request` when the cursor is none
 */
export async function balanceEntries(
  deps: Pick<Deps, 'db' | 'config'>,
  owner: { readonly organizationId: string; readonly userId: string },
  page: { readonly size: number; readonly cursor?: string | undefined },
): Promise<{ readonly items: readonly BalanceEntry[]; readonly next: string | null }> {
  const counter = balanceCounter(deps.config, owner.organizationId, owner.userId)
  const before = page.cursor === undefined ? undefined : readCursor(page.cursor)
  if (counter === undefined) return { items: [], next: null }
  const rows = await findEntries(deps.db, counter, before, page.size + 1)
  const shown = rows.slice(0, page.size)
  const actors = shown.flatMap(({ actor_id }) => actor_id ?? [])
  const names = await namesOf(deps.db, { user: actors, key: actors })
  const last = rows.length > page.size ? shown.at(-1) : undefined
  return {
    items: shown.map((row) => ({
      id: row.id,
      at: row.at,
      kind: row.kind,
      amount: row.credit === counter ? row.entry_amount : -row.entry_amount,
      requestId: row.request_id,
      note: row.note,
      reference: row.reference,
      actorKind: row.actor_kind,
      actorId: row.actor_id,
      actor: row.actor_id === null ? undefined : (names.user(row.actor_id) ?? names.key(row.actor_id)),
    })),
    next: last ? `${last.at}.${last.id}` : null,
  }
}

function readCursor(cursor: string) {
  const match = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor)
  if (match) return { at: Number(match[1]), id: match[2] as string }
  throw new AppError('invalid_request', {
    message: 'cursor must be `next` of the page before',
    param: 'cursor',
  })
}
