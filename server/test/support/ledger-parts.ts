import { openCounters } from '../../src/ledger/balances.ts'
import { Ledger } from '../../src/ledger/ledger.ts'
import { isStoreFailure } from '../../src/storage/failure.ts'
import type { Store } from '../../src/storage/store.ts'
import { SILENT } from './stores.ts'

/** A ledger without a server, whose lease is valid as long as `isValid` says so. */
export function ledgerOver(
  store: Store,
  { node = 'node', isValid = (): boolean => true, now = () => Date.now() } = {},
): Ledger {
  return new Ledger({
    store,
    log: SILENT,
    lease: { node, isValid },
    now,
    isStoreFailure,
    openCounters: (ids) => openCounters({ db: store.db, store, now }, ids),
  })
}
