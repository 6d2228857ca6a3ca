import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { admin } from 'better-auth/plugins/admin'
import { type OrganizationOptions, organization } from 'better-auth/plugins/organization'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { BetterAuthOptions } from 'better-auth/types'
import type { Deps } from '../deps.ts'
import { CATALOGUE } from '../errors.ts'
import { randomId } from '../lib/ids.ts'
import { changeAddressLetter, invitationLetter, verifyLetter } from '../mail/letters.ts'
import type { Mailer } from '../mail/mail.ts'
import { auditedAdapter } from './adapter.ts'
import { forgetFailures } from './failed-sign-ins.ts'
import { invitationTicket } from './invitation-proof.ts'
import { oidcPlugins } from './oidc.ts'
import { passkeyPlugins } from './passkeys.ts'
import { PASSWORD_LEAST, PASSWORD_MOST } from './password.ts'
import { passwordLetters } from './password-letters.ts'
import { refusing } from './refusal.ts'
import { requireDeletable } from './row-rules.ts'
import { ADDRESS_HEADER, currentActor, currentScope } from './scope.ts'
import { cookiePrefix } from './session-cookie.ts'
import { markEmailVerified } from './verified-email.ts'
import { endPasskeys } from './ways-in.ts'

const INVITATION_SECONDS = 7 * 86_400
const LINK_SECONDS = 3600
const PEOPLE_MOST = 100_000
/** What the library calls an error of its own, and what a client can cause as often as it likes. */
const BLAMES_CLIENT = /^Failed to verify (registration|authentication)$/

/**
 * The sign-in library's options. What could be taken from a request or the environment is set here: the base URL, the
 * secret, what is trusted. There is no cookie cache, which would outlive a session; every session is asked of the
 * database.
 *
 * @param origin the public origin: scheme, host and port
 * @param origins all that stand for it
 * @param passwordLink makes a link by which a user sets a password
 */
export function authOptions(
  deps: Deps,
  mailer: Mailer,
  origin: string,
  origins: readonly string[],
  passwordLink: (userId: string) => Promise<string>,
) {
  const { config, secrets, log } = deps
  const { brand, auth } = config
  return {
    appName: brand,
    baseURL: origin,
    basePath: '/api/auth',
    // As a list, since a variable of the environment would win over a single one.
    secrets: [{ version: 1, value: secrets.sessionSecret }],
    trustedOrigins: [...origins],
    telemetry: { enabled: false },
    database: auditedAdapter(deps) as never,
    session: sessionOptions(auth.absoluteMinutes * 60),
    account: {
      // Identity is issuer and subject; an address never links accounts.
      accountLinking: { enabled: true, disableImplicitLinking: true, trustedProviders: [] },
      encryptOAuthTokens: true,
      storeStateStrategy: 'database',
    },
    verification: { storeIdentifier: 'hashed' },
    ...passwordOptions(deps, mailer, origin, passwordLink),
    onAPIError: { errorURL: `${origin}/sign-in` },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: auth.attemptsPerMinute * 30,
      customRules: rateRules(auth.attemptsPerMinute),
    },
    logger: {
      level: 'warn',
      // Its texts name addresses and paths; no secret is among them, and `log` masks what looks like one.
      log: (level, message) =>
        log[level === 'error' && !BLAMES_CLIENT.test(message) ? 'error' : 'debug'](
          { library: 'better-auth' },
          message,
        ),
    },
    plugins: [
      organization(organizationOptions(deps, mailer, origin)),
      admin({ bannedUserMessage: CATALOGUE.user_suspended.message }),
      twoFactor({ issuer: brand }),
      ...oidcPlugins(deps),
      ...passkeyPlugins(deps, origins),
    ],
    advanced: advancedOptions(origin),
  } satisfies BetterAuthOptions
}

function sessionOptions(lifetimeSeconds: number) {
  const ours = { type: 'string', required: false, input: false, returned: false } as const
  return {
    expiresIn: lifetimeSeconds,
    // Idle time is ours to count (auth/sessions.ts): the library would lengthen a session for ever.
    disableSessionRefresh: true,
    freshAge: 600,
    cookieCache: { enabled: false },
    additionalFields: { oidcProvider: ours, oidcSubject: ours, oidcSid: ours },
  } satisfies BetterAuthOptions['session']
}

/** Passwords, and the letters about them and about addresses. */
function passwordOptions(
  deps: Deps,
  mailer: Mailer,
  origin: string,
  passwordLink: (userId: string) => Promise<string>,
) {
  const { brand, auth } = deps.config
  const verifyLink = (token: string): string => `${origin}/verify-email?token=${token}`
  return {
    user: {
      changeEmail: {
        enabled: true,
        sendChangeEmailConfirmation: async ({ user, newEmail, token }) =>
          mailer.send(changeAddressLetter(brand, user.email, newEmail, verifyLink(token))),
      },
      deleteUser: { enabled: false },
    },
    emailAndPassword: {
      enabled: auth.emailPassword,
      disableSignUp: auth.signUp === 'oidc' || auth.signUp === 'closed',
      minPasswordLength: PASSWORD_LEAST,
      maxPasswordLength: PASSWORD_MOST,
      requireEmailVerification: auth.requireEmailVerification ?? mailer.delivers,
      resetPasswordTokenExpiresIn: LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      ...passwordLetters(deps, mailer, origin, passwordLink),
      onPasswordReset: async ({ user }) => {
        if (!user.emailVerified) await endPasskeys(deps, currentActor(user.id), user.id)
        await markEmailVerified(deps, user.id)
        await forgetFailures(deps, user.email)
      },
      password: { hash: digestOf, verify: isPassword },
    },
    emailVerification: {
      expiresIn: LINK_SECONDS,
      sendOnSignIn: true,
      autoSignInAfterVerification: false,
      sendVerificationEmail: async ({ user, token }) => {
        // The letter of the invitation has shown it.
        if (!user.emailVerified || currentScope()?.invited !== user.email)
          mailer.send(verifyLetter(brand, user.email, verifyLink(token)))
      },
    },
  } satisfies BetterAuthOptions
}

function organizationOptions(deps: Deps, mailer: Mailer, origin: string) {
  const { brand } = deps.config
  return {
    allowUserToCreateOrganization: true,
    creatorRole: 'owner',
    membershipLimit: PEOPLE_MOST,
    invitationLimit: 10_000,
    invitationExpiresIn: INVITATION_SECONDS,
    cancelPendingInvitationsOnReInvite: true,
    // Managers can list the ids of invitations: only who has shown that the address is his may answer one.
    requireEmailVerificationOnInvitation: true,
    sendInvitationEmail: async ({ id, email, organization, inviter }) => {
      const ticket = invitationTicket(deps.secrets.sessionSecret, id, email)
      const names = { organization: organization.name, inviter: inviter.user.name }
      mailer.send(invitationLetter(brand, email, `${origin}/accept-invitation/${ticket}`, names))
    },
    organizationHooks: {
      beforeDeleteOrganization: ({ organization }) => refusing(() => requireDeletable(deps, organization.id)),
    },
  } satisfies OrganizationOptions
}

function advancedOptions(origin: string) {
  return {
    // With its own prefix the library could not make `__Host-` cookies.
    useSecureCookies: false,
    cookiePrefix: cookiePrefix(origin),
    defaultCookieAttributes: {
      secure: origin.startsWith('https://'),
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
    },
    // Set, since the library's own default is off in its tests' environment.
    disableOriginCheck: false,
    disableCSRFCheck: false,
    trustedProxyHeaders: false,
    ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 64 },
    database: { generateId: () => randomId() },
    // Nobody waits for a letter: how long it takes says who has an account.
    backgroundTasks: { handler: () => {} },
  } satisfies BetterAuthOptions['advanced']
}

/** A sign-up stores its password in a transaction, in which nothing may take so long; its digest is there before. */
async function digestOf(password: string): Promise<string> {
  const digest = currentScope()?.digest
  return digest?.password === password ? digest.hash : hashPassword(password)
}

/** Which digest was shown is kept for the session that follows (`requireSamePassword`). */
async function isPassword(given: { hash: string; password: string }): Promise<boolean> {
  const isRight = await verifyPassword(given)
  const scope = currentScope()
  if (scope && isRight) scope.shown = given.hash
  return isRight
}

/** What can be guessed at, and what sends mails. */
function rateRules(attempts: number) {
  const guessing = { window: 60, max: attempts }
  const mailing = { window: 60, max: Math.max(3, Math.ceil(attempts / 4)) }
  return {
    '/sign-in/email': guessing,
    '/sign-up/email': guessing,
    '/sign-in/social': guessing,
    '/two-factor/*': guessing,
    '/passkey/generate-authenticate-options': guessing,
    '/passkey/verify-authentication': guessing,
    '/passkey/verify-registration': guessing,
    '/change-password': guessing,
    '/reset-password': guessing,
    '/verify-email': guessing,
    '/request-password-reset': mailing,
    '/send-verification-email': mailing,
    '/change-email': mailing,
    '/organization/invite-member': guessing,
  }
}
