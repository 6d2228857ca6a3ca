import { ApiError, noAnswer } from './api.ts'
import { auth, authAnswer } from './auth-client.ts'

export interface Passkey {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

/** What the server says of passkeys (`/api/dashboard/open/config`). */
interface PasskeyConfig {
  readonly state: 'on' | 'off' | 'needs_name' | 'needs_https'
  readonly origin: string | null
}

const AT = '/passkey'

/** Why nobody can use a passkey on this page, in words for who would like to; undefined where one can. */
export function passkeyObstacle({ state, origin }: PasskeyConfig): string | undefined {
  if (state === 'needs_name')
    return 'Browsers make passkeys for names alone, and the address of this server is a number. Its operator can set publicUrl to a name.'
  if (state === 'needs_https')
    return 'Browsers make passkeys over HTTPS alone. The operator of this server can set publicUrl to an address that begins with https://.'
  if (state === 'off') return 'Passkeys are switched off on this server.'
  if (location.origin !== origin)
    return `Passkeys of this server belong to ${origin}. Open the dashboard there to use them.`
  if (!('PublicKeyCredential' in window))
    return 'This browser knows no passkeys. Use a current one, or another device.'
  return undefined
}

export function listPasskeys(): Promise<Passkey[]> {
  return authAnswer(auth.$fetch<Passkey[]>(`${AT}/list-user-passkeys`))
}

export function renamePasskey(id: string, name: string): Promise<unknown> {
  return authAnswer(auth.$fetch(`${AT}/update-passkey`, { method: 'POST', body: { id, name } }))
}

export function removePasskey(id: string): Promise<unknown> {
  return authAnswer(auth.$fetch(`${AT}/delete-passkey`, { method: 'POST', body: { id } }))
}

/** Has the browser make a passkey, and the server keep its public half. @throws ApiError with what to do */
export async function addPasskey(name: string): Promise<void> {
  const optionsJSON = await authAnswer(auth.$fetch<never>(`${AT}/generate-register-options`))
  const { startRegistration } = await loadCeremonies()
  const response = await startRegistration({ optionsJSON }).catch((error: unknown) => inWords(error))
  await authAnswer(auth.$fetch(`${AT}/verify-registration`, { method: 'POST', body: { response, name } }))
}

/** Has the browser ask which passkey, and whoever sits there to prove who he is. @throws ApiError with what to do */
export async function signInWithPasskey(): Promise<void> {
  const optionsJSON = await authAnswer(auth.$fetch<never>(`${AT}/generate-authenticate-options`))
  const { startAuthentication } = await loadCeremonies()
  const response = await startAuthentication({ optionsJSON }).catch((error: unknown) =>
    inWords(error, { NotAllowedError: NONE_CHOSEN }),
  )
  await authAnswer(auth.$fetch(`${AT}/verify-authentication`, { method: 'POST', body: { response } })).catch(
    (error: unknown) => {
      if (!(error instanceof ApiError) || !(error.code in REFUSALS)) throw error
      throw new ApiError(REFUSALS[error.code] as string, error)
    },
  )
}

/** Not with the page: most people never need it. */
function loadCeremonies() {
  return import('@simplewebauthn/browser').catch(() => {
    throw noAnswer()
  })
}

const REFUSALS: Readonly<Record<string, string>> = {
  PASSKEY_NOT_FOUND:
    'This passkey belongs to no account here any more. Sign in by your password, and remove it from your device.',
  AUTHENTICATION_FAILED: 'The passkey could not be verified. Try again, or sign in by your password.',
  CHALLENGE_NOT_FOUND: 'That took too long. Try again.',
}

/** Browsers do not tell the three apart, so that no page learns which passkeys there are. */
const NONE_CHOSEN =
  'No passkey was chosen: the dialog was closed, waited too long, or found none for this site. Try again, or sign in by your password.'

/** What a browser's refusals mean (WebAuthn Level 3 §5.1.3 and §5.1.4), by the names of its errors. */
const WORDS: Readonly<Record<string, string>> = {
  NotAllowedError:
    'Nothing was done: the dialog was closed, or waited too long. Try again when you are ready.',
  AbortError: 'Nothing was done: the dialog was closed. Try again when you are ready.',
  InvalidStateError: 'This device holds a passkey of your account already.',
  ConstraintError:
    'This device cannot ask who you are. Set up a PIN, a fingerprint or a face on it, or use another.',
  NotSupportedError: 'This device makes no passkeys of the kind that this server takes. Use another.',
  SecurityError: 'The browser makes no passkeys for this address.',
}

function inWords(error: unknown, words: Readonly<Record<string, string>> = WORDS): never {
  const name = error instanceof Error ? error.name : ''
  const text = words[name] ?? WORDS[name] ?? 'The browser could not do it. Try again, or use another device.'
  throw new ApiError(text, { status: 0, code: name || 'passkey_failed' })
}
