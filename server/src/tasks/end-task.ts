import type { Deps } from '../deps.ts'
import { transact } from '../deps.ts'
import type { Settlement } from '../ledger/entry.ts'
import { settleTask } from '../ledger/task-holds.ts'
import { formatNanos } from '../lib/decimal.ts'
import { type KeptOutput, type Outputs, recordOutputs } from '../outputs/outputs.ts'
import type { UsageEvent } from '../usage/usage-event.ts'
import { enqueueEvent } from '../webhooks/event.ts'
import { providerText } from './provider-text.ts'
import { updateClaimed } from './queue.store.ts'
import { readInput, type TaskRow } from './task.ts'
import { chargeFor, readHold, readPrice, unitsOf } from './task-money.ts'
import { findTask, insertEvents, updatePending } from './tasks.store.ts'

export type TaskEnd =
  | { readonly state: 'completed'; readonly kept: readonly KeptOutput[]; readonly providerModel: string }
  | {
      readonly state: 'failed' | 'cancelled'
      /** For the customer: nothing of a provider's own secrets or addresses. */
      readonly error: string
      readonly code: string
      /** Nobody but the customer wanted it: no event tells him. */
      readonly byCustomer?: boolean
    }

/** What came of a try to end a task: it may have been another's to end. */
export type Ended = { readonly event: UsageEvent } | undefined

/**
 * Ends a task: its row, its charge, its outputs, its timeline and the event for its webhooks are one transaction.
 *
 * @param row as the worker claimed it, or as it was found pending
 * @param claimed whether a worker ends it, which must still have it; else it must still be pending
 * @returns its usage row; undefined when it was another's to end, and nothing changed
 */
export async function endTask(
  deps: Deps,
  outputs: Pick<Outputs, 'linkTo'>,
  row: TaskRow,
  wanted: TaskEnd,
  claimed: boolean,
): Promise<Ended> {
  const end = wanted.state === 'completed' ? wanted : { ...wanted, error: providerText(wanted.error) }
  return transact(deps, async (deps) => {
    const at = deps.now()
    const made = madeBy(row, end)
    const change = { ...made, state: end.state, completed_at: at, worker: null }
    const changed = claimed
      ? await updateClaimed(deps.db, row, change)
      : await updatePending(deps.db, row.id, change)
    if (!changed) return claimed ? endedBefore(deps, row) : undefined
    const event = usageEvent({ ...row, ...change })
    if (!(await settleTask(deps, settlementOf(row, event, end)))) {
      deps.log.error({ task: row.id }, 'a task that had not ended was settled before')
    }
    const kept = end.state === 'completed' ? end.kept : []
    if (kept.length > 0) await recordOutputs(deps, { id: row.id, organizationId: row.organization_id }, kept)
    const detail = { cost: formatNanos(made.cost_nanos), ...('error' in end && { error: end.error }) }
    await insertEvents(deps.db, at, [{ taskId: row.id, kind: end.state, detail }])
    if (!('byCustomer' in end && end.byCustomer)) await tell(deps, outputs, row, end, made.cost_nanos)
    return { event }
  })
}

/**
 * A commit whose answer was lost is asked for again. What it wrote bears our fence, since of a task that has ended no
 * other can come.
 */
async function endedBefore({ db }: Deps, { id, fence }: TaskRow): Promise<Ended> {
  const found = await findTask(db, id)
  const isOurs = found !== undefined && found.completed_at !== null && found.fence === fence
  return isOurs ? { event: usageEvent(found) } : undefined
}

/** Whether another has claimed it since, which nobody can when our end of it was written. */
export async function isAnothers({ db }: Deps, { id, fence }: TaskRow): Promise<boolean> {
  const found = await findTask(db, id)
  return found !== undefined && found.fence !== fence
}

function madeBy(row: TaskRow, end: TaskEnd) {
  if (end.state !== 'completed') {
    return { output: null, error: end.error, error_code: end.code, cost_nanos: 0n, units: 0 }
  }
  const price = readPrice(row)
  const units = unitsOf(price, end.kept, readInput(row))
  return {
    output: JSON.stringify(end.kept.map(({ id }) => id)),
    error: null,
    error_code: null,
    cost_nanos: chargeFor(price, units, row),
    units,
    provider_model: end.providerModel,
  }
}

function usageEvent(row: TaskRow): UsageEvent {
  const outcome = row.state === 'completed' ? 'completed' : row.state === 'cancelled' ? 'aborted' : 'failed'
  return {
    id: row.id,
    // The moment of its admission, to whose windows it belongs.
    started_at: row.created_at,
    finished_at: row.completed_at ?? row.created_at,
    organization_id: row.organization_id,
    user_id: row.user_id,
    key_id: row.key_id,
    secret_id: row.secret_id,
    project_id: row.project_id,
    end_user: row.end_user,
    endpoint: 'generate',
    model: row.model,
    provider: row.submits > 0 ? row.provider : null,
    provider_model: row.provider_model,
    streamed: 0,
    status: outcome === 'failed' ? 502 : 200,
    outcome,
    error_code: row.error_code,
    cost_basis: outcome === 'completed' ? 'reported' : 'none',
    input_tokens: 0,
    cached_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    cost_nanos: row.cost_nanos,
    price_version: readPrice(row)?.version ?? null,
    attempts: row.submits,
    first_byte_ms: null,
    held_nanos: row.held_nanos,
    overrun_nanos: null,
    charges: null,
    units: row.units,
  }
}

function settlementOf(row: TaskRow, event: UsageEvent, end: TaskEnd): Settlement {
  // A task that no provider got takes nothing of a rate, unless its customer called it back: that was a request, too.
  const isOwed = row.submits > 0 || end.state === 'completed' || end.byCustomer === true
  const requests = isOwed ? 1n : 0n
  return { event, hold: readHold(row), charge: { credits: event.cost_nanos, tokens: 0n, requests } }
}

async function tell(
  deps: Deps,
  outputs: Pick<Outputs, 'linkTo'>,
  row: TaskRow,
  end: TaskEnd,
  cost: bigint,
): Promise<void> {
  const urls = end.state === 'completed' ? end.kept.map(({ id }) => outputs.linkTo(id)) : []
  await enqueueEvent(deps, {
    event: end.state === 'completed' ? 'task.completed' : 'task.failed',
    organizationId: row.organization_id,
    userId: row.user_id,
    subjectId: row.id,
    data: {
      task_id: row.id,
      status: end.state,
      model: row.model,
      ...(urls.length > 0 && { output: { url: urls[0], urls } }),
      ...('error' in end && { error: end.error }),
      cost: formatNanos(cost, 6),
    },
    ...(row.webhook_url !== null && { url: row.webhook_url }),
  })
}
