import type { Deps } from '../deps.ts'
import { openCounters } from './balances.ts'
import { Ledger } from './ledger.ts'
import { NodeLease } from './node-lease.ts'
import { Sweeper } from './sweeper.ts'

export interface OpenLedger {
  readonly ledger: Ledger
  /** How many statements the lease and the sweep have sent, which no request asked for. */
  statements(): number
  /** Takes this node's lease and begins to sweep; before the first request. */
  start(): Promise<void>
  /** Writes what is owed, and gives the lease back. */
  stop(): Promise<void>
}

/** The ledger of this process, with its lease and its sweeper. */
export function openLedger(deps: Deps, isStoreFailure: (error: unknown) => boolean): OpenLedger {
  const { store, log, now } = deps
  const lease = new NodeLease(deps)
  const ledger = new Ledger({
    store,
    log,
    lease,
    now,
    isStoreFailure,
    openCounters: (ids) => openCounters(deps, ids),
  })
  const sweeper = new Sweeper(deps, ledger, lease)
  return {
    ledger,
    statements: () => lease.statements + sweeper.statements,
    async start() {
      await lease.start()
      sweeper.start()
    },
    async stop() {
      await sweeper.stop()
      await ledger.flush()
      await lease.stop()
    },
  }
}
