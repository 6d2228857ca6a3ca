import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createUser } from '../accounts/users.ts'
import { type AuditActor, recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import { randomId } from '../lib/ids.ts'
import {
  findCandidate,
  hasAdmin,
  makeAdmin,
  readSetupToken,
  takeSetupToken,
  writePassword,
  writeSetupToken,
} from './first-admin.store.ts'
import { digestPassword, PASSWORD_LEAST, PASSWORD_MOST, passwordFault } from './password.ts'
import { endOtherWays } from './ways-in.ts'

const TOKEN_MS = 86_400_000
/** What the sign-in library takes for an address. */
const EMAIL = /^[a-z0-9_'+-]+(\.[a-z0-9_'+-]+)*@([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/
/** The user that the first start of a fresh installation makes, before anybody has said who he is. */
export const PLACEHOLDER_EMAIL = 'admin@localhost'

export interface FirstAdmin {
  readonly email: string
  readonly name: string
  readonly password: string
}

/** Whether nobody can administer this server yet. */
export async function needsFirstAdmin(deps: Pick<Deps, 'db'>): Promise<boolean> {
  return !(await hasAdmin(deps.db))
}

/**
 * A token that lets its holder become the first administrator, once and within 24 hours; the database keeps its digest.
 * A new one ends the one before.
 */
export async function makeSetupToken(deps: Deps): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await writeSetupToken(deps.db, `${digestOf(token)} ${deps.now() + TOKEN_MS}`)
  return token
}

/**
 * Makes the first administrator, who can sign in from then on. The user that the first start made becomes this person,
 * and so the first key and its organisation are his.
 *
 * @throws AppError `not_found` when the token is wrong, used, too old, or nobody is needed; `invalid_request` by field
 */
export async function setUpFirstAdmin(
  deps: Deps,
  actor: AuditActor,
  input: FirstAdmin & { readonly token: string },
): Promise<void> {
  const stored = await readSetupToken(deps.db)
  if (!stored || !isToken(stored, input.token, deps.now()) || !(await needsFirstAdmin(deps)))
    throw new AppError('not_found', {
      message: 'The link is used up or too old; every start of the server prints a new one',
    })
  await becomeAdmin(deps, actor, input, async (deps) => {
    if (!(await takeSetupToken(deps.db, stored)))
      throw new AppError('not_found', { message: 'The link is used up' })
  })
}

/** The same without a token, for whoever starts the server. @throws AppError `invalid_request` by field */
export async function makeFirstAdmin(deps: Deps, actor: AuditActor, input: FirstAdmin): Promise<void> {
  await becomeAdmin(deps, actor, input, async () => {})
}

async function becomeAdmin(
  deps: Deps,
  actor: AuditActor,
  input: FirstAdmin,
  claim: (deps: Deps) => Promise<void>,
): Promise<void> {
  const email = input.email.trim().toLowerCase()
  if (!EMAIL.test(email) || email.length > 254)
    throw new AppError('invalid_request', { message: 'email is not an e-mail address', param: 'email' })
  const name = cleanText(input.name, 'name', 200)
  const digest = await digestPassword(input.password)
  if (!digest)
    throw new AppError('invalid_request', {
      message: `password must have ${PASSWORD_LEAST} to ${PASSWORD_MOST} characters`,
      param: 'password',
    })
  const fault = passwordFault(input.password, email)
  if (fault) throw new AppError('invalid_request', { message: fault, param: 'password' })
  await transact(deps, async (deps) => {
    await claim(deps)
    const id = await candidateFor(deps, actor, email, name)
    const now = new Date(deps.now()).toISOString()
    await makeAdmin(deps.db, { id, email, name, now })
    await writePassword(deps.db, { id: randomId(), userId: id, hash: digest.hash, now })
    await recordAudit(
      deps,
      { ...actor, ...(actor.kind === 'user' && { id }) },
      {
        action: 'user.first_admin',
        targetKind: 'user',
        targetId: id,
        organizationId: null,
        after: { email, name, role: 'admin', changed: ['password'] },
      },
    )
  })
}

async function candidateFor(deps: Deps, actor: AuditActor, email: string, name: string): Promise<string> {
  const known = await findCandidate(deps.db, email)
  // Where everybody may sign up, somebody else may have done so with this address, and would administer the server.
  if (known && !known.emailVerified) await endOtherWays(deps, actor, known.id)
  if (known) return known.id
  const placeholder = await findCandidate(deps.db, PLACEHOLDER_EMAIL)
  if (placeholder && placeholder.accountId === null) return placeholder.id
  return (await createUser(deps, actor, { email, name })).id
}

function isToken(stored: string, token: string, now: number): boolean {
  const [digest = '', until] = stored.split(' ')
  const given = Buffer.from(digestOf(token))
  const expected = Buffer.from(digest)
  return given.length === expected.length && timingSafeEqual(given, expected) && now < Number(until)
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
