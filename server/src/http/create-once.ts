import type { Deps } from '../deps.ts'
import { once, type Replayable } from '../idempotency/idempotency.ts'
import { callerOf } from './actor.ts'
import type { Context, Reply } from './route.ts'

/**
 * Creates, at most once per Idempotency-Key header where there is one; a replay is told by `idempotency-replayed`.
 *
 * @param forReplay what of the reply may be kept for a repetition: never a secret
 * @throws AppError as `once` does
 */
export async function createOnce<T extends Replayable>(
  deps: Deps,
  context: Context,
  route: string,
  create: (deps: Deps) => Promise<T>,
  forReplay: (reply: T) => Replayable,
): Promise<Reply> {
  const idempotencyKey = context.header('idempotency-key')
  if (idempotencyKey === undefined) return create(deps)
  const request = { caller: callerOf(context), route, idempotencyKey, body: context.body }
  const { reply, replayed } = await once(deps, request, create, forReplay)
  return { ...reply, headers: replayed ? { 'idempotency-replayed': 'true' } : {} }
}
