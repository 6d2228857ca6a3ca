import type { BatchTable } from './storage/batch.ts'
import { USAGE_BATCH } from './usage/recorder.ts'
import { commitPackedUsage } from './usage/usage-batch.ts'

/** Every group commit there is, by the name under which payloads are sent. */
export const BATCHES: BatchTable = { [USAGE_BATCH]: commitPackedUsage }
