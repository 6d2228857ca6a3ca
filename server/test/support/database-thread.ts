import { parentPort } from 'node:worker_threads'
import { BATCHES } from '../../src/batches.ts'
import type { BatchStatement } from '../../src/storage/batch.ts'
import { serveThread } from '../../src/storage/sqlite/thread.ts'

serveThread({
  ...BATCHES,
  /** Keeps the thread busy, as a large commit on a slow disk would. */
  *spin({ milliseconds }: { milliseconds: number }): Generator<BatchStatement, void, unknown> {
    yield { head: '', tail: '', rows: [] }
    const until = performance.now() + milliseconds
    while (performance.now() < until);
  },
})

/** At once, whatever is open: the thread ends as it would when it runs out of memory. */
parentPort?.on('message', ({ op }: { op: string }) => {
  if (op === 'die') process.exit(1)
})
