import { createHmac } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { addFailure, readFailures, removeFailures } from './failed-sign-ins.store.ts'

const WINDOW_MS = 3_600_000
/** More than a person needs who tries what he remembers, and hopeless for one who guesses. */
const FAILURES_MOST = 100
const LETTERS_MOST = 3

/**
 * Refuses to try another password for an address after a hundred wrong ones in an hour, from wherever they came: the
 * limit by address of the client does not see those who have many.
 *
 * @throws AppError `rate_limit_exceeded` with the seconds that are left
 */
export async function requireFewFailures(deps: Deps, email: string): Promise<void> {
  const failures = await readFailures(deps.db, keyOf(deps, email), deps.now())
  if (!failures || failures.count < FAILURES_MOST) return
  throw new AppError('rate_limit_exceeded', {
    message: 'Too many wrong passwords for this address; wait, or set a new one by “Forgot your password?”',
    retryAfterSeconds: Math.ceil((failures.until - deps.now()) / 1000),
  })
}

/** Whether a mailbox may get one more letter about a repeated sign-up: three an hour, whoever causes them. */
export async function mayTellAgain(deps: Deps, email: string): Promise<boolean> {
  const key = keyOf(deps, email, 'repeated-sign-ups')
  return (await addFailure(deps.db, key, deps.now(), deps.now() + WINDOW_MS)) <= LETTERS_MOST
}

/** Counts a wrong password, whether or not there is such an account. */
export async function noteFailure(deps: Deps, email: string): Promise<void> {
  await addFailure(deps.db, keyOf(deps, email), deps.now(), deps.now() + WINDOW_MS)
}

/** Lets the address try again: its owner has set a new password. */
export async function forgetFailures(deps: Deps, email: string): Promise<void> {
  await removeFailures(deps.db, keyOf(deps, email))
}

function keyOf({ secrets }: Deps, email: string, what = 'failed-sign-ins'): string {
  const digest = createHmac('sha256', secrets.sessionSecret).update(email.trim().toLowerCase()).digest('hex')
  return `${what}|${digest}`
}
