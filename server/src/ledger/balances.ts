import { requireOrganization } from '../accounts/plan-holders.ts'
import { personalOrganizationOf, requireUser } from '../accounts/users.ts'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { orderedId } from '../lib/ids.ts'
import { AMOUNT_MOST } from '../limits/amount.ts'
import { quotaOf } from '../limits/quota.ts'
import {
  addCounterRows,
  addEntries,
  findCounterRows,
  findGrant,
  lockCounterRows,
  writeGranted,
} from './balances.store.ts'
import { usedSince } from './used.store.ts'

export { openCounters } from './open-counters.ts'

/** A prepaid account, in nano-credits: granted = spent + held + remaining. */
export interface Balance {
  readonly granted: bigint
  readonly spent: bigint
  /** By requests in flight. */
  readonly held: bigint
  /** Below zero only where a grant was made smaller by hand. */
  readonly remaining: bigint
}

/** Whose balance: of an organisation, of a user in it, or of a user in his own. Users by e-mail address or id. */
export interface BalanceOwner {
  readonly organizationId?: string
  readonly userId?: string
}

export interface Grant {
  readonly id: string
  readonly organizationId: string
  readonly amountNanos: bigint
  readonly note: string | null
  readonly reference: string | null
  readonly at: number
  /** It was made before, under the same reference. */
  readonly replayed: boolean
  readonly balance: Balance
}

export interface GrantInput extends BalanceOwner {
  readonly amountNanos: bigint
  readonly note?: string
  /** What the caller calls it; the same one again, of the same account, changes nothing. */
  readonly reference?: string
}

const EMPTY = { spent_amount: 0n, held_amount: 0n, granted_amount: 0n }

/**
 * Adds credits to a balance. They can be used from the next request on.
 *
 * @throws AppError `not_found`, `invalid_request`; `idempotency_mismatch` when the reference stands for another amount
 */
export async function grantCredits(deps: Deps, actor: AuditActor, input: GrantInput): Promise<Grant> {
  const { amountNanos } = input
  if (amountNanos <= 0n || amountNanos > AMOUNT_MOST) throw tooMuch()
  const note = input.note === undefined ? null : cleanText(input.note, 'note', 500)
  const reference = input.reference === undefined ? null : cleanText(input.reference, 'reference', 255)
  return transact(deps, async (deps) => {
    const { counter, organizationId } = await accountOf(deps, input)
    await addCounterRows(deps.db, [{ id: counter, window_start: 0, ...EMPTY }])
    const [row] = await lockCounterRows(deps.db, deps.store.kind, [counter])
    if (!row) throw new Error('The counter of a balance vanished')
    const known = reference === null ? undefined : await findGrant(deps.db, counter, reference)
    if (known) {
      if (known.entry_amount !== amountNanos)
        throw new AppError('idempotency_mismatch', { message: OTHER_GRANT })
      const { id, at } = known
      return {
        id,
        organizationId,
        amountNanos,
        note: known.note,
        reference,
        at,
        replayed: true,
        balance: toBalance(row),
      }
    }
    const granted = row.granted_amount + amountNanos
    if (granted > AMOUNT_MOST) throw tooMuch()
    const at = deps.now()
    const id = orderedId('ent_', at)
    await writeGranted(deps.db, counter, granted)
    await addEntries(deps.db, [grantEntry(actor, { id, at, counter, amountNanos, note, reference })])
    await recordAudit(deps, actor, {
      action: 'credits.grant',
      targetKind: 'balance',
      targetId: counter,
      organizationId,
      before: { granted: row.granted_amount },
      after: { granted, amount: amountNanos, entry: id, note, reference },
    })
    const balance = toBalance({ ...row, granted_amount: granted })
    return { id, organizationId, amountNanos, note, reference, at, replayed: false, balance }
  })
}

function grantEntry(
  actor: AuditActor,
  grant: Pick<Grant, 'id' | 'at' | 'amountNanos' | 'note' | 'reference'> & { readonly counter: string },
) {
  return {
    id: grant.id,
    at: grant.at,
    kind: 'grant',
    counter: grant.counter,
    window_start: 0,
    debit: 'issued',
    credit: grant.counter,
    entry_amount: grant.amountNanos,
    request_id: null,
    note: grant.note,
    reference: grant.reference,
    actor_kind: actor.kind,
    actor_id: actor.id,
  } as const
}

/** What is left of a balance. @throws AppError `not_found`; `invalid_request` when none is configured */
export async function balanceOf(deps: Deps, owner: BalanceOwner): Promise<Balance> {
  const { counter } = await accountOf(deps, owner)
  return toBalance((await findCounterRows(deps.db, [counter]))[0] ?? EMPTY)
}

/**
 * The credits behind a key, in nano-credits. Where no balance is configured nothing was ever granted: then `granted` is
 * 0, and `used` is all that the organisation has used.
 */
export async function creditsOf(
  deps: Pick<Deps, 'db' | 'config'>,
  key: { readonly organizationId: string; readonly userId: string },
): Promise<{ readonly granted: bigint; readonly used: bigint }> {
  const counter = balanceCounter(deps.config, key.organizationId, key.userId)
  if (counter === undefined) {
    const name = quotaOf('organization', key.organizationId, 'credits', 'none', 0n)
    return { granted: 0n, used: await usedSince(deps.db, { ...name, balance: false }, 0) }
  }
  const { granted, spent } = toBalance((await findCounterRows(deps.db, [counter]))[0] ?? EMPTY)
  return { granted, used: spent }
}

/** The counter of the balance that pays for a user in an organisation; undefined where none is configured. */
export function balanceCounter(
  { balance }: Config,
  organizationId: string,
  userId: string,
): string | undefined {
  if (balance.of === 'none') return undefined
  const subject = balance.of === 'user' ? `${organizationId}/${userId}` : organizationId
  return quotaOf(balance.of, subject, 'credits', 'none', null).counter
}

async function accountOf(
  deps: Deps,
  owner: BalanceOwner,
): Promise<{ readonly counter: string; readonly organizationId: string }> {
  const { of } = deps.config.balance
  const fail = (message: string) => new AppError('invalid_request', { message })
  if (of === 'none') throw fail('No balance is configured; set balance.of to organization or user')
  const user = owner.userId === undefined ? undefined : await requireUser(deps, owner.userId)
  if (of === 'user' && !user) throw fail('Every user has his own balance here; name the user')
  if (!user && owner.organizationId === undefined) throw fail('Name the organisation, or its user')
  const organizationId =
    owner.organizationId === undefined
      ? await personalOrganizationOf(deps, user?.id ?? '')
      : (await requireOrganization(deps, owner.organizationId)).id
  const counter = balanceCounter(deps.config, organizationId, user?.id ?? '')
  if (counter === undefined) throw new Error('There is no such balance')
  return { counter, organizationId }
}

function toBalance(row: { spent_amount: bigint; held_amount: bigint; granted_amount: bigint }): Balance {
  const { granted_amount: granted, spent_amount: spent, held_amount: held } = row
  return { granted, spent, held, remaining: granted - spent - held }
}

const OTHER_GRANT = 'This reference was used before for a grant of another amount; use a new one'

function tooMuch(): AppError {
  const message = 'amount must be above 0, and a balance at most 90000000 credits'
  return new AppError('invalid_request', { message, param: 'amount' })
}
