import type { Deps } from '../deps.ts'
import { AppError, cleanText } from '../errors.ts'
import type { Row } from './audited-fields.ts'
import { findOrganizationFacts, isInvited } from './auth.store.ts'
import { holdsLink } from './names.ts'
import { invitedOnTheWay } from './oidc-invitation.ts'
import { hasCredential, readCounter } from './passkeys.store.ts'
import { currentScope } from './scope.ts'
import { acceptCode } from './second-factor.ts'

const ROLES: readonly unknown[] = ['owner', 'admin', 'member']
/** 1023 bytes in base64url (WebAuthn Level 3 §7.1, step 25). */
const CREDENTIAL_LONGEST = 1364
const PERSONAL = 'personal-'
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/

/**
 * What we ask of a row beyond what the library does, whichever endpoint writes it.
 *
 * @param before the row as it is; undefined when it is made
 * @throws AppError `invalid_request` naming the field; `role_required` for what an own organisation is not for
 */
export async function checkRow(
  deps: Deps,
  model: string,
  given: Row,
  before: Row | undefined,
): Promise<void> {
  if (model === 'user' || model === 'organization') checkPresented(given)
  if (model === 'passkey' && typeof given.name === 'string') cleanText(given.name, 'name', 200)
  if ((model === 'member' || model === 'invitation') && 'role' in given && !ROLES.includes(given.role))
    throw new AppError('invalid_request', { message: 'role must be owner, admin or member', param: 'role' })
  if (model === 'organization' && typeof given.slug === 'string') checkSlug(given.slug, before)
  if (model === 'twoFactor' && before && given.failedVerificationCount === 0) await acceptCode(deps, before)
  // The owner's own membership is made with the organisation; there is no other.
  if ((model === 'member' || model === 'invitation') && !before)
    await refusePersonal(deps, given.organizationId)
  if (model === 'passkey' && !before) await checkCredential(deps, String(given.credentialID))
  if (model === 'passkey' && before && 'counter' in given)
    await checkCounter(deps, String(before.id), Number(given.counter))
}

/** A device chooses the id of its credential, and whoever could choose another person's would be taken for him. */
async function checkCredential(deps: Deps, credentialId: string): Promise<void> {
  if (credentialId.length > CREDENTIAL_LONGEST || (await hasCredential(deps.db, credentialId)))
    throw new AppError('invalid_request', {
      message: 'This passkey is registered already',
      param: 'response',
    })
}

/** The library compares it with what it read before the row was locked; of two sign-ins at once the lower could stay. */
async function checkCounter(deps: Deps, id: string, given: number): Promise<void> {
  const kept = await readCounter(deps.db, id)
  // A device that does not count says 0 each time (WebAuthn Level 3 §6.1.1).
  if (kept === undefined || given > kept || (given === 0 && kept === 0)) return
  throw new AppError('invalid_request', {
    message: 'The passkey was used twice at once, or copied; try again',
  })
}

/** What others see of a person or an organisation: a name, in lists and letters. */
function checkPresented(given: Row): void {
  const { name } = given
  if (name !== undefined) {
    if (typeof name !== 'string')
      throw new AppError('invalid_request', { message: 'name must be a text', param: 'name' })
    cleanText(name, 'name', 200)
    // A letter with it would bear a stranger's link under our name.
    if (holdsLink(name))
      throw new AppError('invalid_request', {
        message: 'name must not hold a link: leave out :// and www.',
        param: 'name',
      })
  }
  // Nothing here shows them, and whatever stands in them would come back in every list.
  for (const field of ['image', 'logo', 'metadata'])
    if (given[field] != null)
      throw new AppError('invalid_request', {
        message: `${field} is not kept by this server; leave it out`,
        param: field,
      })
}

function checkSlug(slug: string, before: Row | undefined): void {
  if (slug === before?.slug) return
  if (SLUG.test(slug) && !slug.startsWith(PERSONAL) && !String(before?.slug).startsWith(PERSONAL)) return
  throw new AppError('invalid_request', {
    message: 'slug must be of small letters, digits and hyphens, and an own organisation keeps its slug',
    param: 'slug',
  })
}

async function refusePersonal(deps: Deps, organizationId: unknown): Promise<void> {
  const facts = await findOrganizationFacts(deps.db, String(organizationId))
  if (facts?.personal)
    throw new AppError('role_required', {
      message: 'This organisation is one person’s own; make another one to work together',
    })
}

/**
 * Refuses to delete what others lean on.
 *
 * @throws AppError `role_required` for an own organisation; `invalid_request` for one that has keys, whose usage and
 *   charges must stay readable
 */
export async function requireDeletable(deps: Deps, organizationId: string): Promise<void> {
  const facts = await findOrganizationFacts(deps.db, organizationId)
  if (facts?.personal)
    throw new AppError('role_required', { message: 'A person’s own organisation cannot be deleted' })
  if (facts?.hasKeys)
    throw new AppError('invalid_request', {
      message:
        'The organisation has API keys, whose usage must stay readable: revoke them, and ask the operator to suspend it',
    })
}

/**
 * Who may make an account (`auth.signUp`). That an address was invited counts for one who holds the link of the
 * invitation, or whose provider vouches for the address.
 *
 * @param vouched by a provider that the configuration trusts in this
 * @returns whether the link of an invitation has shown whose the address is
 * @throws AppError `sign_up_closed`
 */
export async function requireSignUpAllowed(deps: Deps, given: string, vouched = false): Promise<boolean> {
  const scope = currentScope()
  // Without a request it is the operator.
  if (!scope) return false
  const { signUp } = deps.config.auth
  const email = given.toLowerCase()
  const proven = (scope.byPassword ? scope.invited : await invitedOnTheWay(deps)) === email
  const isAllowed =
    signUp === 'open' ||
    (signUp === 'oidc' && !scope.byPassword) ||
    (signUp === 'invitation' &&
      (proven || (vouched && (await isInvited(deps.db, email, new Date(deps.now()).toISOString())))))
  if (!isAllowed) throw new AppError('sign_up_closed')
  return proven
}
