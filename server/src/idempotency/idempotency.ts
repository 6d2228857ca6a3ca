import { createHash } from 'node:crypto'
import { type Deps, transact } from '../deps.ts'
import { AppError } from '../errors.ts'
import { claimScope, deleteBefore, findScope, storeReply } from './idempotency.store.ts'

export interface Replayable {
  readonly status: number
  readonly body: unknown
}

export interface OnceRequest {
  /** Whose key it is: the same Idempotency-Key of two callers are two. */
  readonly caller: string
  readonly route: string
  readonly idempotencyKey: string
  readonly body: unknown
}

const KEPT_MS = 86_400_000
const KEY_TEXT = /^[\x21-\x7e][\x20-\x7e]{0,253}[\x21-\x7e]$|^[\x21-\x7e]$/

/**
 * Runs `work` at most once per Idempotency-Key (draft-ietf-httpapi-idempotency-key-header). The reply to keep is stored
 * in the transaction of the effect; a second request with the same key and body waits for the first and gets it, marked
 * as a replay. Kept for 24 hours. `forReplay` says what of a reply may be kept: never a secret.
 *
 * @throws AppError `invalid_request` for a malformed key, `idempotency_mismatch` when it was used for another request
 */
export async function once<T extends Replayable>(
  deps: Deps,
  request: OnceRequest,
  work: (deps: Deps) => Promise<T>,
  forReplay: (reply: T) => Replayable,
): Promise<{ readonly reply: Replayable; readonly replayed: boolean }> {
  if (!KEY_TEXT.test(request.idempotencyKey)) {
    throw new AppError('invalid_request', {
      message: 'Idempotency-Key must have 1 to 255 visible ASCII characters',
      param: 'Idempotency-Key',
    })
  }
  const scope = digest(request.caller, request.route, request.idempotencyKey)
  const fingerprint = digest(JSON.stringify(request.body))
  return transact(deps, async (deps) => {
    if (await claimScope(deps.db, scope, fingerprint, deps.now())) {
      const reply = await work(deps)
      const kept = forReplay(reply)
      await storeReply(deps.db, scope, kept.status, JSON.stringify(kept.body))
      return { reply, replayed: false }
    }
    const stored = await findScope(deps.db, scope)
    if (!stored || stored.fingerprint !== fingerprint) throw new AppError('idempotency_mismatch')
    return { reply: { status: stored.status, body: JSON.parse(stored.body) as unknown }, replayed: true }
  })
}

export async function pruneIdempotency(deps: Deps): Promise<void> {
  await deleteBefore(deps.db, deps.now() - KEPT_MS)
}

function digest(...parts: string[]): string {
  const hash = createHash('sha256')
  // Lengths keep ("a", "bc") and ("ab", "c") apart.
  for (const part of parts) hash.update(`${part.length}:`).update(part)
  return hash.digest('hex')
}
