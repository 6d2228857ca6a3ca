import { recordAudit } from '../audit/audit.ts'
import { type Deps, transact } from '../deps.ts'
import type { Outcome } from './attempt.ts'
import { type DeliveryRow, insertAttempt, updateClaimed } from './deliveries.store.ts'
import { findEndpoint, noteFailing, noteWorking, updateEndpointRow } from './endpoints.store.ts'
import { disabledBecause, target } from './endpoints.ts'

const SECOND_MS = 1000
const HOUR_S = 3600
const DAY_MS = 86_400_000
/** Standard Webhooks: at once, and then 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h after that. */
const AFTER_S = [0, 5, 300, 1800, 2 * HOUR_S, 5 * HOUR_S, 10 * HOUR_S, 14 * HOUR_S, 20 * HOUR_S, 24 * HOUR_S]
const JITTER = 0.1
const ERROR_CHARACTERS = 500

/** How long to wait after so many attempts, in milliseconds; undefined: it is given up. */
export function waitAfter(attempts: number, random = Math.random()): number | undefined {
  const next = AFTER_S[attempts]
  if (next === undefined) return undefined
  return (next - (AFTER_S[attempts - 1] as number)) * SECOND_MS * (1 + JITTER * random)
}

/**
 * Writes down what became of an attempt and when the next one is due, and disables an endpoint that is gone or has only
 * failed for days. Changes nothing when another node has taken the delivery meanwhile.
 */
export async function recordOutcome(
  deps: Deps,
  delivery: DeliveryRow,
  outcome: Outcome,
  startedAt: number,
): Promise<void> {
  await transact(deps, async (deps) => {
    const now = deps.now()
    const attempts = delivery.attempts + (outcome.sent ? 1 : 0)
    const wait = outcome.delivered || outcome.final ? undefined : waitAfter(Math.max(attempts, 1))
    const state = outcome.delivered ? 'delivered' : wait === undefined ? 'failed' : 'pending'
    const change = {
      state,
      attempts,
      next_at: now + Math.ceil(Math.max(wait ?? 0, outcome.waitMs)),
      ended_at: state === 'pending' ? null : now,
      last_status: outcome.status,
      last_error: outcome.error?.slice(0, ERROR_CHARACTERS) ?? null,
    } as const
    if (!(await updateClaimed(deps.db, delivery, change)) || !outcome.sent) return
    const { status, response } = outcome
    await insertAttempt(deps.db, {
      delivery_id: delivery.id,
      attempt: attempts,
      at: startedAt,
      duration_ms: Math.max(0, Math.round(now - startedAt)),
      status,
      error: change.last_error,
      response,
    })
    const givenUp = state === 'failed'
    if (delivery.endpoint_id !== null)
      await noteEndpoint(deps, delivery.endpoint_id, outcome, startedAt, givenUp)
  })
}

async function noteEndpoint(
  deps: Deps,
  id: string,
  outcome: Outcome,
  startedAt: number,
  givenUp: boolean,
): Promise<void> {
  if (outcome.delivered) return noteWorking(deps.db, id)
  const row = await findEndpoint(deps.db, id, deps.store.kind)
  // What an address said that it has left meanwhile says nothing of the new one.
  if (row?.state !== 'active' || row.url !== outcome.url) return
  await noteFailing(deps.db, id, startedAt)
  const days = deps.config.webhooks.disableAfterDays
  const tooLong = givenUp && row.failing_since !== null && startedAt - row.failing_since >= days * DAY_MS
  if (outcome.status !== 410 && !tooLong) return
  const reason = tooLong
    ? `Every delivery failed since ${new Date(row.failing_since as number).toISOString()}`
    : 'The receiver answered 410 Gone'
  const change = disabledBecause(reason)
  await updateEndpointRow(deps.db, id, { ...change, updated_at: deps.now() })
  const actor = { kind: 'system', id: null, way: 'server' } as const
  await recordAudit(deps, actor, {
    ...target(row, 'webhook.disable'),
    before: { state: row.state },
    after: { state: 'disabled', disabledReason: reason },
  })
}
