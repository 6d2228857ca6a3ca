import { commitLedger, commitPackedLedger, DIRECT_LEDGER_BATCH, LEDGER_BATCH } from './ledger/ledger-batch.ts'
import { commitPrune, PRUNE_BATCH } from './ledger/prune-batch.ts'
import type { BatchTable } from './storage/batch.ts'

/** Every group commit there is, by the name under which payloads are sent. */
export const BATCHES: BatchTable = {
  [LEDGER_BATCH]: commitPackedLedger,
  [DIRECT_LEDGER_BATCH]: commitLedger,
  [PRUNE_BATCH]: commitPrune,
}
