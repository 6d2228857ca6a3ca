import { requireUser } from '../accounts/users.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { findAnyKey } from '../keys/keys.ts'
import { explainRequest } from '../ledger/explain-request.ts'
import type { LedgerFault } from '../ledger/ledger-fault.ts'
import { type LedgerReport, verifyLedger } from '../ledger/verify-ledger.ts'
import { formatNanos } from '../lib/decimal.ts'
import { readCounter } from '../limits/quota.ts'
import { type Flags, print, table, UsageError, withDeps } from './open.ts'
import { type People, storyLines, viewStory } from './request-story.ts'

/** `claviger ledger verify` and `claviger ledger explain <request id>`, whether or not the server runs. */
export async function ledgerCommand(
  verb: string | undefined,
  id: string | undefined,
  flags: Flags,
): Promise<void> {
  switch (verb) {
    case 'verify':
      return verify(flags)
    case 'explain': {
      if (!id) throw new UsageError('claviger ledger explain <request id>')
      const { story, people } = await withDeps(flags, async (deps) => {
        const story = await explainRequest(deps, id)
        return { story, people: await peopleOf(deps, story) }
      })
      return print(flags, viewStory(story, people), () => storyLines(story, people).join('\n'))
    }
    default:
      throw new UsageError('claviger ledger verify | claviger ledger explain <request id>')
  }
}

/** Exit code 1 where something is not as it must be. */
async function verify(flags: Flags): Promise<void> {
  const report = await withDeps(flags, verifyLedger)
  const { faults, faultCount, overrunNanos, ...rest } = report
  const view = {
    ...rest,
    overrun: formatNanos(overrunNanos),
    fault_count: faultCount,
    faults: faults.map(({ shouldBe, ...fault }) => ({ ...fault, should_be: shouldBe })),
  }
  print(flags, view, () => reportLines(report).join('\n'))
  if (!report.clean) process.exitCode = 1
}

function reportLines(report: LedgerReport): string[] {
  const { faults, faultCount, counters, requests, holds, entries, overrunNanos } = report
  const overrun =
    overrunNanos === 0n ? '' : `; overrun, which nobody was charged: ${formatNanos(overrunNanos)} credits`
  const totals = `${counters} counters, ${requests} requests, ${holds} holds and ${entries} entries`
  if (report.clean) return [`The ledger is clean: ${totals} agree${overrun}`]
  const more = faultCount > faults.length ? [`… and ${faultCount - faults.length} more`] : []
  return [
    `The ledger has ${faultCount === 1 ? 'a fault' : `${faultCount} faults`} in ${totals}${overrun}`,
    table(['WHAT', 'ROW', 'WINDOW', 'IS', 'SHOULD BE'], faults.map(faultCells)),
    ...more,
  ]
}

function faultCells({ what, id, window, is, shouldBe }: LedgerFault): string[] {
  const began = window === null ? '-' : window === 0 ? 'always' : new Date(window).toISOString()
  const credits = ['spent', 'held', 'granted'].includes(what) && readCounter(id).unit === 'credits'
  const amount = (value: string) =>
    credits && /^-?\d+$/.test(value) ? `${formatNanos(BigInt(value))} credits` : value
  return [what, id, began, amount(is), amount(shouldBe)]
}

async function peopleOf(
  deps: Deps,
  { key_id, user_id }: { readonly key_id: string; readonly user_id: string },
): Promise<People> {
  const [key, user] = await Promise.all([known(findAnyKey(deps, key_id)), known(requireUser(deps, user_id))])
  return { keyName: key?.name, keyLabel: key?.label, email: user?.email }
}

/** What was removed since has no name any more. */
async function known<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}
