import type { AuthEndpoint } from '../auth/endpoints.ts'
import { digestPassword, PASSWORD_LEAST, passwordFault } from '../auth/password.ts'
import type { AuthScope } from '../auth/scope.ts'
import type { SignedIn } from '../auth/signed-in.ts'
import { AppError } from '../errors.ts'
import type { HttpParts } from './parts.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The library knows invitations by their ids alone, and nothing of the proof that their links hold besides. */
export function withoutProofs({ invitation: _, ...fields }: Fields): Fields {
  return typeof fields.invitationId === 'string'
    ? { ...fields, invitationId: fields.invitationId.split('.', 1)[0] }
    : fields
}

/**
 * The library lets nobody answer an invitation whose address is not verified; that somebody holds the link of its
 * letter is as good as a verification.
 */
export async function noteLetter(
  { path }: AuthEndpoint,
  sent: Fields,
  scope: AuthScope,
  person: SignedIn | undefined,
  { auth, invitation }: HttpParts,
): Promise<void> {
  if (!person || !/^\/organization\/(accept|reject)-invitation$/.test(path)) return
  const ticket = sent.invitationId
  const open = typeof ticket === 'string' ? await invitation(ticket) : undefined
  if (open?.email.toLowerCase() === person.user.email.toLowerCase())
    await auth.arrivedByLetter(scope, person.user.id)
}

/** A password's digest takes a tenth of a second, which no transaction may; and what the link of an invitation proves. */
export async function signUpFacts({ password }: Fields, sent: Fields, parts: HttpParts) {
  const [, next] = /^\/accept-invitation\/([\w.-]+)$/.exec(String(sent.callbackURL ?? '')) ?? []
  const ticket = typeof sent.invitation === 'string' ? sent.invitation : next
  const open = ticket === undefined ? undefined : await parts.invitation(ticket)
  return { digest: await digestPassword(password), invited: open?.email.toLowerCase() }
}

/** Where somebody who is signed in says his password, as whoever has only his session cannot. */
const ASKED_AGAIN = /^\/(change-password|two-factor\/(enable|disable|generate-backup-codes|get-totp-uri))$/

/** The address whose password a request tries; undefined where it tries none. */
export function passwordOwner(
  { path }: AuthEndpoint,
  { email }: Fields,
  person: SignedIn | undefined,
): string | undefined {
  if (path === '/sign-in/email') return String(email)
  return ASKED_AGAIN.test(path) ? person?.user.email : undefined
}

const NEW_PASSWORDS: Readonly<Record<string, string>> = {
  '/sign-up/email': 'password',
  '/change-password': 'newPassword',
  '/reset-password': 'newPassword',
}

/**
 * Refuses passwords that are long enough and guessed at once; the library looks at their length.
 *
 * @throws AppError `invalid_request`
 */
export async function checkNewPassword(
  { path }: AuthEndpoint,
  body: Fields,
  person: SignedIn | undefined,
  { auth }: HttpParts,
): Promise<void> {
  const field = NEW_PASSWORDS[path]
  if (field === undefined) return
  const password = body[field]
  // Its length is for the library to say.
  if (typeof password !== 'string' || password.length < PASSWORD_LEAST) return
  const { email, token } = body
  const address =
    path === '/sign-up/email'
      ? email
      : path === '/reset-password' && typeof token === 'string'
        ? await auth.addressOfReset(token)
        : person?.user.email
  const fault = passwordFault(password, typeof address === 'string' ? address : undefined)
  if (fault) throw new AppError('invalid_request', { message: fault, param: field })
}
