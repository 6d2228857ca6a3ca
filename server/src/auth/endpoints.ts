import type { Config } from '../config/config.ts'
import { wantsPasskeys } from './relying-party.ts'

/** One of the sign-in library's endpoints that may be called from outside; whatever is not listed is 404. */
export interface AuthEndpoint {
  readonly method: 'GET' | 'POST'
  /** Below `/api/auth`. */
  readonly path: string
  readonly summary: string
  /** Whether it is for somebody who is signed in; a suspended user is refused there. */
  readonly session: boolean
  /** Called by a provider's server and by no browser: a form, without cookies; what it holds proves who sent it. */
  readonly outside?: boolean
}

const post = (path: string, summary: string, session = true): AuthEndpoint => ({
  method: 'POST',
  path,
  summary,
  session,
})
const get = (path: string, summary: string, session = true): AuthEndpoint => ({
  method: 'GET',
  path,
  summary,
  session,
})

const ALWAYS: readonly AuthEndpoint[] = [
  post('/sign-out', 'End the session', false),
  get('/get-session', 'The session, or null'),
  post('/update-user', 'Change the name'),
  get('/list-sessions', 'Sessions of the person'),
  post('/revoke-session', 'End one session'),
  post('/revoke-sessions', 'End all sessions'),
  post('/revoke-other-sessions', 'End all sessions but this one'),
]

const PASSWORD: readonly AuthEndpoint[] = [
  post('/sign-up/email', 'Make an account with a password', false),
  post('/sign-in/email', 'Sign in with a password', false),
  post('/request-password-reset', 'Ask for a mail with a link to set a new password', false),
  post('/reset-password', 'Set a new password with the token of that link', false),
  get('/verify-email', 'Verify an address with the token of a mail', false),
  post('/send-verification-email', 'Ask for that mail once more', false),
  post('/change-password', 'Change the password'),
  post('/change-email', 'Change the address'),
  post('/two-factor/enable', 'Begin to use a second factor'),
  post('/two-factor/disable', 'Stop using a second factor'),
  post('/two-factor/verify-totp', 'Confirm with a code of the authenticator', false),
  post('/two-factor/verify-backup-code', 'Confirm with a backup code', false),
  post('/two-factor/generate-backup-codes', 'New backup codes'),
  post('/two-factor/get-totp-uri', 'The address that an authenticator reads'),
]

const PASSKEYS: readonly AuthEndpoint[] = [
  get('/passkey/generate-authenticate-options', 'Begin to sign in with a passkey', false),
  post('/passkey/verify-authentication', 'Sign in with a passkey', false),
  get('/passkey/generate-register-options', 'Begin to add a passkey, in the first ten minutes of a session'),
  post('/passkey/verify-registration', 'Add a passkey'),
  get('/passkey/list-user-passkeys', 'Passkeys of the person'),
  post('/passkey/update-passkey', 'Rename a passkey'),
  post('/passkey/delete-passkey', 'Remove a passkey'),
]

const PROVIDERS: readonly AuthEndpoint[] = [
  post('/sign-in/social', 'Begin to sign in through a provider', false),
  get('/callback/:id', 'Where a provider sends the browser back to', false),
  {
    ...post('/backchannel-logout/:id', 'Where a provider tells that somebody signed out there', false),
    outside: true,
  },
]

const ORGANIZATION: readonly AuthEndpoint[] = [
  post('/organization/create', 'Make an organisation'),
  post('/organization/update', 'Rename an organisation'),
  post('/organization/delete', 'Delete an organisation without keys'),
  get('/organization/list', 'Organisations of the person'),
  get('/organization/get-full-organization', 'An organisation with its members'),
  get('/organization/list-members', 'Members of an organisation'),
  post('/organization/invite-member', 'Invite somebody'),
  post('/organization/cancel-invitation', 'Take an invitation back'),
  post('/organization/accept-invitation', 'Accept an invitation'),
  post('/organization/reject-invitation', 'Decline an invitation'),
  get('/organization/get-invitation', 'An invitation of the person'),
  get('/organization/list-invitations', 'Invitations of an organisation'),
  get('/organization/list-user-invitations', 'Invitations of the person'),
  post('/organization/remove-member', 'Remove a member'),
  post('/organization/update-member-role', 'Change the role of a member'),
  post('/organization/leave', 'Leave an organisation'),
]

/** The endpoints that this configuration opens. */
export function authEndpoints(config: Config): readonly AuthEndpoint[] {
  const { auth } = config
  return [
    ...ALWAYS,
    ...(auth.emailPassword ? PASSWORD : []),
    ...(wantsPasskeys(config) ? PASSKEYS : []),
    ...(auth.oidc.length > 0 ? PROVIDERS : []),
    ...ORGANIZATION,
  ]
}
