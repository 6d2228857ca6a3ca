import type { PlanHolder } from '../accounts/plan-holders.ts'
import { type Balance, type BalanceOwner, balanceOf, grantCredits } from '../ledger/balances.ts'
import { refundRequest } from '../ledger/refunds.ts'
import { formatNanos } from '../lib/decimal.ts'
import { parseAmount } from '../limits/amount.ts'
import { assignPlan } from '../limits/plans.ts'
import { type Flags, OPERATOR, print, required, text, UsageError, withDeps } from './open.ts'

/** `claviger admin credits grant|show|refund` */
export async function adminCredits(
  verb: string | undefined,
  requestId: string | undefined,
  flags: Flags,
): Promise<void> {
  const note = text(flags, 'note')
  const amount = text(flags, 'amount')
  switch (verb) {
    case 'grant': {
      const reference = text(flags, 'reference')
      const amountNanos = parseAmount('credits', required(flags, 'amount'))
      const input = { ...ownerOf(flags), amountNanos, ...(note && { note }), ...(reference && { reference }) }
      const grant = await withDeps(flags, (deps) => grantCredits(deps, OPERATOR, input))
      const view = { id: grant.id, amount: formatNanos(amountNanos), replayed: grant.replayed }
      const done = grant.replayed ? 'Had granted already' : 'Granted'
      return print(
        flags,
        { ...view, balance: balanceView(grant.balance) },
        () => `${done} ${view.amount}; ${lineOf(grant.balance)}`,
      )
    }
    case 'show': {
      const balance = await withDeps(flags, (deps) => balanceOf(deps, ownerOf(flags)))
      return print(flags, balanceView(balance), () => lineOf(balance))
    }
    case 'refund': {
      if (!requestId) throw new UsageError('claviger admin credits refund <request id> [--amount <credits>]')
      const options = {
        ...(amount !== undefined && { amountNanos: parseAmount('credits', amount) }),
        ...(note && { note }),
      }
      const refund = await withDeps(flags, (deps) => refundRequest(deps, OPERATOR, requestId, options))
      const view = { request_id: requestId, amount: formatNanos(refund.amountNanos), to: refund.counters }
      return print(flags, view, () => `Refunded ${view.amount} to ${view.to.join(', ')}`)
    }
    default:
      throw new UsageError('claviger admin credits grant|show|refund')
  }
}

function ownerOf(flags: Flags): BalanceOwner {
  const [organizationId, userId] = [text(flags, 'organization'), text(flags, 'user')]
  if (organizationId === undefined && userId === undefined)
    throw new UsageError('--user <e-mail> or --organization <id> is missing: whose balance is it?')
  return { ...(organizationId !== undefined && { organizationId }), ...(userId !== undefined && { userId }) }
}

function balanceView({ granted, spent, held, remaining }: Balance) {
  return {
    granted: formatNanos(granted),
    spent: formatNanos(spent),
    held: formatNanos(held),
    remaining: formatNanos(remaining),
  }
}

function lineOf(balance: Balance): string {
  const { granted, spent, held, remaining } = balanceView(balance)
  return `${remaining} left of ${granted} (${spent} spent, ${held} held by requests in flight)`
}

/** `claviger admin users set-plan <e-mail>` and `claviger admin organizations set-plan <id>`; `none` takes it away. */
export async function adminSetPlan(
  kind: PlanHolder['kind'],
  who: string | undefined,
  flags: Flags,
): Promise<void> {
  const plan = required(flags, 'plan')
  if (!who) throw new UsageError(`claviger admin ${kind}s set-plan <${kind}> --plan <plan>|none`)
  const holder = await withDeps(flags, (deps) =>
    assignPlan(
      deps,
      OPERATOR,
      kind === 'user' ? { user: who } : { organization: who },
      plan === 'none' ? null : plan,
    ),
  )
  print(flags, holder, () => `${holder.name} has the plan ${holder.plan ?? '-'} from the next request`)
}
