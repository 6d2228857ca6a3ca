import { createHash } from 'node:crypto'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { Row } from './audited-fields.ts'
import { noteToken } from './oidc.store.ts'
import { currentScope } from './scope.ts'
import { lockFailedFactors } from './second-factor.store.ts'

/** Longer than any code is good for: its own half minute and one on each side. */
const CODE_MS = 120_000
/** Of wrong codes in a row, and how long it then rests: what the library says by itself. */
const FAILURES_MOST = 10
const LOCK_MS = 900_000

/**
 * Says that a code was right, in the transaction that forgets the wrong ones before it: a code signs in once (RFC 6238
 * §5.2), and none does that was sent at the same time as too many wrong ones, of which each was looked at before the
 * others were counted. The library writes the same when it opens a lock that is over, before it looks at the code.
 *
 * @param before the row, locked
 * @throws AppError `rate_limit_exceeded` while the factor is locked; `invalid_request` for a code that was used
 */
export async function acceptCode(deps: Deps, { userId, lockedUntil }: Row): Promise<void> {
  if (lockedUntil) {
    const seconds = Math.ceil((new Date(lockedUntil as string).getTime() - Date.now()) / 1000)
    if (seconds <= 0) return
    throw new AppError('rate_limit_exceeded', {
      message: 'Too many wrong codes; wait a quarter of an hour, and sign in again',
      retryAfterSeconds: seconds,
    })
  }
  const code = currentScope()?.code
  if (code === undefined) return
  const digest = createHash('sha256').update(`${userId}\n${code}`).digest('hex')
  const [now, expiresAt] = [Date.now(), Date.now() + CODE_MS].map((ms) => new Date(ms).toISOString())
  if (await noteToken(deps.db, { id: `code-${digest}`, expiresAt: String(expiresAt), now: String(now) }))
    return
  throw new AppError('invalid_request', {
    message: 'This code was used before: wait for the next one, and sign in again with it',
    param: 'code',
  })
}

/** Locks a factor in the transaction that counts the failure: the library does so later, behind other codes. */
export async function lockAfterFailures({ db }: Deps, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const ids = rows.map((row) => String(row.id))
  await lockFailedFactors(db, ids, FAILURES_MOST, new Date(Date.now() + LOCK_MS).toISOString())
}
