import { expect } from 'vitest'
import type { LedgerFault } from '../../src/ledger/ledger-fault.ts'
import { type LedgerReport, verifyLedger } from '../../src/ledger/verify-ledger.ts'
import type { Installation } from './claviger.ts'
import { MAIN, runNode } from './processes.ts'
import type { TestDatabase } from './stores.ts'

/**
 * Every counter, hold and sum is what its rows say; else the test fails with the rows at fault. For the end of any test
 * that let requests in, while its servers run or after. Of an installation the operator's command is asked; of a
 * database without a server, the same check, over a store of its own.
 */
export async function expectLedgerClean(subject: Installation | TestDatabase): Promise<void> {
  const faults = await ledgerFaults(subject)
  // A failing assertion shows few levels of what it compares.
  expect(faults, JSON.stringify(faults)).toEqual([])
}

/** What `claviger ledger verify` finds at fault. */
async function ledgerFaults(subject: Installation | TestDatabase): Promise<readonly LedgerFault[]> {
  if ('open' in subject) return (await ledgerReport(subject)).faults
  const { stdout, stderr } = await runNode([MAIN, 'ledger', 'verify', '--json'], subject.env)
  if (!stdout.startsWith('{')) throw new Error(`claviger ledger verify: ${stderr || stdout}`)
  const { faults } = JSON.parse(stdout) as {
    faults: (Omit<LedgerFault, 'shouldBe'> & { should_be: string })[]
  }
  return faults.map(({ should_be, ...fault }) => ({ ...fault, shouldBe: should_be }))
}

/** The whole report of a database, as another process sees it. */
async function ledgerReport(database: TestDatabase): Promise<LedgerReport> {
  const store = await database.open()
  try {
    return await verifyLedger(await database.deps(store))
  } finally {
    await store.close()
  }
}
