import { mayGrant } from '../accounts/invitations.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Row } from './audited-fields.ts'
import { findStandingIn, isWithoutOwner, lockOrganizations } from './organization-rights.store.ts'
import { currentScope } from './scope.ts'

type Standing = Awaited<ReturnType<typeof findStandingIn>>

/** What one transaction has to do with organisations. */
export interface Turn {
  /** Of the person who acts, as it was when the organisation was locked: whoever deletes it removes himself first. */
  readonly standings: Map<string, Standing>
  /** Organisations that an owner is taken from. */
  readonly left: Set<string>
}

/** A change of one row: without `before` it is made, without `given` it goes. */
interface Change {
  readonly model: string
  readonly before: Row | undefined
  readonly given: Row | undefined
}

const OF_ORGANIZATIONS: readonly string[] = ['organization', 'member', 'invitation']
/** What whoever is invited answers with, and what an answer that failed is taken back to. */
const ANSWERS: readonly unknown[] = ['accepted', 'rejected', 'pending']

export const newTurn = (): Turn => ({ standings: new Map(), left: new Set() })

/** Locks the organisations that rows are of, before the rows themselves: in one order everywhere. */
export async function takeTurn({ db, store }: Deps, model: string, rows: readonly Row[]): Promise<void> {
  if (!OF_ORGANIZATIONS.includes(model)) return
  await lockOrganizations(db, store.kind, [...new Set(rows.map((row) => organizationOf(model, row)))])
}

/**
 * Asks once more whether the person who acts may do it, while nobody else can change that. The library asks before, and
 * whoever lost his role in between would invite, promote and remove with it.
 *
 * @throws AppError `organization_suspended`, `role_required`; `not_found` for whoever is no member any more
 */
export async function requireRight(deps: Deps, turn: Turn, change: Change): Promise<void> {
  const { model, before, given } = change
  const actor = currentScope()?.userId
  if (!OF_ORGANIZATIONS.includes(model) || (model === 'organization' && !before)) return
  const id = organizationOf(model, { ...given, ...before })
  if (model === 'member' && before?.role === 'owner' && given?.role !== 'owner') turn.left.add(id)
  if (actor === undefined) return
  if (!before) await lockOrganizations(deps.db, deps.store.kind, [id])
  if (!turn.standings.has(id)) turn.standings.set(id, await findStandingIn(deps.db, id, actor))
  const standing = turn.standings.get(id)
  if (isOwn(change, actor)) return
  if (standing?.status === 'suspended') throw new AppError('organization_suspended')
  if (isAnswer(change, actor)) return
  const role = standing?.role
  if (!role) throw new AppError('not_found', { message: 'There is no such organisation' })
  if (!isPermitted(change, role)) throw new AppError('role_required')
}

/** @throws AppError `invalid_request` for an organisation whose last owner this transaction takes */
export async function requireOwners(deps: Deps, { left }: Turn): Promise<void> {
  for (const id of left)
    if (await isWithoutOwner(deps.db, id))
      throw new AppError('invalid_request', {
        message: 'Somebody must own the organisation; make another member an owner first',
      })
}

/** What a suspended organisation does not keep anybody from: to leave it, and to decline an invitation. */
function isOwn({ model, before, given }: Change, actor: string): boolean {
  if (model === 'member') return before?.userId === actor && given === undefined
  return model === 'invitation' && before !== undefined && given?.status === 'rejected'
}

/** The library lets only those answer who are invited. A first member has made the organisation. */
function isAnswer({ model, before, given }: Change, actor: string): boolean {
  if (model === 'member') return before === undefined && given?.userId === actor
  return model === 'invitation' && before !== undefined && ANSWERS.includes(given?.status)
}

function isPermitted({ model, before, given }: Change, role: string): boolean {
  if (model === 'organization') return mayGrant(role, given ? 'member' : 'owner')
  // Whoever manages may take back what an owner has sent.
  if (model === 'invitation' && given?.status === 'canceled') return mayGrant(role, 'member')
  return [before?.role, given?.role].every((one) => one === undefined || mayGrant(role, String(one)))
}

function organizationOf(model: string, row: Row): string {
  return String(model === 'organization' ? row.id : row.organizationId)
}
