import { createHmac } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { addFailure, removeFailures, takeFailureBack } from './failed-sign-ins.store.ts'

const WINDOW_MS = 3_600_000
/** More than a person needs who tries what he remembers, and hopeless for one who guesses. */
const FAILURES_MOST = 100
const LETTERS_MOST = 3

/** What the library answers to a wrong password where somebody is signed in. */
const WRONG = '"code":"INVALID_PASSWORD"'

/**
 * Tries a password, unless a hundred were wrong for the address within an hour, from wherever they came: the limit by
 * address of the client does not see those who have many. It counts before it is tried, and no more where it was right,
 * so that those that are tried at the same time see each other. An address that nobody has counts as any other.
 *
 * @throws AppError `rate_limit_exceeded` with the seconds that are left
 */
export async function tryPassword(
  deps: Deps,
  email: string,
  attempt: () => Promise<Response>,
): Promise<Response> {
  const key = keyOf(deps, email)
  const { count, until } = await addFailure(deps.db, key, deps.now(), deps.now() + WINDOW_MS)
  if (count > FAILURES_MOST)
    throw new AppError('rate_limit_exceeded', {
      message: 'Too many wrong passwords for this address; wait, or set a new one by “Forgot your password?”',
      retryAfterSeconds: Math.max(1, Math.ceil((until - deps.now()) / 1000)),
    })
  let wrong = false
  try {
    const response = await attempt()
    wrong = response.status === 401 || (response.status === 400 && (await saysWrong(response)))
    return response
  } finally {
    if (!wrong) await takeFailureBack(deps.db, key)
  }
}

async function saysWrong(response: Response): Promise<boolean> {
  return (await response.clone().text()).includes(WRONG)
}

/** Whether a mailbox may get one more letter about a repeated sign-up: three an hour, whoever causes them. */
export async function mayTellAgain(deps: Deps, email: string): Promise<boolean> {
  const key = keyOf(deps, email, 'repeated-sign-ups')
  const { count } = await addFailure(deps.db, key, deps.now(), deps.now() + WINDOW_MS)
  return count <= LETTERS_MOST
}

/** Lets the address try again: its owner has set a new password. */
export async function forgetFailures(deps: Deps, email: string): Promise<void> {
  await removeFailures(deps.db, keyOf(deps, email))
}

function keyOf({ secrets }: Deps, email: string, what = 'failed-sign-ins'): string {
  const digest = createHmac('sha256', secrets.sessionSecret).update(email.trim().toLowerCase()).digest('hex')
  return `${what}|${digest}`
}
