import { isManager } from '../../auth/signed-in.ts'
import type { Deps } from '../../deps.ts'
import { type BalanceEntry, balanceEntries } from '../../ledger/balance-entries.ts'
import { balanceOf, creditsOf } from '../../ledger/balances.ts'
import { type QuotaLeft, quotasLeft } from '../../ledger/quotas-left.ts'
import { formatNanos } from '../../lib/decimal.ts'
import { Type } from '../../lib/schema.ts'
import { formatAmount } from '../../limits/amount.ts'
import { type Context, type Route, route, sessionOf } from '../route.ts'
import { Nullable, NullableText, One, Page } from './page.ts'

const Credits = Type.String({ description: 'Credits as a plain decimal, exact' })

const QuotaObject = Type.Object({
  subject: Type.Enum(['organization', 'user', 'project']),
  subject_id: Type.String(),
  name: Type.String({ description: 'What to show: the name of the organisation, user or project' }),
  unit: Type.Enum(['credits', 'requests', 'tokens', 'in_flight']),
  period: Type.Enum(['minute', 'day', 'week', 'month', 'none']),
  amount: Type.String({ description: 'In the unit; credits as a decimal' }),
  spent: Type.String(),
  held: Type.String({ description: 'By requests under way' }),
  left: Type.String({ description: 'Never below 0' }),
  resets_at: NullableText,
})

const Balance = Type.Object({
  symbol: Type.String({ description: 'What stands before an amount of credits' }),
  of: Type.Enum(['none', 'organization', 'user']),
  balance: Type.Union(
    [Type.Object({ granted: Credits, spent: Credits, held: Credits, remaining: Credits }), Type.Null()],
    { description: 'null where nothing is prepaid' },
  ),
  used: Type.String({
    description: 'Credits used in all: of the balance where there is one, else by the organisation',
  }),
  plan: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  quotas: Type.Array(QuotaObject),
})

const Entry = Type.Object({
  id: Type.String(),
  at: Type.String(),
  kind: Type.Enum(['grant', 'refund', 'opening', 'closing']),
  amount: Type.String({ description: 'Credits; what it adds to what remains, below 0 where it takes away' }),
  request_id: NullableText,
  note: NullableText,
  reference: NullableText,
  by: Type.Object({ kind: Type.String(), id: NullableText, name: NullableText }),
})

const EntriesQuery = Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 200 })) })

const PAGE_SIZE = 50

const SHARED = {
  method: 'GET',
  surface: 'dashboard',
  access: { session: 'member' },
  tag: 'Dashboard balance',
} as const

/** Credits, grants and entries. */
export function balanceRoutes(deps: Deps): Route[] {
  return [
    route({
      ...SHARED,
      path: '/api/dashboard/balance',
      summary: 'What is granted, spent, held and left, and which quotas apply',
      description:
        'Of the caller in the organisation that the request names. Quotas of single keys are told with these.',
      replies: { 200: One(Balance) },
      async run(context) {
        const owner = ownerOf(context)
        const { of } = deps.config.balance
        const [{ plan, quotas }, credits, balance] = await Promise.all([
          quotasLeft(deps, owner),
          creditsOf(deps, owner),
          of === 'none' ? null : balanceOf(deps, owner),
        ])
        return {
          body: {
            data: {
              symbol: deps.config.credits.symbol,
              of,
              balance: balance && {
                granted: formatNanos(balance.granted),
                spent: formatNanos(balance.spent),
                held: formatNanos(balance.held),
                remaining: formatNanos(balance.remaining),
              },
              used: formatNanos(credits.used),
              plan,
              quotas: quotas.map(quotaObject),
            },
          },
        }
      },
    }),
    route({
      ...SHARED,
      path: '/api/dashboard/balance/entries',
      summary: 'Grants, refunds and corrections of the balance, newest first, 50 a page',
      description:
        'Requests are no entries: they are under /api/dashboard/usage. Those of an organisation’s balance are for its owners and admins; for members the list is empty.',
      query: EntriesQuery,
      replies: { 200: Page(Entry) },
      errors: ['invalid_request'],
      async run(context) {
        const { organization } = sessionOf(context)
        if (deps.config.balance.of === 'organization' && !isManager(organization.role)) {
          return { body: { data: [], next: null } }
        }
        const page = { size: PAGE_SIZE, cursor: context.query.cursor }
        const { items, next } = await balanceEntries(deps, ownerOf(context), page)
        return { body: { data: items.map(entryObject), next } }
      },
    }),
  ]
}

function ownerOf(context: Pick<Context, 'session'>) {
  const { user, organization } = sessionOf(context)
  return { organizationId: organization.id, userId: user.id }
}

function quotaObject({ quota, subjectId, name, spent, held, left, resetsAt }: QuotaLeft) {
  const { subjectKind: subject, unit, period, amount } = quota
  return {
    subject,
    subject_id: subjectId,
    name,
    unit,
    period,
    amount: formatAmount(unit, amount),
    spent: formatAmount(unit, spent),
    held: formatAmount(unit, held),
    left: formatAmount(unit, left),
    resets_at: resetsAt === undefined ? null : new Date(resetsAt).toISOString(),
  }
}

function entryObject({ id, at, kind, amount, requestId, note, reference, ...by }: BalanceEntry) {
  return {
    id,
    at: new Date(at).toISOString(),
    kind,
    amount: formatNanos(amount),
    request_id: requestId,
    note,
    reference,
    by: { kind: by.actorKind, id: by.actorId, name: by.actor?.label ?? by.actor?.name ?? null },
  }
}
