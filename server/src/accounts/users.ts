import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText, refuseSecret } from '../errors.ts'
import { randomId } from '../lib/ids.ts'
import { textFault } from '../lib/text.ts'
import {
  addMember,
  addOrganization,
  addUser,
  findPersonalOrganization,
  findUserByEmail,
  findUserById,
  listUserRows,
  lockOperators,
  lockUserRow,
  setBanned,
  setRole,
} from './accounts.store.ts'

export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly status: 'active' | 'suspended'
  readonly plan: string | null
  readonly createdAt: string
}

const EMAIL_LONGEST = 256
const EMAIL = /^[^\s@<>"']{1,64}@[^\s@<>"']{1,190}$/

/** The one spelling of an address: one person must not have two. */
function tidyEmail(email: string): string {
  return email.trim().toLowerCase().normalize('NFC')
}

/**
 * Makes a user with a personal organisation, of which the user is the owner.
 *
 * @throws AppError `invalid_request` when the e-mail address is none, or taken
 */
export async function createUser(
  deps: Deps,
  actor: AuditActor,
  input: { readonly email: string; readonly name: string; readonly plan?: string },
): Promise<User> {
  // As it was written: in lower case a key is no longer known for one.
  refuseSecret(input.email, 'email')
  const email = tidyEmail(input.email)
  if (!EMAIL.test(email) || textFault(email, EMAIL_LONGEST))
    throw new AppError('invalid_request', {
      message: `${input.email} is not an e-mail address`,
      param: 'email',
    })
  const name = cleanText(input.name, 'name', 200)
  const plan = input.plan === undefined ? null : cleanText(input.plan, 'plan', 200)
  return transact(deps, async (deps) => {
    const id = randomId()
    const now = new Date(deps.now()).toISOString()
    if (!(await addUser(deps.db, { id, email, name, plan, now }))) {
      throw new AppError('invalid_request', {
        message: `There is already a user with the address ${email}`,
        param: 'email',
      })
    }
    const organizationId = randomId()
    await addOrganization(deps.db, { id: organizationId, name, slug: `personal-${id}`, personal: true, now })
    await addMember(deps.db, { id: randomId(), organizationId, userId: id, role: 'owner', now })
    await recordAudit(deps, actor, {
      action: 'user.create',
      targetKind: 'user',
      targetId: id,
      organizationId,
      after: { email, name, plan },
    })
    return { id, email, name, status: 'active', plan, createdAt: now }
  })
}

/**
 * Suspends or activates a user. A suspended user's keys answer 403 from the next request; calling it again changes and
 * audits nothing.
 *
 * @throws AppError `not_found`
 */
export async function setUserSuspended(
  deps: Deps,
  actor: AuditActor,
  who: string,
  suspended: boolean,
): Promise<User> {
  return transact(deps, async (deps) => {
    const user = await requireUser(deps, who)
    const status = suspended ? 'suspended' : 'active'
    if (user.status === status) return user
    // The operator's own commands may: whoever has the server is not locked out of it.
    if (suspended && actor.kind === 'user') await keepOperator(deps, user.id)
    await setBanned(deps.db, user.id, suspended, new Date(deps.now()).toISOString())
    await recordAudit(deps, actor, {
      action: suspended ? 'user.suspend' : 'user.activate',
      targetKind: 'user',
      targetId: user.id,
      organizationId: null,
      before: { status: user.status },
      after: { status },
    })
    return { ...user, status }
  })
}

/**
 * Gives or takes the right to administer this server.
 *
 * @throws AppError `not_found`; `invalid_request` when nobody else who is active would have it
 */
export async function setOperator(
  deps: Deps,
  actor: AuditActor,
  who: string,
  operator: boolean,
): Promise<User> {
  return transact(deps, async (deps) => {
    const user = await requireUser(deps, who)
    // First and in one order, so that two who remove each other wait and do not block each other.
    await lockOperators(deps.db, deps.store.kind)
    const before = (await lockUserRow(deps.db, deps.store.kind, user.id))?.role === 'admin'
    if (before === operator) return user
    if (!operator) await keepOperator(deps, user.id)
    await setRole(deps.db, user.id, operator ? 'admin' : 'user', new Date(deps.now()).toISOString())
    await recordAudit(deps, actor, {
      action: operator ? 'user.make_operator' : 'user.unmake_operator',
      targetKind: 'user',
      targetId: user.id,
      organizationId: null,
      before: { operator: before },
      after: { operator },
    })
    return user
  })
}

/** All who administer are locked, so that two of them cannot remove each other at once. */
async function keepOperator(deps: Deps, without: string): Promise<void> {
  const operators = await lockOperators(deps.db, deps.store.kind)
  if (!operators.includes(without) || operators.length > 1) return
  throw new AppError('invalid_request', {
    message: 'Somebody must administer this server; give another user that right first',
  })
}

/** A user by e-mail address or id. @throws AppError `not_found` */
export async function requireUser(deps: Deps, who: string): Promise<User> {
  const row = who.includes('@')
    ? await findUserByEmail(deps.db, tidyEmail(who))
    : await findUserById(deps.db, who)
  if (!row)
    throw new AppError('not_found', {
      message: `There is no user ${who}; \`claviger admin users list\` shows them`,
    })
  return toUser(row)
}

export async function listUsers(deps: Deps): Promise<User[]> {
  return (await listUserRows(deps.db)).map(toUser)
}

/** The organisation that every user has of his own. */
export async function personalOrganizationOf(deps: Deps, userId: string): Promise<string> {
  const row = await findPersonalOrganization(deps.db, userId)
  if (!row) throw new AppError('not_found', { message: 'The user has no personal organisation' })
  return row.id
}

export function toUser(row: {
  id: string
  email: string
  name: string
  banned: unknown
  plan: string | null
  createdAt: unknown
}): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    status: row.banned ? 'suspended' : 'active',
    plan: row.plan,
    createdAt: new Date(row.createdAt as string).toISOString(),
  }
}
