import type { Deps } from '../deps.ts'
import { noteEnded } from './catch-up.ts'
import type { Admission, LedgerBatch, LedgerResult, Placed, Settlement } from './entry.ts'
import { commitLedger } from './ledger-batch.ts'
import { openCounters } from './open-counters.ts'
import { runBatch } from './run-batch.store.ts'

/** The node that holds what tasks hold. Its lease never runs out: a task outlives the process that took it. */
const TASKS = 'tasks'

/**
 * Decides about a task and holds its price, in the transaction that writes the task down. Its hold stands on a sheet of
 * its own, named by its id, until `settleTask`.
 */
export async function admitTask(deps: Deps, admission: Admission): Promise<Placed> {
  const batch = { ...emptyBatch(deps, admission.id), admissions: [{ ...admission, sent: true }] }
  let result: LedgerResult
  for (;;) {
    result = await runBatch(deps, commitLedger(batch))
    if ('decisions' in result) break
    await openCounters(deps, result.missing)
  }
  const [decision] = result.decisions
  if (!decision) throw new Error('The ledger decided about nothing')
  return decision.admitted ? { ...decision, sheet: admission.id } : decision
}

/**
 * Turns the hold of a task into its charge and writes its usage row, in the transaction that ends the task.
 *
 * @returns false when it was settled before, and nothing changed
 */
export async function settleTask(deps: Deps, settlement: Settlement): Promise<boolean> {
  const { id } = settlement.event
  const batch = { ...emptyBatch(deps, id), settlements: [settlement], doubtful: [id], done: [id] }
  const result = await runBatch(deps, commitLedger(batch))
  deps.afterCommit(() => noteEnded(deps, settlement.event, settlement.hold))
  return 'written' in result && result.written === 1
}

function emptyBatch({ now }: Deps, sheet: string): LedgerBatch {
  return {
    node: TASKS,
    now: now(),
    sheet,
    done: [],
    doubtful: [],
    settlements: [],
    sweeps: [],
    admissions: [],
    touches: [],
  }
}
